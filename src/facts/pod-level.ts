import { compareQuantities } from '../quantity/arithmetic.ts';
import { addLists, maxLists } from '../quantity/resource-list.ts';
import { emptyList, type Quantity, type ResourceList } from '../quantity/quantity.ts';
import { judgeAmount } from './checks.ts';
import { joinPointer } from '../manifest/pointer.ts';
import type { Bounds, EffectiveResources, WrittenResources } from './resources.ts';
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
  const requests = new Map<string, Quantity | null>();
  const limits = new Map<string, Quantity | null>();
  const sums = sumRequests(containers);
  for (const [resource, { quantity }] of written.limits) {
    limits.set(resource, quantity);
    requests.set(resource, sums.get(resource) ?? quantity);
  }
  for (const [resource, { quantity }] of written.requests) requests.set(resource, quantity);
  return { requests, limits };
}

/**
 * Holds the containers to what their pod names for itself; what fits gives no check.
 * @param pod - what `settlePod` gave for it
 * @see k8s.io/kubernetes/pkg/apis/core/validation `validatePodResourceConsistency`
 */
export function checkPodLevel(
  pod: EffectiveResources,
  written: WrittenResources,
  containers: readonly SettledContainer[],
): CheckFacts[] {
  if (pod.requests.size === 0) return [];
  return [...checkNames(written), ...checkSums(pod, written, containers), ...checkLimits(pod, containers)];
}

const podLevelName = /^(?:cpu|memory|hugepages-.*)$/u;

function checkNames({ requests, limits }: WrittenResources): CheckFacts[] {
  return [...requests.values(), ...limits.values()]
    .filter(({ facts }) => !podLevelName.test(facts.resource))
    .map(({ facts: { path, resource } }) => ({ kind: 'pod-level-resource', verdict: 'unsupported', path, resource }));
}

function checkSums(
  pod: EffectiveResources,
  written: WrittenResources,
  containers: readonly SettledContainer[],
): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const [resource, sum] of sumRequests(containers)) {
    const request = pod.requests.get(resource) ?? null;
    const place = written.requests.get(resource)?.facts;
    if (request === null || place === undefined || compareQuantities(sum, request) <= 0) continue;
    checks.push(judgeAmount({ kind: 'containers-pod-request', path: place.path, resource }, sum, request));
  }
  return checks;
}

/** Of app containers only, as upstream. */
function checkLimits(pod: EffectiveResources, containers: readonly SettledContainer[]): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const { role, name, path, resources } of containers) {
    if (role !== 'app') continue;
    for (const [resource, limit] of resources.limits) {
      const podLimit = pod.limits.get(resource) ?? null;
      if (limit === null || podLimit === null || compareQuantities(limit, podLimit) <= 0) continue;
      const at = joinPointer(`${path}/resources/limits`, resource);
      const place = { kind: 'container-limit-pod-limit', path: at, resource, container: name } as const;
      checks.push(judgeAmount(place, limit, podLimit));
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
  for (const [resource, quantity] of bounds) if (quantity !== null) known.set(resource, quantity);
  return known;
}
