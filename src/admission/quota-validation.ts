import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { fieldAt, listAt, stringAt } from '../manifest/fields.ts';
import { invalid, required, type FieldError } from './field-error.ts';
import { isStandardName, validateAmount, validateName } from './resource-validation.ts';
import { isAmountError, readResourceList, type AmountError } from '../workload/pod-shape.ts';

// ResourceQuota objects as k8s.io/kubernetes/pkg/apis/core/validation `ValidateResourceQuotaSpec` judges them.

const podScopes: ReadonlySet<string> = new Set([
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
]);
const podAmounts: ReadonlySet<string> = new Set([
  'cpu',
  'limits.cpu',
  'limits.memory',
  'memory',
  'pods',
  'requests.cpu',
  'requests.memory',
]);
const claimAmounts: ReadonlySet<string> = new Set(['persistentvolumeclaims', 'requests.storage']);
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** What the API server has against a ResourceQuota; the amount that it cannot decode, if there is one. */
export function validateQuota({ value }: KubernetesObject): AmountError | readonly FieldError[] {
  const hard = readResourceList(fieldAt(value, 'spec', 'hard'), '/spec/hard');
  if (isAmountError(hard)) return hard;
  const errors: FieldError[] = [];
  for (const [name, amount] of hard) {
    const path = `spec.hard[${name}]`;
    errors.push(...validateName(name, path));
    if (!name.includes('/') && !isQuotaName(name)) {
      errors.push(invalid(path, name, 'must be a standard resource for quota'));
    }
    errors.push(...validateAmount(name, amount, path));
  }
  const names = [...hard.keys()].sort();
  return [...errors, ...validateScopes(listAt(value, 'spec', 'scopes'), names), ...validateSelector(value, names)];
}

function validateScopes(scopes: readonly JsonValue[], names: readonly string[]): FieldError[] {
  const path = 'spec.scopes';
  const errors = scopes.flatMap((scope) => {
    const found = typeof scope === 'string' ? scope : '';
    const unknown = isScope(found) ? [] : [invalid(path, [...scopes], 'unsupported scope')];
    const unfit = names.filter((name) => isQuotaName(name) && !fits(found, name));
    return [...unknown, ...unfit.map(() => invalid(path, [...scopes], 'unsupported scope applied to resource'))];
  });
  return [...errors, ...validateConflicts(scopes, path, [...scopes])];
}

function validateSelector(quota: JsonValue, names: readonly string[]): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions';
  const expressions = listAt(quota, 'spec', 'scopeSelector', 'matchExpressions');
  const errors = expressions.flatMap((expression) => {
    const scope = stringAt(expression, 'scopeName');
    const operator = stringAt(expression, 'operator');
    const values = listAt(expression, 'values');
    const found: FieldError[] = isScope(scope) ? [] : [invalid(`${path}.scopeName`, scope, 'unsupported scope')];
    const unfit = names.filter((name) => isQuotaName(name) && !fits(scope, name));
    found.push(...unfit.map(() => invalid(path, selectorStruct(expressions), 'unsupported scope applied to resource')));
    const isPlain = podScopes.has(scope) && scope !== 'PriorityClass';
    if (isPlain && operator !== 'Exists') found.push(invalid(`${path}.operator`, operator, existsRule));
    return [...found, ...validateOperator(operator, values, path)];
  });
  const scopes = expressions.map((expression) => stringAt(expression, 'scopeName'));
  return [...errors, ...validateConflicts(scopes, path, fieldAt(quota, 'spec', 'scopes') ?? null)];
}

/** As the server's own type prints itself. */
function selectorStruct(expressions: readonly JsonValue[]): JsonValue {
  const printed = expressions.map((expression) => ({
    ScopeName: stringAt(expression, 'scopeName'),
    Operator: stringAt(expression, 'operator'),
    Values: fieldAt(expression, 'values') ?? null,
  }));
  return { MatchExpressions: printed };
}

const existsRule =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
  'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';

function validateOperator(operator: string, values: readonly JsonValue[], path: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      return values.length > 0 ? [] : [required(`${path}.values`, detail)];
    }
    case 'Exists':
    case 'DoesNotExist': {
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      return values.length === 0 ? [] : [invalid(`${path}.values`, [...values], detail)];
    }
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

function validateConflicts(scopes: readonly JsonValue[], path: string, printed: JsonValue): FieldError[] {
  return conflicts
    .filter((pair) => pair.every((scope) => scopes.includes(scope)))
    .map(() => invalid(path, printed, 'conflicting scopes'));
}

function isQuotaName(name: string): boolean {
  return isStandardName(name) && name !== 'storage';
}

function isScope(scope: string): boolean {
  return podScopes.has(scope) || scope === 'VolumeAttributesClass';
}

/** Whether objects that a scope selects have such amounts at all. */
function fits(scope: string, name: string): boolean {
  if (scope === 'BestEffort') return name === 'pods';
  if (scope === 'VolumeAttributesClass') return claimAmounts.has(name);
  return !podScopes.has(scope) || podAmounts.has(name);
}
