import { countRuns, endOf, isReady, joinRuns, within, without } from './ordinal-runs.ts';
import type { Run } from './ordinal-runs.ts';
import type { Room } from './room.ts';
import type { StatefulSetSpec } from './stateful-set-spec.ts';

/** What a pod of one version is made of. */
export interface OrdinalPod<Item> {
  readonly pod: Item;
  /** Claims of generic ephemeral volumes. */
  readonly ephemeral: readonly Item[];
  readonly becomesReady: boolean;
}

/** A StatefulSet's pods and claims, while its controller is played. */
export interface StatefulPods<Item> {
  /** By ordinal. */
  runs: readonly Run<Item>[];
  /** Claims that exist, by ordinal, then by the index of their template; those of `runs` need not be named. */
  readonly claims: Map<number, Map<number, Item>>;
  /** What a claim of each template charges. */
  readonly claimItems: readonly Item[];
  /** A pod of the present template. */
  readonly updated: OrdinalPod<Item>;
  /** A pod of the version before it, for the ordinals below a partition. */
  readonly current: OrdinalPod<Item>;
}

/** The first object that was refused. */
export type StatefulRefusal =
  | { readonly kind: 'claim'; readonly template: number; readonly ordinal: number }
  | { readonly kind: 'pod'; readonly ordinal: number; readonly updated: boolean };

export interface StatefulOutcome {
  readonly refused: StatefulRefusal | null;
}

/**
 * Plays the StatefulSet controller until nothing moves: claims and pods by ordinal, then scaling down, then the update.
 * A refusal ends each sync before the later parts are looked at (kubernetes/kubernetes#140858).
 * @see k8s.io/kubernetes/pkg/controller/statefulset `updateStatefulSet`
 */
export function settleStatefulSet<Item>(
  spec: StatefulSetSpec,
  pods: StatefulPods<Item>,
  room: Room<Item>,
): StatefulOutcome {
  for (;;) {
    const filled = fillOrdinals(spec, pods, room);
    if (filled.kind !== 'filled') return { refused: filled.refused };
    removeCondemned(spec, pods, room);
    if (!removeOutdated(spec, pods, room)) return { refused: null };
  }
}

/** `stopped`: by a refusal, or by a pod that its successors wait for. */
type Filled =
  | { readonly kind: 'filled'; readonly refused: null }
  | { readonly kind: 'stopped'; readonly refused: StatefulRefusal | null };

/** Makes what is missing, in the order of ordinals. */
function fillOrdinals<Item>(spec: StatefulSetSpec, pods: StatefulPods<Item>, room: Room<Item>): Filled {
  const end = spec.start + spec.replicas;
  let refused: StatefulRefusal | null = null;
  // In parallel a refusal stops the controller only after the batch in which it happened.
  let limit = end;
  let ordinal = spec.start;
  while (ordinal < limit) {
    const run = pods.runs.find((one) => one.first <= ordinal && ordinal < endOf(one));
    if (run !== undefined) {
      const ready = isReady(run) || retryEphemeral(pods, run, room);
      if (spec.ordered && !ready) return { kind: 'stopped', refused };
      ordinal = endOf(run);
      continue;
    }
    const version = versionOf(spec, pods, ordinal);
    const gapEnd: number = refused === null ? endOfGap(spec, pods, ordinal, limit) : ordinal + 1;
    ordinal += createWhole(spec, pods, room, ordinal, gapEnd);
    if (ordinal === gapEnd) continue;
    const outcome: StatefulRefusal | null = createOne(pods, room, version, ordinal);
    if (outcome !== null) {
      if (spec.ordered) return { kind: 'stopped', refused: outcome };
      if (refused === null) limit = Math.min(end, spec.start + endOfBatch(ordinal - spec.start));
      refused ??= outcome;
    } else if (spec.ordered && !within(pods.runs, ordinal, ordinal + 1).every(isReady)) {
      return { kind: 'stopped', refused: null };
    }
    ordinal += 1;
  }
  return refused === null ? { kind: 'filled', refused } : { kind: 'stopped', refused };
}

/** Below a partition missing pods come back as they were. @see `newVersionedStatefulSetPod` */
function versionOf<Item>(spec: StatefulSetSpec, pods: StatefulPods<Item>, ordinal: number): OrdinalPod<Item> {
  const partition = spec.strategy.kind === 'RollingUpdate' ? spec.strategy.partition : 0;
  return ordinal < spec.start + partition ? pods.current : pods.updated;
}

/** Up to where ordinals are as empty as this one, and of the same version. */
function endOfGap<Item>(spec: StatefulSetSpec, pods: StatefulPods<Item>, ordinal: number, limit: number): number {
  const partition = spec.start + (spec.strategy.kind === 'RollingUpdate' ? spec.strategy.partition : 0);
  if (pods.claims.has(ordinal)) return ordinal + 1;
  const borders = [...pods.runs.map((run) => run.first), ...pods.claims.keys(), partition, limit];
  return Math.min(...borders.filter((border) => border > ordinal));
}

/** Pods with all their claims, as many as fit. @returns how many */
function createWhole<Item>(
  spec: StatefulSetSpec,
  pods: StatefulPods<Item>,
  room: Room<Item>,
  from: number,
  to: number,
): number {
  const version = versionOf(spec, pods, from);
  const held = pods.claims.get(from);
  const claims = pods.claimItems.filter((_, template) => held?.has(template) !== true);
  const items = [version.pod, ...version.ephemeral];
  // In order, a pod that never gets ready is the last one.
  const most = spec.ordered && !version.becomesReady ? 0 : to - from;
  const count = room.create([...claims, ...items], most);
  if (count > 0) addRun(pods, { first: from, count, items, lacking: [], ...stateOf(pods, version) });
  return count;
}

