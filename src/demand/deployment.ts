import { isActive, isScalingEvent, scaleSet, scaleSets } from './deployment-scale.ts';
import type { DeploymentSpec, RollingUpdate } from './deployment-spec.ts';
import { countPods, countReady, exchangePods } from './pod-set.ts';
import { syncReplicaSet } from './replica-set.ts';
import type { ReplicaSet } from './replica-set.ts';
import type { Room } from './room.ts';

/** A Deployment with its ReplicaSets. `updated` has the present template; it may have yet to be made. */
export interface DeploymentSets<Item> {
  /** Oldest first. */
  readonly old: readonly ReplicaSet<Item>[];
  readonly updated: ReplicaSet<Item>;
}

export interface DeploymentOutcome {
  /** The ReplicaSet of the present template was refused itself, so that none of its pods was even tried. */
  readonly setRefused: boolean;
  /** All pods are of the present template, all exist and all are available. */
  readonly complete: boolean;
}

/**
 * Plays the Deployment and ReplicaSet controllers until nothing moves any more; sets and room are left as they end.
 * Pods become ready and terminate at once: that decides how long it takes, not where it ends.
 * @see k8s.io/kubernetes/pkg/controller/deployment `syncDeployment`
 */
export function settleDeployment<Item>(
  spec: DeploymentSpec,
  sets: DeploymentSets<Item>,
  room: Room<Item>,
): DeploymentOutcome {
  const all = [...sets.old, sets.updated];
  const pace = createPace(spec, sets);
  for (;;) {
    const step = syncDeployment(spec, sets, room);
    let moved = step === 'changed';
    // The present template's set was written last, so its controller is the first to try.
    for (const set of all.toReversed()) if (set.stored) moved = syncReplicaSet(room, set) || moved;
    if (!moved) {
      const complete = isComplete(spec, sets);
      if (complete || spec.paused) forgetHistory(spec, sets, room);
      return { setRefused: step === 'set-refused', complete };
    }
    pace.skipAhead(room);
  }
}

type Step = 'changed' | 'idle' | 'set-refused';

function syncDeployment<Item>(spec: DeploymentSpec, sets: DeploymentSets<Item>, room: Room<Item>): Step {
  if (spec.paused || isScalingEvent(spec, [...sets.old, sets.updated])) {
    return scaleSets(spec, sets.old, sets.updated.stored ? sets.updated : null) ? 'changed' : 'idle';
  }
  return spec.strategy.kind === 'Recreate' ? recreate(spec, sets, room) : roll(spec, spec.strategy, sets, room);
}

function recreate<Item>(spec: DeploymentSpec, { old, updated }: DeploymentSets<Item>, room: Room<Item>): Step {
  const active = old.filter(isActive);
  for (const set of active) scaleSet(spec, set, 0);
  if (active.length > 0) return 'changed';
  if (!updated.stored) {
    if (!storeSet(updated, room)) return 'set-refused';
    scaleSet(spec, updated, spec.replicas);
    return 'changed';
  }
  return updated.replicas !== spec.replicas && scaleSet(spec, updated, spec.replicas) ? 'changed' : 'idle';
}

function roll<Item>(
  spec: DeploymentSpec,
  bounds: RollingUpdate,
  { old, updated }: DeploymentSets<Item>,
  room: Room<Item>,
): Step {
  const created = !updated.stored;
  if (created) {
    if (!storeSet(updated, room)) return 'set-refused';
    updated.replicas = 0;
    scaleSet(spec, updated, sizeOfUpdated(spec, bounds, old, updated));
  } else {
    const size = sizeOfUpdated(spec, bounds, old, updated);
    if (size !== updated.replicas) {
      scaleSet(spec, updated, size);
      return 'changed';
    }
  }
  return scaleDownOld(spec, bounds, old, updated) || created ? 'changed' : 'idle';
}

function storeSet<Item>(set: ReplicaSet<Item>, room: Room<Item>): boolean {
  set.stored = set.object === null || room.create([set.object], 1) === 1;
  return set.stored;
}

const sizeOf = (sets: readonly ReplicaSet<unknown>[]): number => sets.reduce((sum, set) => sum + set.replicas, 0);

