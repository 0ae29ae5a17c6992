import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { stringAt } from '../manifest/fields.ts';
import { emptyNamespace, readState } from '../state/state.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import type { ObjectSink } from './reflector.ts';
import type { ClusterResource } from './resources.ts';
import { shareParts } from './share-parts.ts';

/** What a cluster holds, kept by reflectors and read by namespace; what was computed of it is kept until it changes. */
export interface ClusterStore {
  /** Where the reflector of a resource puts its objects. */
  readonly sinkFor: (resource: ClusterResource) => ObjectSink;
  /**
   * As one object for as long as nothing in it changes, where it exists. What other namespaces hold costs nothing here.
   */
  readonly namespace: (name: string) => NamespaceState;
  /**
   * The same, with other objects in the place of those of some resources, by their `resourceKey`; the same object where
   * these are what is held.
   */
  readonly namespaceWith: (name: string, fresh: ReadonlyMap<string, readonly KubernetesObject[]>) => NamespaceState;
  readonly cluster: () => ClusterState;
  /** Objects of a resource in a namespace, by name; with '' those that stand in none. */
  readonly objectsOf: (resource: ClusterResource, namespace: string) => ReadonlyMap<string, KubernetesObject>;
  /** Objects of a resource in all namespaces; the same array for as long as nothing of them changes. */
  readonly allOf: (resource: ClusterResource) => readonly KubernetesObject[];
  /** Whether a resource may be read, by its plural; what may not is named as unread in every namespace. */
  readonly allow: (resource: string, isReadable: boolean) => void;
}

type Objects = Map<string, KubernetesObject>;

const none: ReadonlyMap<string, KubernetesObject> = new Map();
const NAMESPACES = 'v1/namespaces';
/** OpenShift's quotas over several namespaces. */
const isClusterQuota = (resource: string): boolean => resource.endsWith('/clusterresourcequotas');

/** What tells resources apart: `apps/v1/deployments`. */
export const resourceKey = ({ apiVersion, resource }: ClusterResource): string => `${apiVersion}/${resource}`;

