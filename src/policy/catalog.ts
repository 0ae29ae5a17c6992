import type { JsonObject, JsonValue } from '../manifest/document.ts';
import type { Level } from '../report/report.ts';
import type { RuleSettings } from './evaluation.ts';

export type Subject = 'dockerfile' | 'object' | 'release';

/** One parameter of a rule, from its metadata. */
export interface RuleParam {
  readonly description: string;
  readonly default: JsonValue;
  /** JSON Schema of the value. */
  readonly schema: JsonObject;
}

/** What is known about a rule without running it; `policies/dist/catalog.json` holds one for each, sorted by id. */
export interface RuleEntry {
  /** `category/rule-id`. */
  readonly id: string;
  /** What it looks at; a list where that is more than one sort. */
  readonly subject: Subject | readonly Subject[];
  readonly level: Level;
  readonly title: string;
  readonly description: string;
  /** The incident that the rule prevents, in one or two sentences. */
  readonly lesson: string;
  /** Keys of `messages/<lang>.json` under the rule's id; empty for a rule with one message. */
  readonly messages: readonly string[];
  readonly params: Readonly<Record<string, RuleParam>>;
  readonly urls: readonly string[];
  /** `object`: the rule wants the raw object as `input.raw` too (people's own rules only). */
  readonly needs: 'facts' | 'object';
}

export function listSubjects({ subject }: RuleEntry): readonly Subject[] {
  return typeof subject === 'string' ? [subject] : subject;
}

export interface Catalog {
  readonly rules: readonly RuleEntry[];
}

/** The settings that hold without any config: rules whose level is not `off`, with their default parameters. */
export function defaultSettings(catalog: Catalog): RuleSettings {
  return {
    enabled: catalog.rules.filter((rule) => rule.level !== 'off').map((rule) => rule.id),
    params: Object.fromEntries(catalog.rules.map((rule) => [rule.id, defaultParams(rule)])),
  };
}

export function defaultParams(rule: RuleEntry): JsonObject {
  return Object.fromEntries(Object.entries(rule.params).map(([name, param]) => [name, param.default]));
}
