import type { Refusal } from '../admission/admission.ts';
import { isTrueAt, listAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { readWorkload } from '../workload/workload.ts';
import { readAutoscaler, isAutoscaler, scaleWithin, targetOf, type Autoscaler } from './autoscaler.ts';
import { sumBills, usedOf, type Bill } from './ledger.ts';
import { openWorld, type WorldSettings } from './open-world.ts';
import { isActivePod, isTerminating, keyOf } from './owned.ts';
import { castWorkload } from './play-workload.ts';
import { explainRefusal, priceStored, type World } from './world.ts';

/** What one root owner has promised: everything that exists because of it once its controller has what it asks for. */
export interface Commitment {
  readonly object: KubernetesObject;
  /** In nano-units, by slot of the ledger. */
  readonly wanted: ReadonlyMap<number, bigint>;
}

/**
 * The steady demand of a namespace: of each object that nobody owns what it asks for, whether it exists yet or not. So
 * pods that are still missing are not forgotten, and a rollout is not counted twice.
 */
export interface Commitments {
  readonly world: World;
  readonly roots: ReadonlyMap<string, Commitment>;
  /** By the `keyOf` of what they scale. */
  readonly autoscalers: ReadonlyMap<string, Autoscaler>;
  /** In nano-units, by slot. */
  readonly total: ReadonlyMap<number, bigint>;
}

/** One resource of one quota that would be promised more than once. */
export interface Shortage {
  readonly quota: string;
  readonly resource: string;
  readonly hard: Quantity;
  /** What everything else in the namespace has been promised. */
  readonly others: Quantity;
  /** What this object asks for as a whole. */
  readonly wanted: Quantity;
}

/** What comes of a change of one object's steady demand. */
export type ChangeVerdict =
  | { readonly kind: 'fits' }
  /** `largest`: with so many replicas it would fit; `null` where replicas mean nothing. */
  | { readonly kind: 'short'; readonly shortages: readonly Shortage[]; readonly largest: number | null }
  /** No pod of it would be let in, whatever quotas hold, and that is this change's doing. */
  | { readonly kind: 'barred'; readonly refusal: Refusal }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/** @param pending - objects that were admitted but are not in the state yet; they take the place of their like */
export function commitNamespace(
  namespace: NamespaceState,
  settings: WorldSettings,
  pending: readonly KubernetesObject[],
): Commitments {
  const { world } = openWorld(namespace, settings);
  for (const object of pending) world.stored.set(keyOf(object), object);
  const scalers = [...world.stored.values()].filter(isAutoscaler);
  const autoscalers = new Map(scalers.map((object) => [targetOf(object), readAutoscaler(object)]));
  const roots = new Map<string, Commitment>();
  const claimPrefixes = listClaimPrefixes(world);
  const total = new Map<number, bigint>();
  for (const [key, object] of world.stored) {
    if (isTerminating(object) || ownerOf(world, object) !== undefined || isClaimOf(claimPrefixes, object)) continue;
    if (object.kind === 'Pod' && !isActivePod(object)) continue;
    const wanted = amountsOf(priceStored(world, object).bill);
    for (const { slot, amount } of steadyBill(world, object, autoscalers)) {
      wanted.set(slot, (wanted.get(slot) ?? 0n) + amount);
    }
    roots.set(key, { object, wanted });
    for (const [slot, amount] of wanted) total.set(slot, (total.get(slot) ?? 0n) + amount);
  }
  return { world, roots, autoscalers, total };
}

/**
 * Whether a write asks for more than what is left, and only where it raises what it asked for before.
 * @param old - the stored object; `null` on a create
 */
export function judgeChange(
  commitments: Commitments,
  object: KubernetesObject,
  old: KubernetesObject | null,
): ChangeVerdict {
  const { world, autoscalers, total } = commitments;
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  if (workload === null || workload.family === 'Pod') return { kind: 'fits' };
  const casting = castWorkload(world, workload, old, null);
  if (casting.kind === 'idle') return { kind: 'fits' };
  if (casting.kind === 'unknown' || casting.play.unknown) {
    return { kind: 'unknown', missing: casting.kind === 'unknown' ? casting.missing : casting.play.missing };
  }
  const scaler = autoscalers.get(keyOf(object));
  const replicas = scaler === undefined ? casting.replicas : scaleWithin(scaler, casting.replicas);
  const refused =
    replicas === 0 ? undefined : casting.play.wanted(replicas).find(([item, count]) => item.barred && count > 0);
  if (refused !== undefined) {
    const refusal = explainRefusal(world, refused[0].request);
    return refusal === null || (old !== null && isBarred(world, old)) ? { kind: 'fits' } : { kind: 'barred', refusal };
  }

  const before = old === null ? new Map<number, bigint>() : amountsOf(steadyBill(world, old, autoscalers));
  const root = findRoot(commitments, object);
  const own = root?.wanted;
  // Of a child only what its owner has not promised already is news.
  const promised = root === undefined || keyOf(root.object) === keyOf(object) ? before : maximum(before, root.wanted);
  const others = (slot: number): bigint => (total.get(slot) ?? 0n) - (own?.get(slot) ?? 0n);
  const wantedWith = (count: number): ReadonlyMap<number, bigint> => amountsOf(sumBills(casting.play.wanted(count)));
  const listShort = (wanted: ReadonlyMap<number, bigint>): readonly number[] =>
    [...wanted].flatMap(([slot, amount]) => {
      const hard = world.ledger.slots[slot]?.hard.nano ?? 0n;
      return amount > (promised.get(slot) ?? 0n) && others(slot) + amount > hard ? [slot] : [];
    });
  const wanted = wantedWith(replicas);
  const short = listShort(wanted).toSorted((a, b) => a - b);
  if (short.length === 0) return { kind: 'fits' };
  return {
    kind: 'short',
    shortages: short.flatMap((slot) => describeShortage(world, slot, others(slot), wanted.get(slot) ?? 0n)),
    largest: casting.scales ? findLargest((count) => listShort(wantedWith(count)).length === 0, replicas) : null,
  };
}

/** Who promised for an object: itself, or the one at the top of its owners. What a Deployment's ReplicaSet asks for is no news. */
function findRoot({ world, roots }: Commitments, object: KubernetesObject): Commitment | undefined {
  const seen = new Set<string>();
  for (let key = keyOf(object), at = object; !seen.has(key);) {
    seen.add(key);
    const owner = ownerOf(world, at);
    if (owner === undefined) return roots.get(key);
    at = owner;
    key = keyOf(owner);
  }
  return undefined;
}

/** The most replicas below `tooMany` that fit; asking for less never fits worse. */
function findLargest(fits: (count: number) => boolean, tooMany: number): number {
  let low = 0;
  let high = tooMany;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** What a stored workload asks for beside itself, in the steady state. */
function steadyBill(world: World, object: KubernetesObject, autoscalers: Commitments['autoscalers']): Bill {
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  if (workload === null || workload.family === 'Pod') return [];
  const casting = castWorkload(world, workload, object, null);
  if (casting.kind !== 'play') return [];
  const scaler = autoscalers.get(keyOf(object));
  return sumBills(casting.play.wanted(scaler === undefined ? casting.replicas : scaleWithin(scaler, casting.replicas)));
}

/** Whether a stored workload could make no pod either. */
function isBarred(world: World, old: KubernetesObject): boolean {
  const workload = readWorkload(old, world.options.kinds ?? new Map());
  const casting = workload === null ? null : castWorkload(world, workload, old, null);
  return casting?.kind === 'play' && casting.play.wanted(1).some(([item]) => item.barred);
}

function describeShortage(world: World, slot: number, others: bigint, wanted: bigint): readonly Shortage[] {
  const place = world.ledger.slots[slot];
  if (place === undefined) return [];
  const { quota, resource, hard } = place;
  const { format } = usedOf(world.ledger, slot);
  return [{ quota, resource, hard, others: makeQuantity(others, format), wanted: makeQuantity(wanted, format) }];
}

function maximum(a: ReadonlyMap<number, bigint>, b: ReadonlyMap<number, bigint>): ReadonlyMap<number, bigint> {
  const most = new Map(a);
  for (const [slot, amount] of b) if (amount > (most.get(slot) ?? 0n)) most.set(slot, amount);
  return most;
}

function amountsOf(bill: Bill): Map<number, bigint> {
  return new Map(bill.map(({ slot, amount }) => [slot, amount]));
}

/** The controller of an object, where it is there itself: then it speaks for what it owns. */
function ownerOf({ stored }: World, object: KubernetesObject): KubernetesObject | undefined {
  const owner = listAt(object.value, 'metadata', 'ownerReferences').find((one) => isTrueAt(one, 'controller'));
  return owner === undefined
    ? undefined
    : stored.get(
        keyOf({
          apiVersion: stringAt(owner, 'apiVersion'),
          kind: stringAt(owner, 'kind'),
          name: stringAt(owner, 'name'),
        }),
      );
}

/** How the claims of StatefulSets begin; nothing owns them, but their StatefulSet asks for them. */
function listClaimPrefixes({ stored }: World): readonly string[] {
  return [...stored.values()].flatMap(({ kind, name, value }) =>
    kind === 'StatefulSet'
      ? listAt(value, 'spec', 'volumeClaimTemplates').map((claim) => `${stringAt(claim, 'metadata', 'name')}-${name}-`)
      : [],
  );
}

function isClaimOf(prefixes: readonly string[], { kind, name }: KubernetesObject): boolean {
  return (
    kind === 'PersistentVolumeClaim' &&
    prefixes.some((prefix) => name.startsWith(prefix) && /^\d+$/u.test(name.slice(prefix.length)))
  );
}
