import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../manifest/document.ts';
import { readWorkload } from '../workload/workload.ts';
import { scaleWithin, type Autoscaler } from './autoscaler.ts';
import { addAmounts, amountsOf, sumBills, type SlotAmounts } from './ledger.ts';
import { keyOf } from './owned.ts';
import { castWorkload } from './play-workload.ts';
import { findSetClaims, isSameClaims, withoutLoose, type SetClaims } from './set-claims.ts';
import { castAmounts, castBars, type CastPlay, type SteadyCast } from './steady-cast.ts';
import { priceStored, type World } from './world.ts';

/** What a workload asks for beside itself in the steady state, as if it were new: what it holds already counts once. */
export type SteadyPrice =
  | { readonly kind: 'priced'; readonly replicas: number; readonly wanted: SlotAmounts; readonly isBarred: boolean }
  /** Nothing of it runs in the steady state. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/** A price, and what it hangs on beside the bounds. */
export interface Priced {
  readonly scaler: Autoscaler | undefined;
  readonly claims: SetClaims;
  readonly price: SteadyPrice;
  /** With all that it asks for. */
  readonly wanted: SlotAmounts;
}

/** What an object asks for. @param known - its price at another time, which may still be good */
export function findPrice(
  known: Priced | undefined,
  world: World,
  object: KubernetesObject,
  autoscalers: ReadonlyMap<string, Autoscaler>,
  foretold: SteadyCast | undefined,
): Priced {
  const scaler = autoscalers.get(keyOf(object));
  const claims = findSetClaims(world, object);
  const isSameScaler = known?.scaler === scaler || isDeepStrictEqual(known?.scaler, scaler);
  if (known !== undefined && isSameScaler && isSameClaims(known.claims, claims)) return known;
  const price = priceSteady(world, object, scaler, foretold, claims);
  return { scaler, claims, price, wanted: sumCommitment(world, object, price) };
}

/** @param foretold - what was worked out for it elsewhere */
export function priceSteady(
  world: World,
  object: KubernetesObject,
  scaler: Autoscaler | undefined,
  foretold: SteadyCast | undefined,
  claims: SetClaims,
): SteadyPrice {
  const priced = priceWhole(world, object, scaler, foretold);
  return priced.kind === 'priced' ? { ...priced, wanted: withoutLoose(world, claims, priced.wanted) } : priced;
}

function priceWhole(
  world: World,
  object: KubernetesObject,
  scaler: Autoscaler | undefined,
  foretold: SteadyCast | undefined,
): SteadyPrice {
  if (foretold !== undefined) return foretold.kind === 'cast' ? priceCast(foretold, scaler) : foretold;
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  if (workload === null || workload.family === 'Pod') return { kind: 'idle' };
  const casting = castWorkload(world, workload, null, null);
  if (casting.kind !== 'play') return casting;
  const { play } = casting;
  if (play.unknown) return { kind: 'unknown', missing: play.missing };
  const replicas = scaler === undefined ? casting.replicas : scaleWithin(scaler, casting.replicas);
  const wanted = play.wanted(replicas);
  return {
    kind: 'priced',
    replicas,
    wanted: amountsOf(sumBills(wanted)),
    isBarred: wanted.some(([item, count]) => item.barred && count > 0),
  };
}

function priceCast(cast: CastPlay, scaler: Autoscaler | undefined): SteadyPrice {
  const replicas = scaler === undefined ? cast.replicas : scaleWithin(scaler, cast.replicas);
  return { kind: 'priced', replicas, wanted: castAmounts(cast, replicas), isBarred: castBars(cast, replicas) };
}

/** An object with all that it asks for. */
export function sumCommitment(world: World, object: KubernetesObject, price: SteadyPrice): SlotAmounts {
  const wanted = amountsOf(priceStored(world, object).bill);
  if (price.kind === 'priced') addAmounts(wanted, price.wanted, 1n);
  return wanted;
}
