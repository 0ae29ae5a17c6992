import { listAt, stringAt } from '../manifest/fields.ts';
import type { JsonValue } from '../manifest/document.ts';

/**
 * Whether a label's value meets one requirement of a selector; `undefined` is a label that is not there.
 * @see k8s.io/apimachinery/pkg/labels `Requirement.Matches`
 */
export function meetsRequirement(requirement: JsonValue, value: JsonValue | undefined): boolean {
  const values = listAt(requirement, 'values');
  switch (stringAt(requirement, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compareWhole(value, values) === 1;
    case 'Lt':
      return compareWhole(value, values) === -1;
    default:
      return false;
  }
}

/** -1, 0 or 1; `null` unless both sides are whole numbers. */
function compareWhole(value: JsonValue | undefined, values: readonly JsonValue[]): number | null {
  const [bound] = values;
  const whole = /^[+-]?\d+$/u;
  if (typeof value !== 'string' || typeof bound !== 'string' || !whole.test(value) || !whole.test(bound)) return null;
  const difference = BigInt(value.replace('+', '')) - BigInt(bound.replace('+', ''));
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
