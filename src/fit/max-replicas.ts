import { forkLedger, roomIn, type Ledger } from './ledger.ts';
import type { Play } from './play.ts';

/** As many replicas as the API takes. */
export const mostReplicas = 2 ** 31 - 1;

/**
 * The largest number of replicas with which all pods exist, everything else as it is.
 * @param play - as it stood before it was played
 * @param isNew - whether nothing of it existed: what a boundless number comes to is the answer then
 */
export function findMaxReplicas(play: Play, ledger: Ledger, isNew: boolean): number {
  const createdOf = (replicas: number): number => play.copy().settle(replicas, roomIn(forkLedger(ledger))).created;
  const fits = (replicas: number): boolean => createdOf(replicas) >= replicas;
  if (isNew) return createdOf(mostReplicas);
  if (fits(mostReplicas)) return mostReplicas;
  let low = 0;
  let high = mostReplicas;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
