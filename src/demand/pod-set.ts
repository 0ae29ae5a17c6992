import type { Room } from './room.ts';

/** Pods that charge and behave alike. Counts change while a controller is played; nothing else does. */
export interface PodGroup<Item> {
  readonly pod: Item;
  /** The claims that a controller makes for each pod's generic ephemeral volumes, in the order of the volumes. */
  readonly claims: readonly Item[];
  /** False for pods that stay pending or failing whatever quota says; they never count as available. */
  readonly becomesReady: boolean;
  /** `held[k]` pods hold the first `k` of the claims; only those that hold all of them become ready. */
  readonly held: number[];
}

/** The pods of one ReplicaSet, or of one version of a workload: oldest group first, new pods join the last one. */
export interface PodSet<Item> {
  readonly groups: readonly PodGroup<Item>[];
}

export function createGroup<Item>(
  pod: Item,
  claims: readonly Item[] = [],
  options: { readonly count?: number; readonly becomesReady?: boolean } = {},
): PodGroup<Item> {
  const held = Array.from({ length: claims.length + 1 }, () => 0);
  held[claims.length] = options.count ?? 0;
  return { pod, claims, becomesReady: options.becomesReady ?? true, held };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Pods that exist, terminating ones left out. */
export function countPods(set: PodSet<unknown>): number {
  return sum(set.groups.map((group) => sum(group.held)));
}

/** Pods that are, or at once become, available. */
export function countReady(set: PodSet<unknown>): number {
  return sum(set.groups.map((group) => (group.becomesReady ? (group.held[group.claims.length] ?? 0) : 0)));
}

/** The group that new pods join, if the set can still grow. */
function growingGroup<Item>(set: PodSet<Item>): PodGroup<Item> | undefined {
  return set.groups.at(-1);
}

/** Makes up to `count` more pods, then the claims of their volumes. @returns how many pods were stored */
export function createPods<Item>(room: Room<Item>, set: PodSet<Item>, count: number): number {
  const group = growingGroup(set);
  if (group === undefined || count <= 0) return 0;
  const stored = room.create([group.pod], count);
  group.held[0] = (group.held[0] ?? 0) + stored;
  createMissingClaims(room, group);
  return stored;
}

/**
 * Makes what claims pods still lack. The controller takes a pod's volumes in their order and gives up the pod's rest
 * at the first refusal, so claims are lost from the end (k8s.io/kubernetes pkg/controller/volume/ephemeral).
 * @returns whether any claim was made
 */
export function createMissingClaims<Item>(room: Room<Item>, group: PodGroup<Item>): boolean {
  let moved = false;
  for (let have = group.claims.length - 1; have >= 0; have -= 1) {
    for (let want = group.claims.length; want > have; want -= 1) {
      const pods = group.held[have] ?? 0;
      const made = room.create(group.claims.slice(have, want), pods);
      group.held[have] = pods - made;
      group.held[want] = (group.held[want] ?? 0) + made;
      moved ||= made > 0;
    }
  }
  return moved;
}

/** Deletes up to `count` pods with their claims: those that are not ready first, then the youngest. */
export function deletePods<Item>(room: Room<Item>, set: PodSet<Item>, count: number): void {
  let left = count;
  const youngestFirst = set.groups.toReversed();
  const deleteFrom = (group: PodGroup<Item>, have: number): void => {
    const pods = Math.min(left, group.held[have] ?? 0);
    if (pods === 0) return;
    room.remove([group.pod, ...group.claims.slice(0, have)], pods);
    group.held[have] = (group.held[have] ?? 0) - pods;
    left -= pods;
  };
  for (const group of youngestFirst) {
    const levels = group.becomesReady ? group.claims.length : group.claims.length + 1;
    for (let have = 0; have < levels; have += 1) deleteFrom(group, have);
  }
  for (const group of youngestFirst) deleteFrom(group, group.claims.length);
}

/**
 * Replaces pods of one set by pods of another, `size` at a time, at most `times` times in a row, as far as admission
 * lets it. Only for sets whose pods are all complete and of one kind; it costs the same however many pods they are.
 * @returns how many pods were replaced; 0 also where the sets are not that plain
 */
export function exchangePods<Item>(
  room: Room<Item>,
  from: PodSet<Item>,
  to: PodSet<Item>,
  size: number,
  times: number,
): number {
  const [out, ...others] = from.groups;
  const into = growingGroup(to);
  if (times <= 0 || out === undefined || into === undefined || others.length > 0) return 0;
  const complete = countReady(from) === countPods(from) && countReady(to) === countPods(to);
  if (!complete || !into.becomesReady) return 0;
  const pods = size * room.exchange([out.pod, ...out.claims], [into.pod, ...into.claims], size, times);
  out.held[out.claims.length] = (out.held[out.claims.length] ?? 0) - pods;
  into.held[into.claims.length] = (into.held[into.claims.length] ?? 0) + pods;
  return pods;
}
