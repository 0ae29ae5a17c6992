import { meetsRequirement } from '../demand/label-requirement.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonValue } from '../manifest/document.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * Whether a `LabelSelector` selects these labels. An absent selector selects nothing, an empty one everything.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1 `LabelSelectorAsSelector`
 */
export function selectsLabels(selector: JsonValue | undefined, labels: Labels): boolean {
  if (!isJsonObject(selector)) return false;
  const valueOf = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(objectAt(selector, 'matchLabels')).every(([key, value]) => valueOf(key) === value) &&
    listAt(selector, 'matchExpressions').every((one) => meetsRequirement(one, valueOf(stringAt(one, 'key'))))
  );
}
