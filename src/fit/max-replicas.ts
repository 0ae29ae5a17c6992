import { forkLedger, roomIn, type Ledger } from './ledger.ts';
import type { Play } from './play.ts';
import type { Item } from './world.ts';

/** As many replicas as the API takes. */
export const mostReplicas = 2 ** 31 - 1;

/**
 * The largest number of replicas with which all pods exist, everything else as it is.
 * @param play - as it stood before it was played
 * @param isNew - whether nothing of it existed: what a boundless number comes to is the answer then
 */
export function findMaxReplicas(play: Play, ledger: Ledger, isNew: boolean): number {
  const createdOf = (replicas: number): number => play.copy().settle(replicas, roomIn(forkLedger(ledger))).created;
  if (isNew) return createdOf(mostReplicas);
  const fits = (replicas: number): boolean => replicas <= 0 || createdOf(replicas) >= replicas;
  const guess = countInPlace(play, ledger);
  // The guess is mostly right; where a rollout gets stuck it is not, and the answer is looked for from there.
  return fits(guess) ? searchUp(guess, fits) : searchDown(guess, fits);
}

/** How many pods of the present template there would be room for if the workload had none yet. */
function countInPlace(play: Play, ledger: Ledger): number {
  const fork = forkLedger(ledger);
  const room = roomIn<Item>(fork);
  for (const [item, count] of play.held()) room.remove([item], count);
  return room.create(play.unit, mostReplicas);
}

function searchUp(from: number, fits: (replicas: number) => boolean): number {
  let low = from;
  for (let step = 1; low < mostReplicas; step *= 2) {
    const high = Math.min(low + step, mostReplicas);
    if (!fits(high)) return halve(low, high, fits);
    low = high;
  }
  return mostReplicas;
}

function searchDown(from: number, fits: (replicas: number) => boolean): number {
  let high = from;
  for (let step = 1; ; step *= 2) {
    const low = Math.max(0, high - step);
    if (fits(low)) return halve(low, high, fits);
    high = low;
  }
}

/** @param low - fits, and `high` does not */
function halve(low: number, high: number, fits: (replicas: number) => boolean): number {
  let [most, least] = [low, high];
  while (least - most > 1) {
    const middle = most + Math.floor((least - most) / 2);
    if (fits(middle)) most = middle;
    else least = middle;
  }
  return most;
}
