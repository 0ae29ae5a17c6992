import { isJsonObject } from '../manifest/fields.ts';
import type { JsonValue } from '../manifest/document.ts';

/** What the API server writes into a pod template where nothing is written, by the name of the field. */
export const defaults: ReadonlyMap<string, readonly JsonValue[]> = new Map<string, readonly JsonValue[]>([
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
export const amountFields: ReadonlySet<string> = new Set(['divisor', 'limits', 'requests', 'sizeLimit', 'storage']);

/** A number that is nothing, a flag that is off, or nothing at all. */
export function isOff(value: JsonValue | undefined): boolean {
  return value === false || value === 0 || isEmpty(value);
}

/** Absent, null, or without content: what the server leaves out. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(isEmpty);
}

/** Whether a value is what the server may write into a field of that name. */
export function isDefault(value: JsonValue | undefined, field: string): boolean {
  // `serviceAccount` is the old name of `serviceAccountName`; the server writes both.
  if (value === undefined || field === 'serviceAccount') return true;
  return defaults.get(field)?.includes(value) === true;
}
