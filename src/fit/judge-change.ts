import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '../admission/admission.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';
import { readWorkload } from '../workload/workload.ts';
import { isAutoscaler, scaleWithin } from './autoscaler.ts';
import { findRoot, type Commitment, type Commitments } from './commitment.ts';
import { learnInjected, listInjectedInto } from './learn-injected.ts';
import { governorsOf, unreadFor } from './beyond-quota.ts';
import { amountsOf, sumBills, usedOf, type SlotAmounts } from './ledger.ts';
import { keyOf, templateOf } from './owned.ts';
import { castWorkload } from './play-workload.ts';
import { findSetClaims, withoutLoose } from './set-claims.ts';
import { castAmounts } from './steady-cast.ts';
import type { SteadyPrice } from './steady-price.ts';
import { explainRefusal, type World } from './world.ts';

/** One resource of one quota that would be promised more than once. */
export interface Shortage {
  /** Its place in the ledger. */
  readonly slot: number;
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
  | {
      readonly kind: 'short';
      readonly shortages: readonly Shortage[];
      readonly largest: number | null;
      /** Containers that webhooks add to its pods, which the amounts count. */
      readonly injected: readonly string[];
    }
  /** No pod of it would be let in, whatever quotas hold; `isOld`: nor would it have been before this change. */
  | { readonly kind: 'barred'; readonly refusal: Refusal; readonly isOld: boolean }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/**
 * Whether a write asks for more than what is left, and only where it raises what it asked for before. Both are the
 * steady demand, as if the workload were new, so that what a rollout holds on the way is never held against it.
 * @param old - the stored object; `null` on a create
 */
export function judgeChange(
  commitments: Commitments,
  object: KubernetesObject,
  old: KubernetesObject | null,
): ChangeVerdict {
  const { world, total } = commitments;
  const before = old === null ? null : commitments.price(old);
  // Last, since what was priced last is remembered, and may be reserved next.
  const price = commitments.price(object);
  if (price.kind === 'idle') return { kind: 'fits' };
  if (price.kind === 'unknown') return price;
  if (price.isBarred) return judgeBarred(commitments, object, old, before?.kind === 'priced' && before.isBarred);
  const root = findRoot(commitments, object);
  const isChild = root !== undefined && keyOf(root.object) !== keyOf(object);
  const others = (slot: number): bigint => (total.get(slot) ?? 0n) - (root?.wanted.get(slot) ?? 0n);
  const asked = before?.kind === 'priced' ? before.wanted : new Map<number, bigint>();
  // Of a child only what its owner has not promised already is news.
  const isNews = (slot: number, amount: bigint): boolean =>
    amount > (asked.get(slot) ?? 0n) && !(isChild && amount <= (root.wanted.get(slot) ?? 0n));
  const hasRoom = (slot: number, amount: bigint): boolean =>
    others(slot) + amount <= (world.ledger.slots[slot]?.hard.nano ?? 0n);
  const short = [...price.wanted]
    .flatMap(([slot, amount]) => (hasRoom(slot, amount) || !isNews(slot, amount) ? [] : [slot]))
    .toSorted((a, b) => a - b);
  if (short.length === 0) return judgeBeyond(world, object, old);
  return {
    kind: 'short',
    shortages: short.flatMap((slot) => describeShortage(world, slot, others(slot), price.wanted.get(slot) ?? 0n)),
    largest: findLargest(commitments, object, hasRoom, isNews),
    injected: listInjectedInto(learnInjected(world.namespace), templateOf(object), object.name),
  };
}

/** Fits what quotas say; others may still refuse what is new. */
function judgeBeyond({ namespace }: World, object: KubernetesObject, old: KubernetesObject | null): ChangeVerdict {
  const missing = [...governorsOf(namespace, object), ...unreadFor(namespace, object)];
  const isNews = missing.length > 0 && !isDeepStrictEqual(object.value['spec'], old?.value['spec']);
  return isNews ? { kind: 'unknown', missing } : { kind: 'fits' };
}

/** Whether an object asks for more of anything than the state shows of it, so that others have to reckon with it. */
export function raisesDemand({ roots, price }: Commitments, object: KubernetesObject): boolean {
  return isMore(price(object), roots.get(keyOf(object))?.wanted);
}

/** Whether quotas have no room for a new object itself, whatever it asks for beside: the API server refuses it after us. */
export function isRefusedItself({ price, wanted, world }: Commitments, object: KubernetesObject): boolean {
  const priced = price(object);
  const beside = priced.kind === 'priced' ? priced.wanted : new Map<number, bigint>();
  const { slots, used } = world.ledger;
  return [...wanted(object)].some(([slot, amount]) => {
    const own = amount - (beside.get(slot) ?? 0n);
    return own > 0n && (used[slot] ?? 0n) + own > (slots[slot]?.hard.nano ?? 0n);
  });
}

/** Whether a write asks for more of anything than the stored object does, whatever the state shows of it. */
export function asksMore({ price }: Commitments, object: KubernetesObject, old: KubernetesObject): boolean {
  const before = price(old);
  return isMore(price(object), before.kind === 'priced' ? before.wanted : undefined);
}

function isMore(asked: SteadyPrice, known: SlotAmounts | undefined): boolean {
  return asked.kind === 'priced' && [...asked.wanted].some(([slot, amount]) => amount > (known?.get(slot) ?? 0n));
}

/** No pod of it is let in. Of what was so before, whoever changes something else need not hear. */
function judgeBarred(
  commitments: Commitments,
  object: KubernetesObject,
  old: KubernetesObject | null,
  isOld: boolean,
): ChangeVerdict {
  if (isOld && isDeepStrictEqual(object.value['spec'], old?.value['spec'])) return { kind: 'fits' };
  const refusal = explainBarred(commitments, object);
  return refusal === null ? { kind: 'fits' } : { kind: 'barred', refusal, isOld };
}

function explainBarred(commitments: Commitments, object: KubernetesObject): Refusal | null {
  const foretold = commitments.foretold(object);
  if (foretold?.kind === 'cast') return foretold.refusal;
  const played = playSteady(commitments, object);
  const refused = played?.play.wanted(played.replicas).find(([item, count]) => item.barred && count > 0);
  return refused === undefined ? null : explainRefusal(commitments.world, refused[0].request);
}

function playSteady({ world, autoscalers }: Commitments, object: KubernetesObject) {
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  const casting = workload === null ? null : castWorkload(world, workload, null, null);
  if (casting?.kind !== 'play') return null;
  return { ...casting, replicas: scaleBy(autoscalers, object, casting.replicas) };
}

function scaleBy(autoscalers: Commitments['autoscalers'], object: KubernetesObject, replicas: number): number {
  const scaler = autoscalers.get(keyOf(object));
  return scaler === undefined ? replicas : scaleWithin(scaler, replicas);
}

type SlotTest = (slot: number, amount: bigint) => boolean;

/**
 * The most replicas that fit, fewer than were asked for; asking for less never fits worse. That what there was before does
 * not fit either makes no room, but for what is there already without any replica. `null` where replicas mean nothing.
 */
function findLargest(
  commitments: Commitments,
  object: KubernetesObject,
  hasRoom: SlotTest,
  isNews: SlotTest,
): number | null {
  const scaled = scaleSteady(commitments, object);
  if (scaled === null) return null;
  const none = scaled.wantedWith(0);
  const isHeld = (slot: number, amount: bigint): boolean => amount === (none.get(slot) ?? 0n) && !isNews(slot, amount);
  const fits = (replicas: number): boolean =>
    [...scaled.wantedWith(replicas)].every(([slot, amount]) => hasRoom(slot, amount) || isHeld(slot, amount));
  let low = 0;
  let high = scaled.replicas;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** What an object asks for with any number of replicas; `null` where they mean nothing. */
function scaleSteady(commitments: Commitments, object: KubernetesObject): Scaled | null {
  const { world } = commitments;
  const claims = findSetClaims(world, object);
  const beside = (wanted: SlotAmounts): SlotAmounts => withoutLoose(world, claims, wanted);
  const foretold = commitments.foretold(object);
  if (foretold?.kind === 'cast') {
    const replicas = scaleBy(commitments.autoscalers, object, foretold.replicas);
    return foretold.scales ? { replicas, wantedWith: (count) => beside(castAmounts(foretold, count)) } : null;
  }
  const played = playSteady(commitments, object);
  if (played?.scales !== true) return null;
  const { play, replicas } = played;
  return { replicas, wantedWith: (count) => beside(amountsOf(sumBills(play.wanted(count)))) };
}

interface Scaled {
  readonly replicas: number;
  readonly wantedWith: (replicas: number) => SlotAmounts;
}

/**
 * Which kinds stand behind a verdict, by apiVersion and kind: what has to be looked at once more before anybody is
 * refused because of it. Quotas and limit ranges always do.
 */
export function listBlocking(commitments: Commitments, verdict: ChangeVerdict): ReadonlySet<string> {
  if (verdict.kind !== 'short') return new Set();
  const { pending, roots, world } = commitments;
  const short = verdict.shortages.map(({ slot }) => slot);
  const blocking = [...roots].filter(
    ([key, { wanted }]) => !pending.has(key) && short.some((slot) => (wanted.get(slot) ?? 0n) > 0n),
  );
  const kinds = new Set(blocking.map(([, { object }]) => kindOf(object)));
  for (const object of world.stored.values()) if (isAutoscaler(object)) kinds.add(kindOf(object));
  const isHeld = ({ object, wanted }: Commitment): boolean => {
    const asked = commitments.wanted(object);
    return short.some((slot) => (wanted.get(slot) ?? 0n) > (asked.get(slot) ?? 0n));
  };
  // More than it asks for is what it has.
  if (blocking.some(([, commitment]) => isHeld(commitment))) kinds.add('v1 Pod').add('apps/v1 ReplicaSet');
  return kinds;
}

export const kindOf = ({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string =>
  `${apiVersion} ${kind}`;

function describeShortage(world: World, slot: number, others: bigint, wanted: bigint): readonly Shortage[] {
  const place = world.ledger.slots[slot];
  if (place === undefined) return [];
  const { quota, resource, hard } = place;
  const { format } = usedOf(world.ledger, slot);
  return [{ slot, quota, resource, hard, others: makeQuantity(others, format), wanted: makeQuantity(wanted, format) }];
}
