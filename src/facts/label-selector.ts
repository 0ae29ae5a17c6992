import { meetsRequirement } from '../workload/label-requirement.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonValue } from '../manifest/document.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * Prepares a `LabelSelector` for many labels. An absent selector selects nothing, an empty one everything.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1 `LabelSelectorAsSelector`
 */
export function compileSelector(selector: JsonValue | undefined): (labels: Labels) => boolean {
  if (!isJsonObject(selector)) return () => false;
  const pairs = Object.entries(objectAt(selector, 'matchLabels'));
  const expressions = listAt(selector, 'matchExpressions');
  return (labels) =>
    pairs.every(([key, value]) => valueOf(labels, key) === value) &&
    expressions.every((one) => meetsRequirement(one, valueOf(labels, stringAt(one, 'key'))));
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Whether a `LabelSelector` selects these labels. */
export function selectsLabels(selector: JsonValue | undefined, labels: Labels): boolean {
  return compileSelector(selector)(labels);
}
