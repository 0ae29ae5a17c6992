import { isJsonObject, objectAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { readQuantity } from '../quantity/parse.ts';
import { isReducedTemplate, reduceTemplate } from './reduced-template.ts';
import { amountFields, defaults, isDefault, isEmpty, isOff } from './template-defaults.ts';

const hashLabel = 'pod-template-hash';

/**
 * Whether two pod templates are the same to the server: one may be as written, the other as it was stored with its
 * defaults, or reduced. The label that a Deployment adds to its ReplicaSets' templates does not count.
 * @see k8s.io/kubernetes/pkg/controller/deployment/util `EqualIgnoreHash`
 */
export function isSameTemplate(a: JsonObject, b: JsonObject): boolean {
  const [left, right] = [withoutHash(a), withoutHash(b)];
  return isReducedTemplate(left) || isReducedTemplate(right)
    ? isSame(reduceTemplate(left), reduceTemplate(right), '')
    : isSame(left, right, '');
}

function withoutHash(template: JsonObject): JsonObject {
  const metadata = objectAt(template, 'metadata');
  const labels = Object.entries(objectAt(metadata, 'labels')).filter(([name]) => name !== hashLabel);
  return { ...template, metadata: { ...metadata, labels: Object.fromEntries(labels) } };
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined, field: string): boolean {
  if (a === b) return true;
  if (amountFields.has(field)) return isSameAmounts(a, b);
  if (isEmpty(a) || isEmpty(b)) {
    // Nothing written means the default, which a zero that is written is not.
    return (
      (!defaults.has(field) && isOff(a) && isOff(b)) ||
      ((isEmpty(a) || isDefault(a, field)) && (isEmpty(b) || isDefault(b, field)))
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const other = b as readonly JsonValue[];
    return a.length === other.length && a.every((item: JsonValue, index) => isSame(item, other[index], ''));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => isSame(a[name], b[name], name));
  }
  // A number that is nothing, or a flag that is off, is as good as none, but no default.
  return isOff(a) && isOff(b);
}

/** Amounts, or maps of them: `1` is `1000m`, but zero is not nothing. */
function isSameAmounts(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (isJsonObject(a) || isJsonObject(b)) {
    const [left, right] = [objectAt(a), objectAt(b)];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) =>
      isSameAmounts(left[name], right[name]),
    );
  }
  if (a === undefined || b === undefined) return a === b;
  const [left, right] = [readQuantity(a), readQuantity(b)];
  return left.kind === 'quantity' && right.kind === 'quantity' && left.nano === right.nano;
}
