import type { JsonObject } from '../manifest/document.ts';
import { fieldAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import { addQuantities } from '../quantity/arithmetic.ts';
import { emptyList, type ResourceList } from '../quantity/quantity.ts';
import { addLists, maxLists } from '../quantity/resource-list.ts';
import { isAmountError, readResourceList, type ContainerShape, type PodShape, type Resources } from './pod-shape.ts';

// What a whole pod asks for: k8s.io/component-helpers/resource `PodRequests`, `PodLimits` and their parts.

/** Whether a resource may be given for the pod as a whole. */
export function isPodLevelName(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

/** Whether the pod has requests or limits of its own that count, so that its containers need none. */
export function hasPodLevel({ podLevel }: PodShape): boolean {
  if (podLevel === null) return false;
  return [...podLevel.requests.keys(), ...podLevel.limits.keys()].some(isPodLevelName);
}

/**
 * Requests and limits of the pod: the larger of what its app containers and sidecars need together and what any init
 * container needs beside the sidecars started before it; pod-level amounts replace these; overhead comes on top,
 * for limits only where there is one.
 */
export function podResources(pod: PodShape): Resources {
  return withPodLevel(pod, aggregateContainers(pod), isPodLevelName, true);
}

/** As LimitRanger sees a pod: without overhead, and with its own shorter list of pod-level resources. */
export function podResourcesForLimitRange(pod: PodShape): Resources {
  return withPodLevel(pod, aggregateContainers(pod), (name) => name === 'cpu' || name === 'memory', false);
}

/** Containers alone, without pod-level amounts and overhead. */
export function aggregateContainers(
  pod: PodShape,
  pick: (container: ContainerShape) => Resources = (c) => c,
): Resources {
  return {
    requests: aggregate(pod, (container) => pick(container).requests),
    limits: aggregate(pod, (container) => pick(container).limits),
  };
}

/**
 * Requests and limits of a pod that already runs and may be resized in place: what its spec wants, what was allocated
 * and what is in effect, whichever is most. A resize that can never be done does not count.
 * From 1.37 the three are summed up each for itself; before, the most was taken for each container.
 */
export function livePodResources(pod: PodShape, status: JsonObject, kubernetesMinor: number): Resources {
  const states = new Map(
    [...listAt(status, 'containerStatuses'), ...listAt(status, 'initContainerStatuses')].map((state) => [
      stringAt(state, 'name'),
      state,
    ]),
  );
  const infeasible = listAt(status, 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'PodResizePending' && stringAt(condition, 'reason') === 'Infeasible',
  );
  const read = (container: ContainerShape, ...path: string[]): ResourceList | null => {
    const list = fieldAt(states.get(container.name), ...path);
    if (!isJsonObject(list)) return null;
    const amounts = readResourceList(list, '');
    return isAmountError(amounts) ? null : amounts;
  };
  const statesOf = (container: ContainerShape): ContainerStates => ({
    isReported: isJsonObject(fieldAt(states.get(container.name), 'resources')),
    allocated: read(container, 'allocatedResources'),
    requests: read(container, 'resources', 'requests'),
    limits: read(container, 'resources', 'limits'),
  });
  const containers =
    kubernetesMinor >= 37 ? mostOfSums(pod, statesOf, infeasible) : sumOfMost(pod, statesOf, infeasible);
  return withPodLevel(pod, containers, isPodLevelName, true);
}

interface ContainerStates {
  /** Whether the status has `resources` at all, be it empty. */
  readonly isReported: boolean;
  readonly allocated: ResourceList | null;
  readonly requests: ResourceList | null;
  readonly limits: ResourceList | null;
}

function mostOfSums(
  pod: PodShape,
  statesOf: (container: ContainerShape) => ContainerStates,
  infeasible: boolean,
): Resources {
  const written = aggregateContainers(pod);
  const fallback = (list: ResourceList): ResourceList => (infeasible ? emptyList : list);
  const allocated = aggregate(pod, (c) => statesOf(c).allocated ?? fallback(c.requests));
  const actual = aggregateContainers(pod, (c) => {
    const { allocated: given, requests, limits } = statesOf(c);
    return { requests: requests ?? given ?? fallback(c.requests), limits: limits ?? fallback(c.limits) };
  });
  return {
    requests: maxLists(maxLists(infeasible ? emptyList : written.requests, actual.requests), allocated),
    limits: maxLists(infeasible ? emptyList : written.limits, actual.limits),
  };
}

function sumOfMost(
  pod: PodShape,
  statesOf: (container: ContainerShape) => ContainerStates,
  infeasible: boolean,
): Resources {
  return aggregateContainers(pod, (c) => {
    const { isReported, allocated, requests, limits } = statesOf(c);
    if (c.role === 'init' || !isReported) return c;
    const actual = maxLists(requests ?? emptyList, allocated ?? emptyList);
    return {
      requests: infeasible ? actual : maxLists(c.requests, actual),
      limits: infeasible ? (limits ?? emptyList) : maxLists(c.limits, limits ?? emptyList),
    };
  });
}

/** `AggregateContainerRequests`: a sidecar counts beside the app containers and beside every init container after it. */
function aggregate(pod: PodShape, amountsOf: (container: ContainerShape) => ResourceList): ResourceList {
  let together = emptyList;
  for (const container of pod.containers) together = addLists(together, amountsOf(container));
  if (pod.initContainers.length === 0) return together;
  let sidecars = emptyList;
  let starting = emptyList;
  for (const container of pod.initContainers) {
    const amounts = amountsOf(container);
    if (container.role === 'sidecar') {
      together = addLists(together, amounts);
      sidecars = addLists(sidecars, amounts);
      starting = maxLists(starting, sidecars);
    } else {
      starting = maxLists(starting, addLists(amounts, sidecars));
    }
  }
  return maxLists(together, starting);
}

function withPodLevel(
  { podLevel, overhead }: PodShape,
  containers: Resources,
  isSupported: (name: string) => boolean,
  countsOverhead: boolean,
): Resources {
  const requests = new Map(containers.requests);
  const limits = new Map(containers.limits);
  for (const [name, amount] of podLevel?.requests ?? []) if (isSupported(name)) requests.set(name, amount);
  for (const [name, amount] of podLevel?.limits ?? []) if (isSupported(name)) limits.set(name, amount);
  if (!countsOverhead || overhead === null) return { requests, limits };
  for (const [name, amount] of overhead) {
    const limit = limits.get(name);
    if (limit !== undefined && limit.nano !== 0n) limits.set(name, addQuantities(limit, amount));
  }
  return { requests: addLists(requests, overhead), limits };
}
