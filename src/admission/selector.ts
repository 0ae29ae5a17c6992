import type { JsonValue } from '../manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { meetsRequirement } from '../workload/label-requirement.ts';

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

/** What a label selector knows; any other operator is an error of its own too. */
const operators: ReadonlySet<string> = new Set(['DoesNotExist', 'Exists', 'In', 'NotIn']);

function meetsExpression(expression: JsonValue, labels: JsonValue | undefined): boolean {
  if (!operators.has(stringAt(expression, 'operator'))) return true;
  return meetsRequirement(expression, labelOf(labels, stringAt(expression, 'key')));
}

function labelOf(labels: JsonValue | undefined, name: string): string | undefined {
  const value = isJsonObject(labels) && Object.hasOwn(labels, name) ? labels[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
