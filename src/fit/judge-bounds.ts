import type { Refusal } from '../admission/admission.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';
import type { Commitments } from './commitment.ts';
import { judgeChange } from './judge-change.ts';
import { usedOf } from './ledger.ts';

/** One resource of one quota of which more is promised than it will give. */
export interface Overcommitment {
  readonly quota: string;
  readonly resource: string;
  readonly hard: Quantity;
  readonly promised: Quantity;
  /** Who asks for it, the largest first. */
  readonly by: readonly { readonly object: KubernetesObject; readonly amount: Quantity }[];
}

/** What becomes of a namespace when its quotas or limit ranges change; nothing that runs is stopped by it. */
export interface BoundsVerdict {
  readonly over: readonly Overcommitment[];
  /** Workloads of which no pod would be let in any more. */
  readonly barred: readonly { readonly object: KubernetesObject; readonly refusal: Refusal }[];
}

/** Compares the same namespace under the quotas and limit ranges of before and after; tells only what gets worse. */
export function judgeBounds(before: Commitments, after: Commitments): BoundsVerdict {
  const excessBefore = new Map(listExcess(before).map(({ key, excess }) => [key, excess]));
  const over = listExcess(after).flatMap(({ key, slot, excess }) =>
    excess > 0n && excess > (excessBefore.get(key) ?? 0n) ? describeOver(after, slot) : [],
  );
  const barred = [...after.roots.values()].flatMap(({ object }) => {
    const [was, is] = [before.price(object), after.price(object)];
    if (is.kind !== 'priced' || !is.isBarred || (was.kind === 'priced' && was.isBarred)) return [];
    const verdict = judgeChange(after, object, null);
    return verdict.kind === 'barred' ? [{ object, refusal: verdict.refusal }] : [];
  });
  return { over, barred };
}

function listExcess({ world, total }: Commitments) {
  return world.ledger.slots.map(({ quota, resource, hard }, slot) => {
    return { key: `${quota} ${resource}`, slot, excess: (total.get(slot) ?? 0n) - hard.nano };
  });
}

function describeOver({ world, roots, total }: Commitments, slot: number): readonly Overcommitment[] {
  const place = world.ledger.slots[slot];
  if (place === undefined) return [];
  const { quota, resource, hard } = place;
  const { format } = usedOf(world.ledger, slot);
  const print = (nano: bigint): Quantity => makeQuantity(nano, format);
  const by = [...roots.values()]
    .flatMap(({ object, wanted }) => {
      const amount = wanted.get(slot) ?? 0n;
      return amount > 0n ? [{ object, amount: print(amount) }] : [];
    })
    .toSorted((a, b) => Number(b.amount.nano > a.amount.nano) - Number(b.amount.nano < a.amount.nano));
  return [{ quota, resource, hard, promised: print(total.get(slot) ?? 0n), by }];
}