/** @see k8s.io/kubernetes/pkg/controller/deployment/util `NewRSNewReplicas` */
function sizeOfUpdated(
  spec: DeploymentSpec,
  bounds: RollingUpdate,
  old: readonly ReplicaSet<unknown>[],
  updated: ReplicaSet<unknown>,
): number {
  if (updated.replicas >= spec.replicas) return spec.replicas;
  const free = spec.replicas + bounds.surge - sizeOf(old) - updated.replicas;
  return updated.replicas + Math.max(0, Math.min(free, spec.replicas - updated.replicas));
}

/** @see k8s.io/kubernetes/pkg/controller/deployment `reconcileOldReplicaSets` */
function scaleDownOld<Item>(
  spec: DeploymentSpec,
  bounds: RollingUpdate,
  old: readonly ReplicaSet<Item>[],
  updated: ReplicaSet<Item>,
): boolean {
  const active = old.filter(isActive);
  const minAvailable = spec.replicas - bounds.unavailable;
  const unavailableUpdated = updated.replicas - countReady(updated.pods);
  const most = sizeOf(active) + updated.replicas - minAvailable - unavailableUpdated;
  if (active.length === 0 || most <= 0) return false;

  // First what is not available anyway, then available pods as far as enough others are.
  let cleaned = 0;
  for (const set of active) {
    const unhealthy = Math.min(most - cleaned, set.replicas - countReady(set.pods));
    if (unhealthy <= 0) continue;
    scaleSet(spec, set, set.replicas - unhealthy);
    cleaned += unhealthy;
  }
  const available = [...active, updated].reduce((sum, set) => sum + countReady(set.pods), 0);
  let spare = available - minAvailable;
  let changed = cleaned > 0;
  for (const set of active) {
    const count = Math.min(set.replicas, spare);
    if (count <= 0) continue;
    scaleSet(spec, set, set.replicas - count);
    spare -= count;
    changed = true;
  }
  return changed;
}

/** @see k8s.io/kubernetes/pkg/controller/deployment/util `DeploymentComplete` */
function isComplete(spec: DeploymentSpec, { old, updated }: DeploymentSets<unknown>): boolean {
  return updated.stored && old.every((set) => countPods(set.pods) === 0) && countReady(updated.pods) === spec.replicas;
}

/** Old sets without pods go, the oldest first, beyond the history limit (`cleanupDeployment`). */
function forgetHistory<Item>(spec: DeploymentSpec, { old }: DeploymentSets<Item>, room: Room<Item>): void {
  const surplus = old.filter((set) => set.stored).length - spec.revisionHistoryLimit;
  for (const set of old.filter(({ stored }) => stored).slice(0, Math.max(0, surplus))) {
    if (set.replicas !== 0 || countPods(set.pods) !== 0) continue;
    if (set.object !== null) room.remove([set.object], 1);
    set.stored = false;
  }
}

/**
 * A long rollout repeats one step: as many pods of the old set go as come in the new one. When the same step was seen
 * twice, the rest of them is done at once, so that a million replicas take as long as ten.
 */
function createPace<Item>(
  spec: DeploymentSpec,
  { old, updated }: DeploymentSets<Item>,
): { readonly skipAhead: (room: Room<Item>) => void } {
  let before = { from: 0, to: 0 };
  let lastSize = 0;
  return {
    skipAhead(room) {
      const active = old.filter(isActive);
      const [from] = active;
      if (from === undefined || active.length > 1) return;
      const now = { from: from.replicas, to: updated.replicas };
      const size = before.from - now.from;
      // A step is a change of both sets; between its two halves nothing is compared.
      if (size === 0 || before.to === now.to) return;
      const repeats = size > 0 && size === now.to - before.to && size === lastSize;
      lastSize = size;
      before = now;
      const whole = countPods(from.pods) === from.replicas && countPods(updated.pods) === updated.replicas;
      if (!repeats || !whole) return;
      const times = Math.floor(Math.min(from.replicas, spec.replicas - updated.replicas) / size) - 1;
      const moved = exchangePods(room, from.pods, updated.pods, size, times);
      from.replicas -= moved;
      updated.replicas += moved;
      if (moved > 0) lastSize = 0;
    },
  };
}