export function createClusterStore(): ClusterStore {
  /** By namespace, then by resource, then by name; cluster-wide objects stand under ''. */
  const held = new Map<string, Map<string, Objects>>();
  const namespaces = new Map<string, NamespaceState>();
  /** Kinds that were listed: none of them in the store means none in the cluster, not that it is unknown. */
  const listed = new Set<string>();
  const unread = new Set<string>();
  let cluster: ClusterState | null = null;
  /** By resource, where somebody asked. */
  const everywhere = new Map<string, readonly KubernetesObject[]>();

  const forget = (kind: string, namespace: string, name: string): void => {
    if (namespace !== '') namespaces.delete(namespace);
    else if (kind === 'Namespace') namespaces.delete(name);
    else if (kind === 'ClusterResourceQuota') namespaces.clear();
    else cluster = null;
  };

  function put(resource: ClusterResource, value: JsonObject, neighbour: JsonObject | null): KubernetesObject {
    const { apiVersion, kind } = resource;
    const [namespace, name] = [stringAt(value, 'metadata', 'namespace'), stringAt(value, 'metadata', 'name')];
    const resources = held.get(namespace) ?? new Map<string, Objects>();
    held.set(namespace, resources);
    const objects: Objects = resources.get(resourceKey(resource)) ?? new Map<string, KubernetesObject>();
    resources.set(resourceKey(resource), objects);
    const known = objects.get(name);
    // Lists come by name, so that pods of one ReplicaSet follow each other.
    const like = known?.value ?? neighbour;
    const shared = like === null ? value : shareParts(value, like);
    // Most events tell of fields that nobody keeps: an object that is as it was stays the same object.
    if (known !== undefined && shared === known.value) return known;
    const metadata = shared['metadata'];
    const object = {
      apiVersion,
      kind,
      namespace: stringAt(metadata, 'namespace'),
      name: stringAt(metadata, 'name'),
      value: shared,
      source: null,
    };
    objects.set(object.name, object);
    everywhere.delete(resourceKey(resource));
    forget(kind, namespace, name);
    return object;
  }

  function drop(resource: ClusterResource, namespace: string, name: string): void {
    const resources = held.get(namespace);
    const objects = resources?.get(resourceKey(resource));
    if (objects?.delete(name) !== true) return;
    if (objects.size === 0) resources?.delete(resourceKey(resource));
    if (resources?.size === 0) held.delete(namespace);
    everywhere.delete(resourceKey(resource));
    forget(resource.kind, namespace, name);
  }

  function keepOnly(resource: ClusterResource, found: ReadonlySet<KubernetesObject>): void {
    for (const [namespace, resources] of held) {
      for (const [name, object] of resources.get(resourceKey(resource)) ?? none) {
        if (!found.has(object)) drop(resource, namespace, name);
      }
    }
    if (!listed.has(resource.kind)) cluster = null;
    listed.add(resource.kind);
  }

  function sinkFor(resource: ClusterResource): ObjectSink {
    let last: JsonObject | null = null;
    let found: Set<KubernetesObject> | null = null;
    return {
      beginList() {
        const listing = new Set<KubernetesObject>();
        found = listing;
        return () => {
          found = null;
          keepOnly(resource, listing);
        };
      },
      upsert(value) {
        const object = put(resource, value, last);
        last = object.value;
        found?.add(object);
      },
      remove: (value) => drop(resource, stringAt(value, 'metadata', 'namespace'), stringAt(value, 'metadata', 'name')),
    };
  }

  /** What decides about one namespace: its own objects, and those about it that stand in none. */
  function read(name: string, objects: readonly KubernetesObject[]): NamespaceState {
    const own = held.get('')?.get(NAMESPACES)?.get(name);
    const beside = [...(own === undefined ? [] : [own]), ...listIn('', isClusterQuota)];
    const coverage = { listed: [], unread: { [name]: [...unread] } };
    return readState([...beside, ...objects], name, coverage).state.namespaces.get(name) ?? emptyNamespace(name);
  }

  /** @param isWanted - whether objects of a resource are, by its apiVersion and plural */
  const listIn = (namespace: string, isWanted: (resource: string) => boolean): readonly KubernetesObject[] =>
    [...(held.get(namespace) ?? [])].flatMap(([resource, named]) => (isWanted(resource) ? [...named.values()] : []));

  const isThere = (name: string): boolean => held.has(name) || held.get('')?.get(NAMESPACES)?.has(name) === true;

  function namespace(name: string): NamespaceState {
    const known =
      namespaces.get(name) ??
      read(
        name,
        listIn(name, () => true),
      );
    // Whoever asks may name as many as they like that do not exist.
    if (isThere(name)) namespaces.set(name, known);
    return known;
  }

  const isHeld = (namespaceName: string, resource: string, objects: readonly KubernetesObject[]): boolean => {
    const own = held.get(namespaceName)?.get(resource) ?? none;
    return objects.length === own.size && objects.every((object) => own.get(object.name) === object);
  };

  return {
    sinkFor,
    namespace,
    namespaceWith: (name, fresh) => {
      if ([...fresh].every(([resource, objects]) => isHeld(name, resource, objects))) return namespace(name);
      const rest = listIn(name, (resource) => !fresh.has(resource));
      return read(name, [...rest, ...[...fresh.values()].flat()]);
    },
    cluster() {
      const coverage = { listed: [...listed], unread: {} };
      cluster ??= readState(
        listIn('', (resource) => resource !== NAMESPACES),
        '',
        coverage,
      ).state.cluster;
      return cluster;
    },
    allOf(resource) {
      const key = resourceKey(resource);
      const known =
        everywhere.get(key) ?? [...held.values()].flatMap((named) => [...(named.get(key) ?? none).values()]);
      everywhere.set(key, known);
      return known;
    },
    objectsOf: (resource, namespace) => held.get(namespace)?.get(resourceKey(resource)) ?? none,
    allow(resource, isReadable) {
      if (unread.has(resource) !== isReadable) return;
      if (isReadable) unread.delete(resource);
      else unread.add(resource);
      namespaces.clear();
    },
  };
}
