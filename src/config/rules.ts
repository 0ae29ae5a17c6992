import type { JsonObject } from '../manifest/document.ts';
import { defaultParams, type RuleEntry } from '../policy/catalog.ts';
import type { RuleSettings } from '../policy/evaluation.ts';
import type { Level } from '../report/report.ts';
import { mergeRule, type ConfigLayer, type LayerRule, type LayerRules } from './layer.ts';
import { compileMatch, type Matcher, type MatchSubject } from './match.ts';

/** What holds for one object: which rules run, with what parameters, and how much each weighs. */
export interface ResolvedRules extends RuleSettings {
  readonly levels: ReadonlyMap<string, Level>;
}

export interface RuleSources {
  /** All rules, of the package and people's own. */
  readonly rules: readonly RuleEntry[];
  /** The organisation's config; its locked rules hold against everything below. */
  readonly organisation: ConfigLayer;
  readonly project: ConfigLayer;
  /** Levels from the command line. */
  readonly flags: LayerRules;
}

export interface RuleResolver {
  /** The same object for all subjects to which the same overrides apply: policies compare it by identity. */
  readonly resolveRules: (subject: MatchSubject) => ResolvedRules;
  readonly isLocked: (rule: string) => boolean;
}

const weights: Readonly<Record<Level, number>> = { off: 0, warning: 1, error: 2 };

/** Prepares the answer to "which rules hold for this object": defaults, organisation, project, flags; the last wins. */
export function createRuleResolver({ rules, organisation, project, flags }: RuleSources): RuleResolver {
  const organisationOverrides = compileOverrides(organisation, 'o');
  const projectOverrides = compileOverrides(project, 'p');
  const overrides = [...organisationOverrides, ...projectOverrides];
  const known = new Map<string, ResolvedRules>();

  // A lock for some objects holds for all: what a rule finds can be hidden in one run of all objects only.
  const locks = [organisation.rules, ...organisation.overrides.map((override) => override.rules)];
  const isLocked = (rule: string): boolean => locks.some((layer) => lookUp(layer, rule)?.locked === true);

  function resolveRules(subject: MatchSubject): ResolvedRules {
    let key = '';
    for (const override of overrides) if (override.matches(subject)) key += ` ${override.key}`;
    let resolved = known.get(key);
    if (resolved === undefined) {
      const matching = (compiled: readonly CompiledOverride[]): readonly LayerRules[] =>
        compiled.filter(({ matches }) => matches(subject)).map((override) => override.rules);
      resolved = settle(
        [organisation.rules, ...matching(organisationOverrides)],
        [project.rules, ...matching(projectOverrides), flags],
      );
      known.set(key, resolved);
    }
    return resolved;
  }

  function settle(above: readonly LayerRules[], below: readonly LayerRules[]): ResolvedRules {
    const levels = new Map<string, Level>();
    const params: Record<string, JsonObject> = {};
    for (const rule of rules) {
      const defaults: LayerRule = { level: rule.level, params: defaultParams(rule) };
      const demanded = mergeAll(defaults, above, rule.id);
      const wanted = mergeAll(demanded, below, rule.id);
      const demandedLevel = demanded.level ?? rule.level;
      const wantedLevel = wanted.level ?? rule.level;
      // Who may not weaken a rule may still make it stricter; of other parameters nobody can say whether they are.
      const holds = isLocked(rule.id);
      levels.set(rule.id, holds && weights[demandedLevel] > weights[wantedLevel] ? demandedLevel : wantedLevel);
      params[rule.id] = ((holds ? demanded : wanted).params ?? {}) as JsonObject;
    }
    const enabled = rules.filter(({ id }) => levels.get(id) !== 'off').map(({ id }) => id);
    return { enabled, params, levels };
  }

  return { resolveRules, isLocked };
}

interface CompiledOverride {
  readonly key: string;
  readonly matches: Matcher;
  readonly rules: LayerRules;
}

function compileOverrides({ overrides }: ConfigLayer, name: string): readonly CompiledOverride[] {
  return overrides.map(({ match, folder, rules }, index) => ({
    key: `${name}${index}`,
    matches: compileMatch(match, folder),
    rules,
  }));
}

function mergeAll(base: LayerRule, layers: readonly LayerRules[], id: string): LayerRule {
  let merged = base;
  for (const layer of layers) merged = mergeRule(merged, lookUp(layer, id));
  return merged;
}

/** What a layer says about a rule: for all rules, over that for its category, over that for itself. */
function lookUp(rules: LayerRules, id: string): LayerRule | undefined {
  return keysOf(id)
    .filter((key) => Object.hasOwn(rules, key))
    .map((key) => rules[key])
    .reduce((farther, nearer) => mergeRule(farther, nearer), undefined);
}

/** The keys under which a config may speak of a rule, from the widest: `*`, `resources/*`, `resources/limits-required`. */
export function keysOf(id: string): readonly string[] {
  return ['*', `${id.slice(0, id.lastIndexOf('/'))}/*`, id];
}
