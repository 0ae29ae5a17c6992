import type { Place } from '../manifest/document.ts';
import type { Level } from '../report/report.ts';
import type { Assumptions, ConfigFile, FailOn, Match, RuleSetting, Waiver } from './schema.ts';

/** What one layer says about a rule; what it leaves open is undefined. */
export interface LayerRule {
  readonly level?: Level;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly locked?: boolean;
}

export type LayerRules = Readonly<Record<string, LayerRule>>;

/** Where something of a config stands, for messages and findings about it. */
export interface ConfigPlace extends Place {
  /** As reports print it. */
  readonly file: string;
  /** JSON pointer in the config. */
  readonly pointer: string;
}

interface LayerOverride {
  readonly match: Match;
  /** Absolute folder that path globs are relative to. */
  readonly folder: string;
  readonly rules: LayerRules;
}

export interface LayerWaiver extends Waiver {
  readonly folder: string;
  readonly place: ConfigPlace;
}

/** One config with all that it extends: of the project, or of the organisation. Paths are absolute. */
export interface ConfigLayer {
  readonly kubernetesVersion?: string;
  readonly namespace?: string;
  readonly failOn?: FailOn;
  readonly rules: LayerRules;
  readonly overrides: readonly LayerOverride[];
  readonly waivers: readonly LayerWaiver[];
  /** Whether objects may bring waivers of their own; only the organisation's word counts. */
  readonly waiverAnnotations?: boolean;
  readonly policies: readonly string[];
  readonly kinds: NonNullable<ConfigFile['kinds']>;
  readonly assumptions: Assumptions;
  /** Where each rule id was named, to tell of ids that no rule has. */
  readonly mentions: readonly RuleMention[];
}

export interface RuleMention {
  readonly rule: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly place: ConfigPlace;
}

export const emptyLayer: ConfigLayer = {
  rules: {},
  overrides: [],
  waivers: [],
  policies: [],
  kinds: [],
  assumptions: {},
  mentions: [],
};

export function readSetting(setting: RuleSetting): LayerRule {
  if (typeof setting !== 'object') return { level: readLevel(setting) };
  const { level, ...rest } = setting;
  return level === undefined ? rest : { ...rest, level: readLevel(level) };
}

function readLevel(level: Exclude<RuleSetting, object>): Level {
  return level === false ? 'off' : level;
}

/** Lays what a rule's nearer setting says over the farther one: maps merge, all else replaces. */
export function mergeRule(base: LayerRule | undefined, over: LayerRule | undefined): LayerRule {
  if (base === undefined || over === undefined) return over ?? base ?? {};
  const locked = base.locked === true || over.locked === true;
  const merged = { ...base, ...over, ...(locked && { locked }) };
  if (base.params === undefined || over.params === undefined) return merged;
  return { ...merged, params: mergeMaps(base.params, over.params) };
}

export function mergeRules(base: LayerRules, over: LayerRules): LayerRules {
  const merged: Record<string, LayerRule> = { ...base };
  for (const [id, rule] of Object.entries(over)) merged[id] = mergeRule(merged[id], rule);
  return merged;
}

type JsonMap = Readonly<Record<string, unknown>>;

function mergeMaps(base: JsonMap, over: JsonMap): JsonMap {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isMap(below) && isMap(value) ? mergeMaps(below, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