function stateOf<Item>(
  pods: StatefulPods<Item>,
  version: OrdinalPod<Item>,
): { readonly becomesReady: boolean; readonly updated: boolean } {
  return { becomesReady: version.becomesReady, updated: version === pods.updated };
}

function addRun<Item>(pods: StatefulPods<Item>, run: Run<Item>): void {
  pods.runs = joinRuns([...pods.runs, run]);
}

/** One ordinal, object by object: what is stored stays, whatever comes of the rest. @returns what was refused */
function createOne<Item>(
  pods: StatefulPods<Item>,
  room: Room<Item>,
  version: OrdinalPod<Item>,
  ordinal: number,
): StatefulRefusal | null {
  const held = pods.claims.get(ordinal) ?? new Map<number, Item>();
  let refused: StatefulRefusal | null = null;
  for (const [template, item] of pods.claimItems.entries()) {
    if (held.has(template)) continue;
    if (room.create([item], 1) === 1) held.set(template, item);
    else refused ??= { kind: 'claim', template, ordinal };
  }
  if (held.size > 0) pods.claims.set(ordinal, held);
  if (refused !== null) return refused;
  if (room.create([version.pod], 1) === 0) return { kind: 'pod', ordinal, updated: version === pods.updated };
  const run = { first: ordinal, count: 1, items: [version.pod], lacking: version.ephemeral, ...stateOf(pods, version) };
  addRun(pods, run);
  if (version.ephemeral.length > 0) retryEphemeral(pods, run, room);
  return null;
}

/** Makes claims of ephemeral volumes that pods lack. @returns whether the pods are ready then */
function retryEphemeral<Item>(pods: StatefulPods<Item>, run: Run<Item>, room: Room<Item>): boolean {
  if (run.lacking.length === 0) return false;
  let next = run.first;
  const parts: Run<Item>[] = [];
  for (let have = run.lacking.length; have >= 0; have -= 1) {
    const made = have === 0 ? endOf(run) - next : room.create(run.lacking.slice(0, have), endOf(run) - next);
    const items = [...run.items, ...run.lacking.slice(0, have)];
    parts.push({ ...run, first: next, count: made, items, lacking: run.lacking.slice(have) });
    next += made;
  }
  pods.runs = joinRuns([...without(pods.runs, run.first, endOf(run)), ...parts]);
  return parts.every((part) => part.count === 0 || isReady(part));
}

/** Where the slow start's batch ends that holds this index: 1, 2, 4, ... pods, never more than 500. */
function endOfBatch(index: number): number {
  let end = 0;
  for (let size = 1; end <= index; size = Math.min(2 * size, 500)) end += size;
  return end;
}

function removeCondemned<Item>(spec: StatefulSetSpec, pods: StatefulPods<Item>, room: Room<Item>): void {
  const end = spec.start + spec.replicas;
  for (const run of without(pods.runs, spec.start, end)) {
    room.remove(run.items, run.count);
    if (spec.deletesClaims) removeClaims(pods, run, room);
  }
  pods.runs = within(pods.runs, spec.start, end);
}

function removeClaims<Item>(pods: StatefulPods<Item>, run: Run<Item>, room: Room<Item>): void {
  const named = [...pods.claims.keys()].filter((ordinal) => run.first <= ordinal && ordinal < endOf(run));
  for (const ordinal of named) {
    for (const [template, item] of pods.claimItems.entries()) {
      room.remove([pods.claims.get(ordinal)?.get(template) ?? item], 1);
    }
    pods.claims.delete(ordinal);
  }
  room.remove(pods.claimItems, run.count - named.length);
}

/** Deletes the next pods that the update replaces, the highest ordinals first. @returns whether there were any */
function removeOutdated<Item>(spec: StatefulSetSpec, pods: StatefulPods<Item>, room: Room<Item>): boolean {
  if (spec.strategy.kind === 'OnDelete') return false;
  const { partition, unavailable } = spec.strategy;
  rollLongRuns(spec.start + partition, unavailable, pods, room);
  const outdated = within(pods.runs, spec.start + partition, Infinity).filter((run) => !run.updated);
  const unready = outdated.filter((run) => !isReady(run));
  const spare = unavailable - countRuns(pods.runs.filter((run) => !isReady(run)));
  let left = spare;
  const going = spec.ordered ? [] : [...unready];
  for (const run of outdated.toReversed()) {
    if (!isReady(run) && !spec.ordered) continue;
    const count = Math.min(left, run.count);
    if (count <= 0) break;
    going.push({ ...run, first: endOf(run) - count, count });
    left -= count;
  }
  for (const run of going) {
    room.remove(run.items, run.count);
    pods.runs = without(pods.runs, run.first, endOf(run));
  }
  return going.length > 0;
}

/** All but the last steps of a long update at once: the same pods, one step after the other. */
function rollLongRuns<Item>(from: number, size: number, pods: StatefulPods<Item>, room: Room<Item>): void {
  const { updated } = pods;
  if (!updated.becomesReady || !pods.runs.every(isReady)) return;
  const items = [updated.pod, ...updated.ephemeral];
  for (const run of within(pods.runs, from, Infinity).toReversed()) {
    const times = Math.floor(run.count / size) - 1;
    if (run.updated || times <= 0) continue;
    const count = size * room.exchange(run.items, items, size, times);
    const first = endOf(run) - count;
    pods.runs = joinRuns([
      ...without(pods.runs, first, endOf(run)),
      { ...run, first, count, items, lacking: [], updated: true },
    ]);
    if (count < size * times) return;
  }
}
