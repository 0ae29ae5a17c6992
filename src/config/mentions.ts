import { Errors } from 'typebox/schema';
import type { RuleEntry } from '../policy/catalog.ts';
import type { RuleMention } from './layer.ts';
import { keysOf } from './rules.ts';
import { suggest } from './suggest.ts';

/** Says which rules and parameters that configs name do not exist, or have a wrong value: one line each, with its place. */
export function listWrongMentions(mentions: readonly RuleMention[], rules: readonly RuleEntry[]): readonly string[] {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const wide = new Set(rules.flatMap(({ id }) => keysOf(id).slice(0, -1)));
  return mentions.flatMap(({ rule: id, params, place: { file, line, column } }) => {
    const problems = wide.has(id) ? listWideParams(id, params) : listWrongSetting(id, params, known);
    return problems.map((problem) => `${file}:${line}:${column}: ${problem}`);
  });
}

type Params = RuleMention['params'];

function listWideParams(key: string, params: Params): readonly string[] {
  return Object.keys(params).length === 0 ? [] : [`${key} stands for several rules: parameters belong to one`];
}

function listWrongSetting(id: string, params: Params, known: ReadonlyMap<string, RuleEntry>): readonly string[] {
  const rule = known.get(id);
  if (rule === undefined) return [`there is no rule ${id}${suggest(id, [...known.keys()])}`];
  return listWrongParams(rule, params);
}

function listWrongParams(rule: RuleEntry, params: Params): readonly string[] {
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
