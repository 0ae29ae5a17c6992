import { fieldAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';
import { countPods, countReady, createPods, deletePods, exchangePods } from './pod-set.ts';
import type { PodSet } from './pod-set.ts';
import type { Room } from './room.ts';
import { scaleValue } from './scaled-value.ts';

export type DaemonStrategy =
  | { readonly kind: 'OnDelete' }
  | { readonly kind: 'RollingUpdate'; readonly surge: number; readonly unavailable: number };

/** @param nodes - how many nodes want a pod: percentages are of these, and both round up */
export function readDaemonStrategy(object: JsonObject, nodes: number): DaemonStrategy {
  const strategy = fieldAt(object, 'spec', 'updateStrategy');
  if (stringAt(strategy, 'type') === 'OnDelete') return { kind: 'OnDelete' };
  const surge = scaleValue(fieldAt(strategy, 'rollingUpdate', 'maxSurge') ?? 0, nodes, 'up') ?? 0;
  const unavailable = scaleValue(fieldAt(strategy, 'rollingUpdate', 'maxUnavailable') ?? 1, nodes, 'up') ?? 1;
  return { kind: 'RollingUpdate', surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** A DaemonSet's pods, while its controller is played. */
export interface DaemonPods<Item> {
  /** Of earlier templates, on nodes that want a pod. */
  readonly old: PodSet<Item>;
  readonly updated: PodSet<Item>;
  /** On nodes that want none (any more), or that are gone. */
  readonly misplaced: PodSet<Item>;
}

/**
 * Plays the DaemonSet controller until nothing moves: missing pods first, then the rollout, `nodes` pods at the end.
 * @see k8s.io/kubernetes/pkg/controller/daemon `manage`, `rollingUpdate`
 */
export function settleDaemonSet<Item>(
  strategy: DaemonStrategy,
  nodes: number,
  { old, updated, misplaced }: DaemonPods<Item>,
  room: Room<Item>,
): void {
  const missing = (): number => nodes - countPods(old) - countPods(updated);
  // Pods are made before misplaced ones go, and once more with the room that those leave.
  createPods(room, updated, missing());
  deletePods(room, misplaced, countPods(misplaced));
  createPods(room, updated, missing());
  if (strategy.kind === 'OnDelete') return;
  while (countPods(old) > 0) {
    // A refused pod ends the sync before the rollout is looked at.
    if (missing() > 0) return;
    if (strategy.surge > 0) {
      if (!surge(strategy.surge, old, updated, room)) return;
      continue;
    }
    exchangePods(room, old, updated, strategy.unavailable, Math.floor(countPods(old) / strategy.unavailable) - 1);
    const unready = countPods(old) - countReady(old);
    const spare = strategy.unavailable - unready - (countPods(updated) - countReady(updated));
    const going = unready + Math.max(0, Math.min(spare, countReady(old)));
    if (going === 0) return;
    deletePods(room, old, going);
    createPods(room, updated, missing());
  }
}

/** New pods beside old ones; an old one goes when the new one on its node is ready, or when it was not ready itself. */
function surge<Item>(most: number, old: PodSet<Item>, updated: PodSet<Item>, room: Room<Item>): boolean {
  const unready = countPods(old) - countReady(old);
  const waiting = countPods(updated) - countReady(updated);
  const readyBefore = countReady(updated);
  const created = createPods(room, updated, unready + Math.max(0, Math.min(most - waiting, countReady(old))));
  // With a full step of new pods up, the next ones come when as many old ones have gone.
  if (created === most) exchangePods(room, old, updated, most, Math.floor(countPods(old) / most) - 1);
  const replaced = Math.max(Math.min(countReady(updated) - readyBefore, created), Math.min(created, unready));
  deletePods(room, old, replaced);
  return replaced > 0;
}
