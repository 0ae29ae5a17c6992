import { createError } from '../errors.ts';
import type { RuleEntry } from '../policy/catalog.ts';
import type { ConfigLayer, LayerRules } from './layer.ts';
import { createRuleResolver, keysOf, type RuleResolver } from './rules.ts';

/**
 * Puts the settings of all layers together, after a look whether they name rules and parameters that exist.
 * @throws QuotafitError that says what was probably meant
 */
export async function resolveSettings(
  { organisation, project }: { readonly organisation: ConfigLayer; readonly project: ConfigLayer },
  flags: LayerRules,
  rules: readonly RuleEntry[],
): Promise<RuleResolver> {
  const mentions = [...organisation.mentions, ...project.mentions];
  // Both are loaded by those alone who configure rules: they take as long as judging a manifest.
  if (mentions.length > 0) {
    const { listWrongMentions } = await import('./mentions.ts');
    const problems = listWrongMentions(mentions, rules);
    if (problems.length > 0) throw createError('QF_CONFIG_INVALID', { problems: problems.join('\n') });
  }
  const known = new Set(rules.flatMap(({ id }) => keysOf(id)));
  const unknown = Object.keys(flags).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const { suggest } = await import('./suggest.ts');
    throw createError('QF_RULE_UNKNOWN', {
      rule: unknown,
      suggestion: suggest(unknown, [...known]) || '; quotafit rules lists them',
    });
  }
  return createRuleResolver({ rules, organisation, project, flags });
}
