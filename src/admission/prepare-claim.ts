import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { fieldAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { printQuantity } from '../quantity/print.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import { chargeObject, claimClass } from '../quota/object-charge.ts';
import type { ClusterState, NamespaceState, StorageClass } from '../state/namespace-state.ts';
import { isAmountError, readResourceList } from '../workload/pod-shape.ts';
import type { AdmissionOptions, AdmissionRequest, Preparation } from './admission.ts';
import { aggregateErrors, forbidden, invalid, required, type FieldError } from './field-error.ts';
import { judgeClaimLimits } from './limit-range-verdict.ts';
import { validateMetadata } from './name-validation.ts';
import { refuseForbidden, refuseInvalid, refuseUndecodable } from './refusal.ts';

const claims = { group: '', resource: 'persistentvolumeclaims' };

/** What the server makes of a claim before quota is asked, in its order. */
export function prepareClaim(
  { object, old }: AdmissionRequest,
  namespace: NamespaceState,
  cluster: ClusterState,
  { kubernetesMinor }: AdmissionOptions,
): Preparation {
  const requests = requestsOf(object.value);
  if (isAmountError(requests)) return refuseUndecodable(object, requests.error.message);
  const { value, isKnown } =
    old === undefined ? withDefaultClass(object.value, cluster) : withStoredClass(object.value, old);

  const errors = [...validateMetadata(object.value), ...validateClaim(object.value, requests)];
  if (old !== undefined) errors.push(...validateClaimUpdate(requests, old));
  if (errors.length > 0) return refuseInvalid(object, errors);

  for (const limitRange of namespace.limitRanges) {
    const messages = judgeClaimLimits(limitRange, requests);
    if (messages.length > 0) return refuseForbidden(claims, object.name, 'limit-range', aggregateErrors(messages));
  }
  if (old !== undefined && !mayExpand(value, requests, old, cluster)) {
    return refuseForbidden(claims, object.name, 'other', expansionRule);
  }
  const charge = chargeObject({ ...object, value }, claims, { kubernetesMinor, deviceClasses: cluster.deviceClasses });
  const traits = charge.traits.kind === 'claim' ? { ...charge.traits, isClassKnown: isKnown } : charge.traits;
  const storageClassName = isKnown ? claimClass(value) : null;
  return { kind: 'ready', charge: { ...charge, traits }, pod: null, storageClassName, missing: [] };
}

const expansionRule =
  'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';

/** The PersistentVolumeClaimResize plugin; a class that is not known counts as one that may be expanded. */
function mayExpand(value: JsonObject, requests: ResourceList, old: KubernetesObject, cluster: ClusterState): boolean {
  const before = requestsOf(old.value);
  const [wanted, had] = [requests.get('storage'), isAmountError(before) ? undefined : before.get('storage')];
  if (wanted === undefined || had === undefined || compareQuantities(wanted, had) <= 0) return true;
  const name = claimClass(value);
  if (name === '' || name !== claimClass(old.value)) return false;
  if (cluster.storageClasses === null) return true;
  const found = cluster.storageClasses.find((storageClass) => storageClass.name === name);
  return found !== undefined && found.allowVolumeExpansion !== false;
}

interface ClassedClaim {
  readonly value: JsonObject;
  readonly isKnown: boolean;
}

/** The DefaultStorageClass plugin: only for a claim that says nothing about its class, not even the empty one. */
function withDefaultClass(value: JsonObject, { storageClasses }: ClusterState): ClassedClaim {
  const isAnnotated =
    fieldAt(value, 'metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class') !== undefined;
  if (isAnnotated || (fieldAt(value, 'spec', 'storageClassName') ?? null) !== null) return { value, isKnown: true };
  if (storageClasses === null) return { value, isKnown: false };
  return { value: withClass(value, defaultStorageClass(storageClasses)), isKnown: true };
}

function withStoredClass(value: JsonObject, old: KubernetesObject): ClassedClaim {
  const isWritten = (fieldAt(value, 'spec', 'storageClassName') ?? null) !== null;
  return { value: isWritten ? value : withClass(value, claimClass(old.value)), isKnown: true };
}

function withClass(value: JsonObject, storageClassName: string): JsonObject {
  return storageClassName === '' ? value : { ...value, spec: { ...objectAt(value, 'spec'), storageClassName } };
}

/** The youngest of the default classes, then the first by name; empty where there is none. */
function defaultStorageClass(classes: readonly StorageClass[]): string {
  const [first] = classes
    .filter((storageClass) => storageClass.isDefault)
    .sort((a, b) => order(b.createdAt, a.createdAt) || order(a.name, b.name));
  return first?.name ?? '';
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function requestsOf(value: JsonObject): ReturnType<typeof readResourceList> {
  return readResourceList(fieldAt(value, 'spec', 'resources', 'requests'), '/spec/resources/requests');
}

function validateClaim(value: JsonObject, requests: ResourceList): FieldError[] {
  const errors: FieldError[] = [];
  if (listAt(value, 'spec', 'accessModes').length === 0) {
    errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  }
  const storage = requests.get('storage');
  if (storage === undefined) errors.push(required('spec.resources[storage]'));
  else if (storage.nano <= 0n) {
    errors.push(invalid('spec.resources[storage]', printQuantity(storage), 'must be greater than zero'));
  }
  return errors;
}

const immutableRule =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** The size of a claim may only grow, and only once a volume is bound to it. */
function validateClaimUpdate(requests: ResourceList, old: KubernetesObject): FieldError[] {
  const before = requestsOf(old.value);
  const [wanted, had] = [requests.get('storage'), isAmountError(before) ? undefined : before.get('storage')];
  if (wanted === undefined || had === undefined) return [];
  const change = compareQuantities(wanted, had);
  if (change === 0) return [];
  if (stringAt(old.value, 'status', 'phase') !== 'Bound') return [forbidden('spec', immutableRule)];
  const detail = 'field can not be less than previous value';
  return change < 0 ? [forbidden('spec.resources.requests.storage', detail)] : [];
}
