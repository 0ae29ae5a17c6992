import { Errors } from 'typebox/schema';
import type { RuleEntry } from '../policy/catalog.ts';
import type { RuleMention } from './layer.ts';
import { suggest } from './suggest.ts';

/** Says which rules and parameters that configs name do not exist, or have a wrong value: one line each, with its place. */
export function listWrongMentions(mentions: readonly RuleMention[], rules: readonly RuleEntry[]): readonly string[] {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  return mentions.flatMap(({ rule: id, params, place: { file, line, column } }) => {
    const rule = known.get(id);
    const problems =
      rule === undefined ? [`there is no rule ${id}${suggest(id, [...known.keys()])}`] : listWrongParams(rule, params);
    return problems.map((problem) => `${file}:${line}:${column}: ${problem}`);
  });
}

function listWrongParams(rule: RuleEntry, params: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    const param = Object.hasOwn(rule.params, name) ? rule.params[name] : undefined;
    if (param === undefined) {
      return [`${rule.id} has no parameter "${name}"${suggest(name, Object.keys(rule.params))}`];
    }
    const [isValid, errors] = Errors(param.schema, value);
    if (isValid) return [];
    return errors.slice(0, 1).map(({ instancePath, message }) => `${rule.id}: ${name}${instancePath} ${message}`);
  });
}
