import { fieldAt, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import type { QuotaState, ScopeCondition } from '../quota/quota-state.ts';
import { readAmounts, type StateProblem } from './read-amounts.ts';

/**
 * A ResourceQuota as its controller has it once it has caught up: `spec.hard`, and what `status.used` says.
 * A status that was not counted yet, as of a manifest, is `null`: the caller counts objects then.
 */
export function readQuota(object: KubernetesObject, problems: StateProblem[]): QuotaState {
  const { value } = object;
  const hard = fieldAt(value, 'spec', 'hard') === undefined ? 'status' : 'spec';
  const used = fieldAt(value, 'status', 'used');
  return {
    name: object.name,
    hard: readAmounts(object, fieldAt(value, hard, 'hard'), `/${hard}/hard`, problems),
    used: used === undefined ? null : readAmounts(object, used, '/status/used', problems),
    scopes: [
      ...listAt(value, 'spec', 'scopes').flatMap((scope) =>
        typeof scope === 'string' ? [{ scope, operator: 'Exists', values: [] }] : [],
      ),
      ...listAt(value, 'spec', 'scopeSelector', 'matchExpressions').map(readCondition),
    ],
  };
}

function readCondition(expression: JsonValue): ScopeCondition {
  return {
    scope: stringAt(expression, 'scopeName'),
    operator: stringAt(expression, 'operator'),
    values: listAt(expression, 'values').filter((value) => typeof value === 'string'),
  };
}
