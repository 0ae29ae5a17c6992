import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../manifest/document.ts';
import type { Commitment, Commitments } from './commitment.ts';
import { addAmounts, type SlotAmounts } from './ledger.ts';
import { controllerOf, generationOf, keyOf, ownerOf, uidOf } from './owned.ts';

/** What was admitted beside a state. It changes in place, since from one review to the next little of it does. */
export interface Tally {
  readonly base: Commitments;
  /** Those of the base and what was admitted; good until the next count. */
  readonly commitments: Commitments;
  readonly pending: Map<string, Commitment>;
  readonly total: Map<number, bigint>;
  admitted: readonly KubernetesObject[];
  /** Some of it has an owner, who may come or go: then all is counted anew. */
  hasOwned: boolean;
}

const noAmounts: SlotAmounts = new Map();

/**
 * Counts what was admitted beside what a state shows.
 * @param last - of the same namespace with the same bounds; what is the same in it stays
 * @param admitted - what is kept from one call to the next keeps its order, and what is new is behind it
 */
export function countAdmitted(last: Tally | null, base: Commitments, admitted: readonly KubernetesObject[]): Tally {
  const tally = last?.base === base && !last.hasOwned ? last : openTally(base);
  if (tally.admitted === admitted) return tally;
  const wantedOf = (key: string, object: KubernetesObject): SlotAmounts =>
    findWanted(last, base, key, object) ?? base.wanted(object);
  const { commitments, pending, total } = tally;
  const kept = dropGone(tally, admitted);
  const added = admitted.slice(kept).filter((object) => !isShown(base.world.stored.get(keyOf(object)), object));
  for (const object of added) {
    const key = keyOf(object);
    drop(tally, key);
    pending.set(key, { object, wanted: noAmounts });
  }
  for (const object of added) {
    const key = keyOf(object);
    tally.hasOwned ||= controllerOf(object) !== null;
    if (findOwner(commitments, object) !== undefined) continue;
    const wanted = wantedOf(key, object);
    pending.set(key, { object, wanted });
    addAmounts(total, base.roots.get(key)?.wanted ?? noAmounts, -1n);
    addAmounts(total, wanted, 1n);
  }
  tally.admitted = admitted;
  return tally;
}

/** What was counted for it beside another state: it hangs on nothing in that but its autoscaler. */
function findWanted(
  last: Tally | null,
  base: Commitments,
  key: string,
  object: KubernetesObject,
): SlotAmounts | undefined {
  const known = last === null || last.hasOwned ? undefined : last.pending.get(key);
  if (known?.object !== object || last?.base === base) return undefined;
  return isDeepStrictEqual(last?.base.autoscalers.get(key), base.autoscalers.get(key)) ? known.wanted : undefined;
}

function openTally(base: Commitments): Tally {
  const pending = new Map<string, Commitment>();
  const total = new Map(base.total);
  return { base, admitted: [], hasOwned: false, pending, total, commitments: { ...base, pending, total } };
}

/** @returns how many of what is admitted now were so before */
function dropGone(tally: Tally, admitted: readonly KubernetesObject[]): number {
  let kept = 0;
  for (const object of tally.admitted) {
    if (object === admitted[kept]) kept += 1;
    else if (tally.pending.get(keyOf(object))?.object === object) drop(tally, keyOf(object));
  }
  return kept;
}

function drop({ base, pending, total }: Tally, key: string): void {
  const commitment = pending.get(key);
  if (commitment === undefined) return;
  pending.delete(key);
  addAmounts(total, commitment.wanted, -1n);
  addAmounts(total, base.roots.get(key)?.wanted ?? noAmounts, 1n);
}

/** The object as it is stored, or soon will be. */
export function findCommitted({ world, pending }: Commitments, key: string): KubernetesObject | undefined {
  return pending.get(key)?.object ?? world.stored.get(key);
}

export function findOwner(commitments: Commitments, object: KubernetesObject): KubernetesObject | undefined {
  return ownerOf({ get: (key) => findCommitted(commitments, key) }, object);
}

/** Whether the state holds an object as it was admitted, or as somebody wrote it since. */
function isShown(stored: KubernetesObject | undefined, admitted: KubernetesObject): boolean {
  const generation = generationOf(admitted);
  return (
    stored !== undefined && generation > 0 && generationOf(stored) >= generation && uidOf(stored) === uidOf(admitted)
  );
}
