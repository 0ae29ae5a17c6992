import { readLimitRange, type LimitRange } from '../admission/limit-range.ts';
import { isAmountError } from '../workload/pod-shape.ts';
import { fieldAt, isTrueAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { objectKind } from '../quota/resource-name.ts';
import { noCoverage, type StateCoverage } from './coverage.ts';
import { findGovernors } from './governor.ts';
import type {
  ClusterState,
  DeviceClass,
  NamespaceState,
  PriorityClass,
  RuntimeClass,
  StorageClass,
} from './namespace-state.ts';
import { readAmounts, type StateProblem } from './read-amounts.ts';
import { readQuota } from './read-quota.ts';

/** What namespaces and their cluster hold, as far as it is known. */
export interface ReleaseState {
  readonly cluster: ClusterState;
  /** Only namespaces that something stands in, or that are named by a Namespace object. */
  readonly namespaces: ReadonlyMap<string, NamespaceState>;
  /** PersistentVolumes; `null` when not known. */
  readonly volumes: readonly KubernetesObject[] | null;
}

export interface StateReading {
  readonly state: ReleaseState;
  /** Objects that no cluster would hold so: the state is no state of a cluster then. */
  readonly problems: readonly StateProblem[];
}

/** Kinds without a namespace that the state is made of, or that decide about namespaces. */
const clusterKinds: ReadonlySet<string> = new Set([
  'ClusterResourceQuota',
  'DeviceClass',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'Tenant',
]);

export const isClusterObject = (object: KubernetesObject): boolean => clusterKinds.has(object.kind);

/**
 * Orders objects, as `kubectl get` prints them or as manifests, into a state. Of the same object twice the later counts.
 * @param namespace - where objects stand that name no namespace
 * @param coverage - of a state that was read from a cluster
 */
export function readState(
  objects: readonly KubernetesObject[],
  namespace: string,
  { listed, unread }: StateCoverage = noCoverage,
): StateReading {
  const problems: StateProblem[] = [];
  const cluster = objects.filter(isClusterObject);
  const byNamespace = new Map<string, KubernetesObject[]>(Object.keys(unread).map((name) => [name, []]));
  for (const object of objects) {
    if (isClusterObject(object)) {
      if (object.kind === 'Namespace' && !byNamespace.has(object.name)) byNamespace.set(object.name, []);
      continue;
    }
    const name = object.namespace === '' ? namespace : object.namespace;
    const known = byNamespace.get(name);
    if (known === undefined) byNamespace.set(name, [object]);
    else known.push(object);
  }
  const namespaces = new Map<string, NamespaceState>();
  for (const [name, held] of byNamespace) {
    namespaces.set(name, { ...readNamespace(name, held, cluster, problems), unread: unread[name] ?? [] });
  }
  const volumes = cluster.filter(({ kind }) => kind === 'PersistentVolume');
  return {
    state: {
      cluster: readCluster(cluster, listed, problems),
      namespaces,
      volumes: volumes.length === 0 ? null : volumes,
    },
    problems,
  };
}

/** A namespace of which nothing is known but its name. */
export function emptyNamespace(name: string): NamespaceState {
  return { name, quotas: [], limitRanges: [], objects: new Map(), governedBy: [], unread: [] };
}

function readNamespace(
  name: string,
  held: readonly KubernetesObject[],
  cluster: readonly KubernetesObject[],
  problems: StateProblem[],
): Omit<NamespaceState, 'unread'> {
  const objects = new Map<string, Map<string, KubernetesObject>>();
  for (const object of held) {
    const kind = objectKind(object);
    const known = objects.get(kind) ?? new Map<string, KubernetesObject>();
    objects.set(kind, known.set(object.name, object));
  }
  const list = (kind: string): readonly KubernetesObject[] => [...(objects.get(kind)?.values() ?? [])];
  const own = cluster.findLast((object) => object.kind === 'Namespace' && object.name === name) ?? null;
  return {
    name,
    quotas: list('ResourceQuota').map((object) => readQuota(object, problems)),
    limitRanges: list('LimitRange').flatMap((object) => readLimits(object, problems)),
    objects: new Map([...objects].map(([kind, named]) => [kind, [...named.values()]])),
    governedBy: findGovernors(own, held, cluster),
  };
}

function readLimits(object: KubernetesObject, problems: StateProblem[]): readonly LimitRange[] {
  const read = readLimitRange(object);
  if (!isAmountError(read)) return [read];
  problems.push({ object, pointer: read.pointer, message: `is no amount: ${read.error.message}` });
  return [];
}

function readCluster(
  objects: readonly KubernetesObject[],
  listed: StateCoverage['listed'],
  problems: StateProblem[],
): ClusterState {
  const read = <Value>(kind: string, make: (object: KubernetesObject) => Value): readonly Value[] | null => {
    const named = new Map(objects.filter((object) => object.kind === kind).map((object) => [object.name, object]));
    return named.size === 0 && !listed.includes(kind) ? null : [...named.values()].map(make);
  };
  return {
    priorityClasses:
      read('PriorityClass', readPriorityClass)?.filter(({ name }) => !name.startsWith('system-')) ?? null,
    runtimeClasses: read('RuntimeClass', (object) => readRuntimeClass(object, problems)),
    storageClasses: read('StorageClass', readStorageClass),
    deviceClasses: read('DeviceClass', readDeviceClass),
    nodes: read('Node', (object) => object),
  };
}

function readPriorityClass({ name, value }: KubernetesObject): PriorityClass {
  const priority = fieldAt(value, 'value');
  return {
    name,
    value: typeof priority === 'number' ? priority : 0,
    globalDefault: isTrueAt(value, 'globalDefault'),
    preemptionPolicy: stringAt(value, 'preemptionPolicy') || 'PreemptLowerPriority',
  };
}

function readRuntimeClass(object: KubernetesObject, problems: StateProblem[]): RuntimeClass {
  const overhead = fieldAt(object.value, 'overhead', 'podFixed');
  return {
    name: object.name,
    overhead: overhead === undefined ? null : readAmounts(object, overhead, '/overhead/podFixed', problems, 'none'),
  };
}

const defaultClassAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

function readStorageClass({ name, value }: KubernetesObject): StorageClass {
  const annotations = objectAt(value, 'metadata', 'annotations');
  const expands = fieldAt(value, 'allowVolumeExpansion');
  return {
    name,
    isDefault: defaultClassAnnotations.some((annotation) => fieldAt(annotations, annotation) === 'true'),
    createdAt: stringAt(value, 'metadata', 'creationTimestamp'),
    allowVolumeExpansion: expands === true,
    provisioner: stringAt(value, 'provisioner'),
  };
}

function readDeviceClass({ name, value }: KubernetesObject): DeviceClass {
  return { name, extendedResourceName: stringAt(value, 'spec', 'extendedResourceName') || null };
}
