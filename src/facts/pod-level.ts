import { addLists, maxLists } from '../quantity/resource-list.ts';
import { emptyList, type Quantity, type ResourceList } from '../quantity/quantity.ts';
import { judgeAmount, quantityOf } from './checks.ts';
import { joinPointer } from './pointer.ts';
import {
  derivedBound,
  writtenBound,
  type Bounds,
  type EffectiveBound,
  type EffectiveResources,
  type WrittenResources,
} from './resources.ts';
import type { CheckFacts, ContainerFacts } from './schema.ts';

/** Since this minor version the API server keeps `spec.resources` of a pod; before, it drops the field. */
const firstMinor = 34;

/** A container with what holds for it. */
export interface SettledContainer {
  readonly name: string;
  readonly path: string;
  readonly role: ContainerFacts['role'];
  readonly resources: EffectiveResources;
}

const noBounds: EffectiveResources = { requests: new Map(), limits: new Map() };

/**
 * What holds for the pod as a whole: what it names itself, and for a resource that has only a limit there, the sum
 * of the containers' requests, or the limit.
 * @see k8s.io/kubernetes/pkg/apis/core/v1 `defaultPodRequests`
 */
export function settlePod(
  written: WrittenResources,
  containers: readonly SettledContainer[],
  kubernetesMinor: number,
): EffectiveResources {
  if (kubernetesMinor < firstMinor || written.requests.size + written.limits.size === 0) return noBounds;
  const requests = new Map<string, EffectiveBound>();
  const limits = new Map<string, EffectiveBound>();
  const sums = sumRequests(containers);
  for (const [resource, amount] of written.limits) {
    const sum = sums.get(resource);
    limits.set(resource, writtenBound(amount));
    requests.set(
      resource,
      sum === undefined ? derivedBound(amount.quantity, 'limit') : derivedBound(sum, 'containers'),
    );
  }
  for (const [resource, amount] of written.requests) requests.set(resource, writtenBound(amount));
  return { requests, limits };
}

/**
 * Holds the containers to what their pod names for itself.
 * @see k8s.io/kubernetes/pkg/apis/core/validation `validatePodResourceConsistency`
 */
export function checkPodLevel(
  pod: EffectiveResources,
  containers: readonly SettledContainer[],
  path: string,
): CheckFacts[] {
  if (pod.requests.size === 0) return [];
  return [...checkNames(pod, path), ...checkSums(pod, containers, path), ...checkLimits(pod, containers, path)];
}

function checkNames({ requests, limits }: EffectiveResources, path: string): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const [side, bounds] of [
    ['requests', requests],
    ['limits', limits],
  ] as const) {
    for (const [resource, { facts }] of bounds) {
      if (facts.written === undefined || /^(?:cpu|memory|hugepages-.*)$/u.test(resource)) continue;
      const at = joinPointer(`${path}/${side}`, resource);
      checks.push({ kind: 'pod-level-resource', verdict: 'unsupported', path: at, resource });
    }
  }
  return checks;
}

function checkSums(pod: EffectiveResources, containers: readonly SettledContainer[], path: string): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const [resource, sum] of sumRequests(containers)) {
    if (pod.requests.get(resource)?.facts.written === undefined) continue;
    const at = joinPointer(`${path}/requests`, resource);
    const place = { kind: 'containers-pod-request', path: at, limitPath: at, resource } as const;
    const check = judgeAmount(place, sum, quantityOf(pod.requests, resource));
    if (check !== null) checks.push(check);
  }
  return checks;
}

/** Of app containers only, as upstream. */
function checkLimits(pod: EffectiveResources, containers: readonly SettledContainer[], path: string): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const container of containers) {
    if (container.role !== 'app') continue;
    for (const [resource, { quantity }] of container.resources.limits) {
      const place = {
        kind: 'container-limit-pod-limit',
        path: joinPointer(`${container.path}/resources/limits`, resource),
        limitPath: joinPointer(`${path}/limits`, resource),
        resource,
        container: container.name,
      } as const;
      const check = judgeAmount(place, quantity, quantityOf(pod.limits, resource));
      if (check !== null) checks.push(check);
    }
  }
  return checks;
}

/**
 * The most that the containers ask for at once: app containers and sidecars together, or an init container beside
 * the sidecars that were started before it.
 * @see k8s.io/component-helpers/resource `AggregateContainerRequests`
 */
function sumRequests(containers: readonly SettledContainer[]): ResourceList {
  let running = emptyList;
  let sidecars = emptyList;
  let starting = emptyList;
  for (const { role, resources } of containers) {
    const requests = knownAmounts(resources.requests);
    if (role === 'app') running = addLists(running, requests);
    else if (role === 'sidecar') {
      running = addLists(running, requests);
      sidecars = addLists(sidecars, requests);
      starting = maxLists(starting, sidecars);
    } else if (role === 'init') starting = maxLists(starting, addLists(requests, sidecars));
  }
  return maxLists(running, starting);
}

function knownAmounts(bounds: Bounds): ResourceList {
  const known = new Map<string, Quantity>();
  for (const [resource, { quantity }] of bounds) if (quantity !== null) known.set(resource, quantity);
  return known;
}
