import { fieldAt, integerAt, isTrueAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { objectKind } from '../quota/resource-name.ts';

export function keyOf(object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'name'>): string {
  return `${objectKind(object)}/${object.name}`;
}

/** The API server counts it up with each change of the spec, before it asks a webhook; 0 for kinds that have none. */
export function generationOf({ value }: KubernetesObject): number {
  return integerAt(value, 'metadata', 'generation') ?? 0;
}

/** The API server gives it before it asks a webhook, on a create too; empty in what was never stored. */
export function uidOf({ value }: KubernetesObject): string {
  return stringAt(value, 'metadata', 'uid');
}

/** Objects by the controller that owns them. */
export type OwnerIndex = ReadonlyMap<string, readonly KubernetesObject[]>;

/** Orders everything in a namespace that a controller owns by the controller's `keyOf`. */
export function indexOwners(namespace: NamespaceState): OwnerIndex {
  const index = new Map<string, KubernetesObject[]>();
  for (const object of [...namespace.objects.values()].flat()) {
    const key = controllerOf(object);
    if (key === null) continue;
    const owned = index.get(key);
    if (owned === undefined) index.set(key, [object]);
    else owned.push(object);
  }
  return index;
}

/** What an object says of its controller; `null` where it has none. */
export function controllerRefOf({
  value,
}: Pick<KubernetesObject, 'value'>): Pick<KubernetesObject, 'apiVersion' | 'kind' | 'name'> | null {
  const owner = listAt(value, 'metadata', 'ownerReferences').find((one) => isTrueAt(one, 'controller'));
  if (owner === undefined) return null;
  return {
    apiVersion: stringAt(owner, 'apiVersion'),
    kind: stringAt(owner, 'kind'),
    name: stringAt(owner, 'name'),
  };
}

/** Kinds of controllers of which every state holds all, unless they may not be read. */
const controllerResources: ReadonlyMap<string, string> = new Map([
  ['CronJob.batch', 'cronjobs'],
  ['DaemonSet.apps', 'daemonsets'],
  ['Deployment.apps', 'deployments'],
  ['Job.batch', 'jobs'],
  ['ReplicaSet.apps', 'replicasets'],
  ['ReplicationController', 'replicationcontrollers'],
  ['StatefulSet.apps', 'statefulsets'],
]);

/** The controller that an object names. */
interface Controller {
  /** Its `keyOf`. */
  readonly key: string;
  /** Its plural, where every state holds all of its kind; else `null`. */
  readonly resource: string | null;
}

/** A state that changed shares most of its objects with the one before. */
const controllers = new WeakMap<KubernetesObject, Controller | null>();

function findController(object: KubernetesObject): Controller | null {
  let controller = controllers.get(object);
  if (controller === undefined) {
    const owner = controllerRefOf(object);
    controller = owner && { key: keyOf(owner), resource: controllerResources.get(objectKind(owner)) ?? null };
    controllers.set(object, controller);
  }
  return controller;
}

/** The `keyOf` of an object's controller; `null` where it has none. */
export function controllerOf(object: KubernetesObject): string | null {
  return findController(object)?.key ?? null;
}

/** The controller of an object, where it is there itself: then it speaks for what it owns. */
export function ownerOf(
  stored: Pick<ReadonlyMap<string, KubernetesObject>, 'get'>,
  object: KubernetesObject,
): KubernetesObject | undefined {
  const key = controllerOf(object);
  return key === null ? undefined : stored.get(key);
}

/**
 * Whether an object does not stand for itself: its controller speaks for it, or is gone, and the garbage collector has the
 * object next.
 * @see k8s.io/kubernetes/pkg/controller/garbagecollector `attemptToDeleteItem`
 */
export function isOwned(
  { namespace, stored }: { readonly namespace: NamespaceState; readonly stored: ReadonlyMap<string, KubernetesObject> },
  object: KubernetesObject,
): boolean {
  const controller = findController(object);
  if (controller === null) return false;
  const { key, resource } = controller;
  return stored.has(key) || (resource !== null && !namespace.unread.includes(resource));
}

/** What a controller owns of one kind; objects of an earlier owner of the same name are not its own. */
export function ownedBy(index: OwnerIndex, owner: KubernetesObject, kind: string): readonly KubernetesObject[] {
  const uid = stringAt(owner.value, 'metadata', 'uid');
  return (index.get(keyOf(owner)) ?? []).filter(
    (object) =>
      object.kind === kind &&
      listAt(object.value, 'metadata', 'ownerReferences').some(
        (one) => stringAt(one, 'name') === owner.name && [uid, ''].includes(uid === '' ? '' : stringAt(one, 'uid')),
      ),
  );
}

export const isTerminating = (object: KubernetesObject): boolean =>
  stringAt(object.value, 'metadata', 'deletionTimestamp') !== '';

/** Pods that run or will: neither finished nor told to stop. */
export function isActivePod(pod: KubernetesObject): boolean {
  return !isTerminating(pod) && !['Failed', 'Succeeded'].includes(stringAt(pod.value, 'status', 'phase'));
}

/** Whether a pod counts as available. One that has only just begun will; one that cannot be scheduled, or fails, will not. */
export function isReadyPod(pod: KubernetesObject): boolean {
  const conditions = listAt(pod.value, 'status', 'conditions');
  const statusOf = (type: string): string =>
    stringAt(
      conditions.find((condition) => stringAt(condition, 'type') === type),
      'status',
    );
  if (stringAt(pod.value, 'status', 'phase') === 'Running') return statusOf('Ready') !== 'False';
  return statusOf('PodScheduled') !== 'False';
}

/** The `{metadata, spec}` that a controller makes its pods of. */
export function templateOf(object: KubernetesObject): ReturnType<typeof objectAt> {
  return objectAt(fieldAt(object.value, 'spec'), 'template');
}
