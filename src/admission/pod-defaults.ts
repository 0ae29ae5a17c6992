import { compareQuantities } from '../quantity/arithmetic.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import { aggregateContainers, isPodLevelName } from '../workload/pod-resources.ts';
import type { ContainerShape, PodShape } from '../workload/pod-shape.ts';
import { fillMissing, type LimitRange } from './limit-range.ts';

/** From this minor on, pods may have resources of their own. */
export const podLevelMinor = 34;
/** From this minor on, what pod-level resources leave open is filled in after admission, not before. */
export const latePodLevelMinor = 37;

/** A limit without a request is the request as well; what the API does when it decodes a pod, not a template. */
export function defaultRequests(pod: PodShape): PodShape {
  return mapContainers(pod, (container) => ({
    ...container,
    requests: fillMissing(container.requests, container.limits),
  }));
}

/** What one LimitRange fills in: defaults for every container, init containers and sidecars included. */
export function applyLimitRange(pod: PodShape, limitRange: LimitRange): PodShape {
  const items = limitRange.limits.filter((item) => item.type === 'Container');
  // Of several entries of the type, which validation forbids, the last one would win.
  const limits = new Map(items.flatMap((item) => [...item.default]));
  const requests = new Map(items.flatMap((item) => [...item.defaultRequest]));
  return mapContainers(pod, (container) => ({
    ...container,
    limits: fillMissing(container.limits, limits),
    requests: fillMissing(container.requests, requests),
  }));
}

/**
 * Fills in what a pod with resources of its own leaves open.
 * @see k8s.io/kubernetes/pkg/apis/core/v1 `defaultPodRequests`, and from 1.37 pkg/api/pod `DefaultPodLevelResources`
 */
export function defaultPodLevel(pod: PodShape, kubernetesMinor: number): PodShape {
  if (pod.podLevel === null) return pod;
  const written = pod.podLevel;
  if (written.requests.size + written.limits.size === 0) return pod;
  const containers = aggregateContainers(pod);
  const hugePages = pick(containers.limits, (name) => isHugePages(name) && !written.requests.has(name));
  let limits = fillMissing(written.limits, hugePages);
  let requests = written.requests;
  const isLate = kubernetesMinor >= latePodLevelMinor;
  if (isLate || limits.size > 0) {
    const shared = pick(containers.requests, (name) => isPodLevelName(name) && !isHugePages(name));
    requests = fillMissing(fillMissing(requests, shared), pick(limits, isPodLevelName));
  }
  if (isLate) limits = fillMissing(limits, boundedByContainers(pod, requests, containers.limits));
  return { ...pod, podLevel: { requests, limits } };
}

/** The limits of a pod all of whose containers have one: their sum, or what the pod requests where that is more. */
function boundedByContainers(pod: PodShape, requests: ResourceList, limits: ResourceList): ResourceList {
  const containers = [...pod.containers, ...pod.initContainers];
  const bounded = [...pick(limits, isPodLevelName)].flatMap(([name, limit]) => {
    const request = requests.get(name);
    if (request === undefined || !containers.every((container) => container.limits.has(name))) return [];
    return [[name, compareQuantities(request, limit) > 0 ? request : limit] as const];
  });
  return new Map(bounded);
}

function pick(list: ResourceList, isWanted: (name: string) => boolean): ResourceList {
  return new Map([...list].filter(([name]) => isWanted(name)));
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function mapContainers(pod: PodShape, change: (container: ContainerShape) => ContainerShape): PodShape {
  return { ...pod, containers: pod.containers.map(change), initContainers: pod.initContainers.map(change) };
}
