import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { fieldAt, integerAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { addQuantities, compareQuantities, roundUpToUnit } from '../quantity/arithmetic.ts';
import { wholeQuantity, zero, type Quantity } from '../quantity/quantity.ts';
import type { DeviceClass } from '../state/namespace-state.ts';
import { isAmountError, readResourceList } from '../workload/pod-shape.ts';
import { one, type Charge } from './charge.ts';
import { requestsPrefix } from './covered-keys.ts';
import { objectKind, printGroupResource, type GroupResource } from './resource-name.ts';

/** Kinds that had a quota key of their own before every kind could be counted. */
const legacyKeys: ReadonlySet<string> = new Set([
  'configmaps',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);

/** Never counted. @see k8s.io/kubernetes/pkg/quota/v1/install `DefaultIgnoredResources` */
const ignoredKinds: ReadonlySet<string> = new Set(['Binding', 'ComponentStatus', 'Event', 'Event.events.k8s.io']);

/** What DRA counts for a request of all devices: the most that a claim can be given. */
const allDevices = 32;

export interface ObjectChargeOptions {
  readonly kubernetesMinor: number;
  /** `null` when not known. */
  readonly deviceClasses: readonly DeviceClass[] | null;
}

/** What an object of any kind but Pod counts for; amounts that cannot be read count nothing. */
export function chargeObject(object: KubernetesObject, of: GroupResource, options: ObjectChargeOptions): Charge {
  const kind = objectKind(object);
  if (kind === 'PersistentVolumeClaim') return chargeClaim(object.value, of);
  if (kind === 'ResourceClaim.resource.k8s.io') return chargeDeviceClaim(object.value, of, options);
  const usage = new Map<string, Quantity>();
  if (of.resource !== null && !ignoredKinds.has(kind)) {
    usage.set(`count/${printGroupResource(of)}`, one);
    if (of.group === '' && legacyKeys.has(of.resource)) usage.set(of.resource, one);
  }
  if (kind === 'Service') {
    const type = stringAt(object.value, 'spec', 'type');
    usage.set('services.loadbalancers', type === 'LoadBalancer' ? one : zero);
    usage.set('services.nodeports', wholeQuantity(countNodePorts(object.value, type)));
  }
  return { of, traits: { kind: 'plain' }, usage };
}

function countNodePorts(service: JsonObject, type: string): number {
  const ports = listAt(service, 'spec', 'ports');
  if (type === 'NodePort') return ports.length;
  if (type !== 'LoadBalancer') return 0;
  if (fieldAt(service, 'spec', 'allocateLoadBalancerNodePorts') !== false) return ports.length;
  return ports.filter((port) => (integerAt(port, 'nodePort') ?? 0) !== 0).length;
}

/** The class that a claim asks for: the old annotation before the field, even an empty one; empty for none. */
export function claimClass(claim: JsonObject): string {
  const annotated = fieldAt(claim, 'metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class');
  return typeof annotated === 'string' ? annotated : stringAt(claim, 'spec', 'storageClassName');
}

function chargeClaim(claim: JsonObject, of: GroupResource): Charge {
  const storageClass = claimClass(claim);
  const storage = claimedStorage(claim);
  const usage = new Map([['count/persistentvolumeclaims', one]]);
  const count = (key: string, amount: Quantity): void => {
    usage.set(key, amount);
    if (storageClass !== '') usage.set(`${storageClass}.storageclass.storage.k8s.io/${key}`, amount);
  };
  count('persistentvolumeclaims', one);
  if (storage !== undefined) count('requests.storage', storage);
  const volumeAttributesClasses = [
    stringAt(claim, 'spec', 'volumeAttributesClassName'),
    stringAt(claim, 'status', 'currentVolumeAttributesClassName'),
    stringAt(claim, 'status', 'modifyVolumeStatus', 'targetVolumeAttributesClassName'),
  ].filter((name) => name !== '');
  return { of, traits: { kind: 'claim', volumeAttributesClasses, isClassKnown: true }, usage };
}

/** Requested, or what an expansion under way was given where that is more; in whole bytes (kubernetes/kubernetes#94313). */
function claimedStorage(claim: JsonObject): Quantity | undefined {
  const requested = amountAt(claim, 'spec', 'resources', 'requests');
  if (requested === undefined) return undefined;
  const allocated = amountAt(claim, 'status', 'allocatedResources');
  const isMore = allocated !== undefined && compareQuantities(allocated, roundUpToUnit(requested)) > 0;
  return roundUpToUnit(isMore ? allocated : requested);
}

function amountAt(claim: JsonObject, ...path: string[]): Quantity | undefined {
  const list = readResourceList(objectAt(claim, ...path), '');
  return isAmountError(list) ? undefined : list.get('storage');
}

function chargeDeviceClaim(claim: JsonObject, of: GroupResource, options: ObjectChargeOptions): Charge {
  const usage = new Map([['count/resourceclaims.resource.k8s.io', one]]);
  for (const request of listAt(claim, 'spec', 'devices', 'requests')) {
    for (const [deviceClass, devices] of devicesOf(request)) {
      const key = `${deviceClass}.deviceclass.resource.k8s.io/devices`;
      usage.set(key, addQuantities(usage.get(key) ?? zero, wholeQuantity(devices)));
    }
  }
  if (options.kubernetesMinor >= 36) addExtendedResources(usage, options.deviceClasses ?? []);
  return { of, traits: { kind: 'device-claim' }, usage };
}

/** The most devices of each class that a request can end up with. */
function devicesOf(request: JsonValue): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  const alternatives = listAt(request, 'firstAvailable');
  const exactly = objectAt(request, 'exactly');
  // v1beta1 has the fields of `exactly` in the request itself.
  const wanted =
    alternatives.length > 0 ? alternatives : [stringAt(exactly, 'deviceClassName') === '' ? request : exactly];
  for (const alternative of wanted) {
    const name = stringAt(alternative, 'deviceClassName');
    if (name !== '') most.set(name, Math.max(most.get(name) ?? 0, countDevices(alternative)));
  }
  return most;
}

function countDevices(request: JsonValue): number {
  const mode = stringAt(request, 'allocationMode');
  if (mode === 'All') return allDevices;
  return mode === '' || mode === 'ExactCount' ? (integerAt(request, 'count') ?? 1) : 0;
}

function addExtendedResources(usage: Map<string, Quantity>, deviceClasses: readonly DeviceClass[]): void {
  for (const [key, devices] of new Map(usage)) {
    const suffix = '.deviceclass.resource.k8s.io/devices';
    if (!key.endsWith(suffix) || devices.nano <= 0n) continue;
    const name = key.slice(0, -suffix.length);
    usage.set(`${requestsPrefix}deviceclass.resource.kubernetes.io/${name}`, devices);
    const extended = deviceClasses.find((deviceClass) => deviceClass.name === name)?.extendedResourceName ?? '';
    if (extended !== '') usage.set(requestsPrefix + extended, devices);
  }
}
