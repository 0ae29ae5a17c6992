import type { JsonObject } from '../manifest/document.ts';
import { fieldAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { wholeQuantity, type Quantity, type ResourceList } from '../quantity/quantity.ts';
import { hasPodLevel, livePodResources, podResources } from '../workload/pod-resources.ts';
import type { PodShape, Resources } from '../workload/pod-shape.ts';
import { isExtendedResource, requestsPrefix } from './covered-keys.ts';
import type { GroupResource } from './resource-name.ts';

/** What scopes of quotas ask about a pod. */
export interface PodTraits {
  readonly kind: 'pod';
  readonly terminating: boolean;
  readonly bestEffort: boolean;
  /** After the Priority plugin; empty for none, `null` when the cluster's default class is not known. */
  readonly priorityClassName: string | null;
  readonly crossNamespaceAffinity: boolean;
  /** Containers that lack what a quota on the key demands, sorted; empty where pod-level resources excuse them. */
  readonly unspecified: ReadonlyMap<string, readonly string[]>;
}

export interface ClaimTraits {
  readonly kind: 'claim';
  readonly volumeAttributesClasses: readonly string[];
  /** False where the cluster's default class decides and is not known: quotas on classes cannot be judged then. */
  readonly isClassKnown: boolean;
}

/** A ResourceClaim, or any kind that is merely counted: no scope ever covers them. */
interface PlainTraits {
  readonly kind: 'device-claim' | 'plain';
}

/** What one object counts for, before any quota is asked. A quota that names none of these keys is not concerned. */
export interface Charge {
  readonly of: GroupResource;
  readonly traits: ClaimTraits | PlainTraits | PodTraits;
  readonly usage: ResourceList;
}

export const one = wholeQuantity(1);

export interface PodChargeOptions {
  readonly kubernetesMinor: number;
  /** `null` when the cluster's default class is not known and the pod names none. */
  readonly priorityClassName: string | null;
  /** Of a pod that lives already; `null` for one that is about to be created. */
  readonly status: JsonObject | null;
}

const demandedKeys: readonly (readonly [key: string, list: keyof Resources, name: string])[] = [
  ['cpu', 'requests', 'cpu'],
  ['limits.cpu', 'limits', 'cpu'],
  ['limits.memory', 'limits', 'memory'],
  ['memory', 'requests', 'memory'],
  ['requests.cpu', 'requests', 'cpu'],
  ['requests.memory', 'requests', 'memory'],
];

/**
 * What a pod counts for. A finished one only counts as an object.
 * @see k8s.io/kubernetes/pkg/quota/v1/evaluator/core `PodUsageFunc`
 */
export function chargePod(pod: PodShape, options: PodChargeOptions): Charge {
  return {
    of: { group: '', resource: 'pods' },
    traits: {
      kind: 'pod',
      terminating: pod.activeDeadlineSeconds !== null && pod.activeDeadlineSeconds >= 0,
      bestEffort: isBestEffort(pod, options.kubernetesMinor),
      priorityClassName: options.priorityClassName,
      crossNamespaceAffinity: isAcrossNamespaces(pod.spec),
      unspecified: listUnspecified(pod),
    },
    usage: podUsage(pod, options),
  };
}

function podUsage(pod: PodShape, { status, kubernetesMinor }: PodChargeOptions): ResourceList {
  const usage = new Map([['count/pods', one]]);
  const phase = stringAt(status ?? {}, 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return usage;
  const { requests, limits } = status === null ? podResources(pod) : livePodResources(pod, status, kubernetesMinor);
  usage.set('pods', one);
  for (const [name, amount] of requests) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-')) {
      usage.set(name, amount);
      usage.set(requestsPrefix + name, amount);
    } else if (
      isExtendedResource(name) ||
      (name.startsWith('deviceclass.resource.kubernetes.io/') && kubernetesMinor >= 35)
    ) {
      usage.set(requestsPrefix + name, amount);
    }
  }
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const limit = limits.get(name);
    if (limit !== undefined) usage.set(`limits.${name}`, limit);
  }
  return usage;
}

function listUnspecified(pod: PodShape): ReadonlyMap<string, readonly string[]> {
  const unspecified = new Map<string, readonly string[]>();
  if (hasPodLevel(pod)) return unspecified;
  const containers = [...pod.containers, ...pod.initContainers];
  for (const [key, list, name] of demandedKeys) {
    const lacking = containers.filter((container) => !container[list].has(name)).map((container) => container.name);
    if (lacking.length > 0) unspecified.set(key, [...new Set(lacking)].sort());
  }
  return unspecified;
}

/** QoS class BestEffort: nowhere more than zero cpu or memory. Pod-level resources stand for all containers. */
function isBestEffort(pod: PodShape, kubernetesMinor: number): boolean {
  const isPodLevel = pod.podLevel !== null && (kubernetesMinor < 37 || hasPodLevel(pod));
  const holders = isPodLevel && pod.podLevel !== null ? [pod.podLevel] : [...pod.containers, ...pod.initContainers];
  return holders.every(({ requests, limits }) =>
    [requests, limits].every((list) => isZero(list.get('cpu')) && isZero(list.get('memory'))),
  );
}

function isZero(amount: Quantity | undefined): boolean {
  return amount === undefined || amount.nano === 0n;
}

function isAcrossNamespaces(spec: JsonObject): boolean {
  return ['podAffinity', 'podAntiAffinity'].some((field) => {
    const affinity = objectAt(spec, 'affinity', field);
    const terms = [
      ...listAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...listAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((weighted) =>
        objectAt(weighted, 'podAffinityTerm'),
      ),
    ];
    return terms.some(
      (term) => listAt(term, 'namespaces').length > 0 || (fieldAt(term, 'namespaceSelector') ?? null) !== null,
    );
  });
}
