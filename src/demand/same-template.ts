import { isJsonObject, objectAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { readQuantity } from '../quantity/parse.ts';

/** What the API server writes into a pod template where nothing is written, by the name of the field. */
const defaults: ReadonlyMap<string, readonly JsonValue[]> = new Map<string, readonly JsonValue[]>([
  ['apiVersion', ['v1']],
  ['defaultMode', [420]],
  ['dnsPolicy', ['ClusterFirst']],
  ['expirationSeconds', [3600]],
  ['failureThreshold', [3]],
  ['fsType', ['ext4']],
  // By the image's tag, which stands beside it.
  ['imagePullPolicy', ['Always', 'IfNotPresent']],
  ['iscsiInterface', ['default']],
  ['keyring', ['/etc/ceph/keyring']],
  ['path', ['/']],
  ['periodSeconds', [10]],
  ['pool', ['rbd']],
  ['protocol', ['TCP']],
  ['pullPolicy', ['Always', 'IfNotPresent']],
  ['restartPolicy', ['Always']],
  ['scheme', ['HTTP']],
  ['schedulerName', ['default-scheduler']],
  ['storageMode', ['ThinProvisioned']],
  ['successThreshold', [1]],
  ['terminationGracePeriodSeconds', [30]],
  ['terminationMessagePath', ['/dev/termination-log']],
  ['terminationMessagePolicy', ['File']],
  ['timeoutSeconds', [1]],
  ['user', ['admin']],
  ['volumeMode', ['Filesystem']],
]);

/** Fields that hold amounts, or maps of them. */
const amountFields: ReadonlySet<string> = new Set(['divisor', 'limits', 'requests', 'sizeLimit', 'storage']);

const hashLabel = 'pod-template-hash';

/**
 * Whether two pod templates are the same to the server: one may be as written, the other as it was stored with its
 * defaults. The label that a Deployment adds to its ReplicaSets' templates does not count.
 * @see k8s.io/kubernetes/pkg/controller/deployment/util `EqualIgnoreHash`
 */
export function isSameTemplate(a: JsonObject, b: JsonObject): boolean {
  return isSame(withoutHash(a), withoutHash(b), '');
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

function isOff(value: JsonValue | undefined): boolean {
  return value === false || value === 0 || isEmpty(value);
}

/** Absent, null, or without content: what the server leaves out. */
function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(isEmpty);
}

function isDefault(value: JsonValue | undefined, field: string): boolean {
  // `serviceAccount` is the old name of `serviceAccountName`; the server writes both.
  if (value === undefined || field === 'serviceAccount') return true;
  return defaults.get(field)?.includes(value) === true;
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
