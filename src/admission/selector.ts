import type { JsonValue } from '../manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';

/**
 * Whether labels meet a label selector, or the plain map of a ReplicationController.
 * A selector that is absent or empty meets everything here: that it must not be so is an error of its own.
 */
export function meetsSelector(selector: JsonValue | undefined, labels: JsonValue | undefined): boolean {
  if (!isJsonObject(selector)) return true;
  const isPlain = Object.values(selector).every((value) => typeof value === 'string');
  const wanted = Object.entries(isPlain ? selector : objectAt(selector, 'matchLabels'));
  if (!wanted.every(([name, value]) => labelOf(labels, name) === value)) return false;
  return listAt(selector, 'matchExpressions').every((expression) => meetsExpression(expression, labels));
}

function meetsExpression(expression: JsonValue, labels: JsonValue | undefined): boolean {
  const value = labelOf(labels, stringAt(expression, 'key'));
  const values = listAt(expression, 'values');
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}

function labelOf(labels: JsonValue | undefined, name: string): string | undefined {
  const value = isJsonObject(labels) && Object.hasOwn(labels, name) ? labels[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
