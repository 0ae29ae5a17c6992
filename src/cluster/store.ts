import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { emptyNamespace, readState } from '../state/state.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import type { ObjectSink } from './reflector.ts';
import type { ClusterResource } from './resources.ts';

/** What a cluster holds, kept by reflectors and read by namespace; what was computed of it is kept until it changes. */
export interface ClusterStore {
  /** Where the reflector of a resource puts its objects. */
  readonly sinkFor: (resource: ClusterResource) => ObjectSink;
  readonly namespace: (name: string) => NamespaceState;
  readonly cluster: () => ClusterState;
  /** Every object of a namespace. */
  readonly objectsIn: (namespace: string) => readonly KubernetesObject[];
}

type Objects = Map<string, KubernetesObject>;

export function createClusterStore(): ClusterStore {
  /** By namespace, then by resource, then by name; cluster-wide objects stand under ''. */
  const held = new Map<string, Map<string, Objects>>();
  const namespaces = new Map<string, NamespaceState>();
  /** Resources that were listed: none of them in the store means none in the cluster, not that it is unknown. */
  const listed = new Set<string>();
  let cluster: ClusterState | null = null;

  const objectsOf = (namespace: string, resource: string): Objects => {
    const resources = held.get(namespace) ?? new Map<string, Objects>();
    held.set(namespace, resources);
    const objects = resources.get(resource) ?? new Map<string, KubernetesObject>();
    resources.set(resource, objects);
    return objects;
  };
  const forget = (namespace: string): void => {
    if (namespace !== '') namespaces.delete(namespace);
    else {
      cluster = null;
      namespaces.clear();
    }
  };
  const allOf = (namespace: string): readonly KubernetesObject[] =>
    [...(held.get(namespace)?.values() ?? [])].flatMap((objects) => [...objects.values()]);

  function sinkFor({ apiVersion, kind, resource, namespaced }: ClusterResource): ObjectSink {
    const name = `${apiVersion}/${resource}`;
    const place = (key: string): readonly [string, string] => {
      const slash = namespaced ? key.indexOf('/') : -1;
      return [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
    };
    const upsert = (key: string, value: JsonObject): void => {
      const [namespace, own] = place(key);
      const objects = objectsOf(namespace, name);
      // Most events tell of fields that nobody keeps: an object that is as it was stays the same object.
      if (isDeepStrictEqual(objects.get(own)?.value, value)) return;
      objects.set(own, { apiVersion, kind, namespace, name: own, value, source: null });
      forget(namespace);
    };
    return {
      upsert,
      remove(key) {
        const [namespace, own] = place(key);
        const resources = held.get(namespace);
        const objects = resources?.get(name);
        objects?.delete(own);
        if (objects?.size === 0) resources?.delete(name);
        if (resources?.size === 0) held.delete(namespace);
        forget(namespace);
      },
      replaceAll(objects) {
        listed.add(resource);
        if (!namespaced) forget('');
        for (const [namespace, resources] of held) {
          if (resources.delete(name)) forget(namespace);
          if (resources.size === 0) held.delete(namespace);
        }
        for (const [key, value] of objects) upsert(key, value);
      },
    };
  }

  return {
    sinkFor,
    namespace(name) {
      const known = namespaces.get(name);
      if (known !== undefined) return known;
      const { state } = readState([...allOf(''), ...allOf(name)], name);
      const read = state.namespaces.get(name) ?? emptyNamespace(name);
      namespaces.set(name, read);
      return read;
    },
    cluster() {
      if (cluster !== null) return cluster;
      const read = readState(allOf(''), '').state.cluster;
      cluster = {
        ...read,
        nodes: read.nodes ?? emptyIf(listed.has('nodes')),
        priorityClasses: read.priorityClasses ?? emptyIf(listed.has('priorityclasses')),
        runtimeClasses: read.runtimeClasses ?? emptyIf(listed.has('runtimeclasses')),
        storageClasses: read.storageClasses ?? emptyIf(listed.has('storageclasses')),
      };
      return cluster;
    },
    objectsIn: allOf,
  };
}

function emptyIf(isListed: boolean): readonly never[] | null {
  return isListed ? [] : null;
}
