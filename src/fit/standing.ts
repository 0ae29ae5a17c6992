import type { KubernetesObject } from '../manifest/document.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';
import { findRoot, type Commitments } from './commitment.ts';
import { usedOf } from './ledger.ts';

/** How one resource of one quota stands for somebody who asks for it. */
export interface Standing {
  readonly hard: Quantity;
  /** What everything else in the namespace has been promised. */
  readonly others: Quantity;
}

/**
 * @param object - as it is stored; `null` for what is not
 * @returns `null` when there is no such quota any more, or it no longer bounds this
 */
export function standingOf(
  commitments: Commitments,
  object: KubernetesObject | null,
  quota: string,
  resource: string,
): Standing | null {
  const { ledger } = commitments.world;
  const slot = ledger.slots.findIndex((one) => one.quota === quota && one.resource === resource);
  const place = ledger.slots[slot];
  if (place === undefined) return null;
  const own = object === null ? 0n : (findRoot(commitments, object)?.wanted.get(slot) ?? 0n);
  const others = (commitments.total.get(slot) ?? 0n) - own;
  return { hard: place.hard, others: makeQuantity(others, usedOf(ledger, slot).format) };
}
