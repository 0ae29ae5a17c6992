import type { Refusal } from '../admission/admission.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { readWorkload } from '../workload/workload.ts';
import { amountsOf, sumBills, type SlotAmounts } from './ledger.ts';
import { castWorkload, type Casting } from './play-workload.ts';
import type { Play } from './play.ts';
import { explainRefusal, type World } from './world.ts';

/**
 * What a workload asks for at rest with any number of replicas, as values: whoever has them needs the workload itself no
 * more. It hangs on the bounds of the namespace and on the workload alone, so that another thread can work it out.
 */
export type SteadyCast =
  | {
      readonly kind: 'cast';
      readonly replicas: number;
      /** Whether replicas mean anything. */
      readonly scales: boolean;
      /** With no replicas, and what each of them adds. */
      readonly none: SlotAmounts;
      readonly each: SlotAmounts;
      /** Something of it is refused whatever quotas hold: with no replicas already, or only of each replica. */
      readonly bars: 'always' | 'never' | 'replicas';
      /** Why; `null` where nothing is barred. */
      readonly refusal: Refusal | null;
    }
  /** Nothing of it runs in the steady state. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/** @returns `null` for one that does not ask for the same with each replica, as it does where claims of earlier ones are left */
export function castSteadily(world: World, object: KubernetesObject): SteadyCast | null {
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  if (workload === null || workload.family === 'Pod') return { kind: 'idle' };
  const casting = castWorkload(world, workload, null, null);
  if (casting.kind !== 'play') return casting;
  const { play, replicas, scales } = casting;
  if (play.unknown) return { kind: 'unknown', missing: play.missing };
  const [none, one] = [amountsAt(play, 0), amountsAt(play, 1)];
  const each = new Map([...one].map(([slot, amount]) => [slot, amount - (none.get(slot) ?? 0n)]));
  const cast = { kind: 'cast', replicas, scales, none, each, ...describeBars(world, casting) } as const;
  const most = Math.max(1, replicas);
  return isSame(amountsAt(play, most), castAmounts(cast, most)) ? cast : null;
}

/** What it asks for with so many replicas. */
export function castAmounts({ none, each }: Pick<CastPlay, 'each' | 'none'>, replicas: number): Map<number, bigint> {
  const amounts = new Map(none);
  for (const [slot, amount] of each) amounts.set(slot, (none.get(slot) ?? 0n) + amount * BigInt(replicas));
  return amounts;
}

export function castBars({ bars }: CastPlay, replicas: number): boolean {
  return bars === 'always' || (bars === 'replicas' && replicas > 0);
}

export type CastPlay = Extract<SteadyCast, { kind: 'cast' }>;

const amountsAt = (play: Play, replicas: number): SlotAmounts => amountsOf(sumBills(play.wanted(replicas)));

function describeBars(
  world: World,
  { play, replicas }: Extract<Casting, { kind: 'play' }>,
): Pick<CastPlay, 'bars' | 'refusal'> {
  const findBarred = (count: number) => play.wanted(count).find(([item, number]) => item.barred && number > 0)?.[0];
  const barred = findBarred(Math.max(1, replicas));
  if (barred === undefined) return { bars: 'never', refusal: null };
  const bars = findBarred(0) === undefined ? 'replicas' : 'always';
  return { bars, refusal: explainRefusal(world, barred.request) };
}

function isSame(a: SlotAmounts, b: SlotAmounts): boolean {
  return a.size === b.size && [...a].every(([slot, amount]) => b.get(slot) === amount);
}
