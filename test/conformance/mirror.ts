import { isTrueAt, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import type { Api, WatchEvent } from './api.ts';

/** Collections that are followed in all namespaces: by plural, the API group's path. */
const FOLLOWED: Readonly<Record<string, string>> = {
  pods: '/api/v1',
  services: '/api/v1',
  resourcequotas: '/api/v1',
  limitranges: '/api/v1',
  serviceaccounts: '/api/v1',
  configmaps: '/api/v1',
  secrets: '/api/v1',
  persistentvolumeclaims: '/api/v1',
  replicationcontrollers: '/api/v1',
  deployments: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  controllerrevisions: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  cronjobs: '/apis/batch/v1',
  horizontalpodautoscalers: '/apis/autoscaling/v2',
};

/** Their changes say nothing about whether a namespace is at rest. */
const RESTLESS = new Set(['serviceaccounts', 'horizontalpodautoscalers']);

/** A live copy of the cluster: what a watch has told, without asking again. */
export interface Mirror {
  /** The objects of a collection in a namespace, by name. */
  list(plural: string, namespace: string): readonly JsonObject[];
  /** When something in the namespace last changed that controllers work on; milliseconds of `Date.now()`, 0 for never. */
  changedAt(namespace: string): number;
  /** Calls back with every change of a collection, in all namespaces; gives a function that ends it. */
  listen(plural: string, see: (object: JsonObject) => void): () => void;
}

interface Corner {
  readonly objects: Map<string, JsonObject>;
  changedAt: number;
}

/**
 * Lists and then watches every collection until the signal.
 * @param fail - told when a watch ends in another way: what was mirrored can then not be trusted any more
 */
export async function startMirror(api: Api, signal: AbortSignal, fail: (error: unknown) => void): Promise<Mirror> {
  const corners = new Map<string, Corner>();
  const listeners = new Map<string, Set<(object: JsonObject) => void>>();
  const corner = (namespace: string): Corner => {
    const found = corners.get(namespace);
    if (found) return found;
    const made: Corner = { objects: new Map(), changedAt: 0 };
    corners.set(namespace, made);
    return made;
  };
  const take = (plural: string, event: WatchEvent): void => {
    if (event.type === 'BOOKMARK') return;
    if (event.type === 'ERROR') throw new Error(`watch of ${plural}: ${JSON.stringify(event.object)}`);
    const place = corner(stringAt(event.object, 'metadata', 'namespace'));
    const key = `${plural}/${stringAt(event.object, 'metadata', 'name')}`;
    if (event.type === 'DELETED') place.objects.delete(key);
    else place.objects.set(key, event.object);
    if (!RESTLESS.has(plural)) place.changedAt = Date.now();
    for (const see of listeners.get(plural) ?? []) see(event.object);
  };
  await Promise.all(
    Object.entries(FOLLOWED).map(async ([plural, group]) => {
      const path = `${group}/${plural}`;
      const { body } = await api.get(path);
      for (const item of listAt(body, 'items')) take(plural, { type: 'ADDED', object: objectAt(item) });
      void follow(
        api,
        path,
        stringAt(body, 'metadata', 'resourceVersion'),
        (event) => take(plural, event),
        signal,
      ).catch(fail);
    }),
  );
  return {
    list: (plural, namespace) => {
      const found = [...corner(namespace).objects].filter(([key]) => key.startsWith(`${plural}/`));
      return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    },
    changedAt: (namespace) => corner(namespace).changedAt,
    listen: (plural, see) => {
      const all = listeners.get(plural) ?? new Set();
      listeners.set(plural, all.add(see));
      return () => all.delete(see);
    },
  };
}

/** Watches again from where the last watch stopped: servers end a watch after some minutes. */
async function follow(
  api: Api,
  path: string,
  from: string,
  take: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let resourceVersion = from;
  while (!signal.aborted) {
    await api.watch(
      path,
      resourceVersion,
      (event) => {
        take(event);
        resourceVersion = stringAt(event.object, 'metadata', 'resourceVersion');
      },
      signal,
    );
  }
}

export function isTerminating(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'deletionTimestamp') !== '';
}

/** Whether a controller with this uid owns the object. */
export function isControlledBy(object: JsonObject, uid: string): boolean {
  return listAt(object, 'metadata', 'ownerReferences').some(
    (owner) => isTrueAt(owner, 'controller') && stringAt(owner, 'uid') === uid,
  );
}
