import type { LayerRules } from '../config/layer.ts';
import { createRuleResolver, keysOf, type RuleResolver } from '../config/rules.ts';
import { createError } from '../errors.ts';
import { readPackageBytes, readPackageJson } from '../package-files.ts';
import type { Catalog, RuleEntry } from '../policy/catalog.ts';
import { createPolicyEngine, type PolicyEngine } from '../policy/engine.ts';
import type { Messages } from '../policy/message.ts';
import type { Settings } from './settings.ts';

/** The rules of the package, without what runs them. */
export function readCatalog(): Catalog {
  return readPackageJson('policies/dist/catalog.json') as Catalog;
}

export function readMessages(): Messages {
  return readPackageJson('messages/en.json') as Messages;
}

export function createBuiltInEngine(): PolicyEngine {
  return createPolicyEngine({
    ruleSet: 'built-in',
    wasm: readPackageBytes('policies/dist/policy.wasm'),
    catalog: readCatalog(),
  });
}

/**
 * Puts the settings of all layers together, after a look whether they name rules and parameters that exist.
 * @throws QuotafitError that says what was probably meant
 */
export async function resolveSettings(
  { organisation, project }: Settings,
  flags: LayerRules,
  rules: readonly RuleEntry[],
): Promise<RuleResolver> {
  const mentions = [...organisation.mentions, ...project.mentions];
  // Both are loaded by those alone who configure rules: they take as long as judging a manifest.
  if (mentions.length > 0) {
    const { listWrongMentions } = await import('../config/mentions.ts');
    const problems = listWrongMentions(mentions, rules);
    if (problems.length > 0) throw createError('QF_CONFIG_INVALID', { problems: problems.join('\n') });
  }
  const known = new Set(rules.flatMap(({ id }) => keysOf(id)));
  const unknown = Object.keys(flags).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const { suggest } = await import('../config/suggest.ts');
    throw createError('QF_RULE_UNKNOWN', { rule: unknown, suggestion: suggest(unknown, [...known]) });
  }
  return createRuleResolver({ rules, organisation, project, flags });
}
