import type { DeploymentSpec } from './deployment-spec.ts';
import { countReady } from './pod-set.ts';
import type { ReplicaSet } from './replica-set.ts';

const surgeOf = (spec: DeploymentSpec): number => (spec.strategy.kind === 'RollingUpdate' ? spec.strategy.surge : 0);

export const isActive = (set: ReplicaSet<unknown>): boolean => set.stored && set.replicas > 0;

/** Whether the number of replicas was changed since the sets were last scaled; that is dealt with before a rollout. */
export function isScalingEvent(spec: DeploymentSpec, sets: readonly ReplicaSet<unknown>[]): boolean {
  return sets.some(
    (set) => isActive(set) && set.deploymentReplicas !== null && set.deploymentReplicas !== spec.replicas,
  );
}

/** Writes a set's size, and the Deployment's beside it. @returns whether the size changed */
export function scaleSet(spec: DeploymentSpec, set: ReplicaSet<unknown>, replicas: number): boolean {
  const changed = set.replicas !== replicas;
  set.replicas = replicas;
  set.deploymentReplicas = spec.replicas;
  set.maxReplicas = spec.replicas + surgeOf(spec);
  return changed;
}

/**
 * Scales without rolling: the one active set, or all active sets in proportion.
 * @param old - the other sets, oldest first
 * @param updated - the set of the present template, if it is stored
 * @see k8s.io/kubernetes/pkg/controller/deployment `scale`
 */
export function scaleSets<Item>(
  spec: DeploymentSpec,
  old: readonly ReplicaSet<Item>[],
  updated: ReplicaSet<Item> | null,
): boolean {
  const sets = updated === null ? old : [...old, updated];
  const active = sets.filter(isActive);
  if (active.length <= 1) {
    const only = active[0] ?? updated ?? old.at(-1);
    return only !== undefined && only.replicas !== spec.replicas && scaleSet(spec, only, spec.replicas);
  }
  if (updated !== null && isSaturated(spec, updated)) {
    return old.filter(isActive).reduce((changed, set) => scaleSet(spec, set, 0) || changed, false);
  }
  return spec.strategy.kind === 'RollingUpdate' && scaleInProportion(spec, active);
}

function isSaturated(spec: DeploymentSpec, set: ReplicaSet<unknown>): boolean {
  return (
    set.replicas === spec.replicas && set.deploymentReplicas === spec.replicas && countReady(set.pods) === spec.replicas
  );
}

/** Larger sets first; of equal ones the newer when growing, the older when shrinking. The largest takes what is left over. */
function scaleInProportion(spec: DeploymentSpec, oldestFirst: readonly ReplicaSet<unknown>[]): boolean {
  const total = oldestFirst.reduce((sum, set) => sum + set.replicas, 0);
  const toAdd = (spec.replicas > 0 ? spec.replicas + surgeOf(spec) : 0) - total;
  const ordered = (toAdd > 0 ? oldestFirst.toReversed() : oldestFirst).toSorted((a, b) => b.replicas - a.replicas);
  let added = 0;
  const sizes = ordered.map((set) => {
    const left = toAdd - added;
    const share = shareOf(spec, set, total);
    const proportion = left === 0 ? 0 : toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    added += proportion;
    return set.replicas + proportion;
  });
  let changed = false;
  for (const [index, set] of ordered.entries()) {
    const size = (sizes[index] ?? 0) + (index === 0 ? toAdd - added : 0);
    changed = scaleSet(spec, set, Math.max(0, size)) || changed;
  }
  return changed;
}

/** @see k8s.io/kubernetes/pkg/controller/deployment/util `getReplicaSetFraction` */
function shareOf(spec: DeploymentSpec, set: ReplicaSet<unknown>, pods: number): number {
  if (spec.replicas === 0) return -set.replicas;
  const before = set.maxReplicas === null || set.maxReplicas === 0 ? pods : set.maxReplicas;
  if (before === 0) return 0;
  const size = (set.replicas * (spec.replicas + surgeOf(spec))) / before;
  // integer.RoundToInt32 rounds halves away from zero; sizes are never negative.
  return Math.floor(size + 0.5) - set.replicas;
}
