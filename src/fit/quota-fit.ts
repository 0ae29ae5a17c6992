import { planCronJob } from '../demand/cron-job.ts';
import { planJob } from '../demand/job.ts';
import type { Termination } from '../demand/peak.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { printQuantity } from '../quantity/print.ts';
import { makeQuantity } from '../quantity/quantity.ts';
import type { Applied, Played, Stage } from './apply.ts';
import type { QuotaFit, ResourceFit } from './fit-report.ts';
import { sumBills, type Bill, type Ledger } from './ledger.ts';
import type { Holdings } from './play.ts';
import { pricePod, wholePods } from './pod-parts.ts';
import { priceStored, type World } from './world.ts';

export interface PeakOptions {
  readonly termination: Termination;
  /** How many rollouts may run at once. */
  readonly concurrentRollouts: number | 'all';
}

/** Amounts by slot of a ledger, in nano-units. */
type Amounts = readonly bigint[];

/** What quotas would hold at best and at worst, beside what they come to. */
export interface Tally {
  readonly wanted: Amounts;
  readonly peak: Amounts;
}

/** Adds up what all desired objects of a stage would charge, and the most on the way there. */
export function tallyStage(stage: Stage, options: PeakOptions): Tally {
  const { ledger } = stage.world;
  const zeros = ledger.slots.map(() => 0n);
  const all = [...stage.applied.flatMap(({ played }) => played ?? []), ...stage.others.values()];
  const steady = all.map((played) => demandOf(played, options.termination, zeros));
  const idle = stage.applied.map((applied) => idlePeak(stage.world, applied, options.termination, zeros));
  const refused = stage.applied.map((applied) => refusedDemand(applied, zeros));
  const some = (lists: readonly Amounts[]): readonly Amounts[] => lists.filter((list) => list !== zeros);
  // What nobody of the release made stays as it is.
  const held = some(all.map(({ play }) => amountsOf(play.held(), zeros)));
  const wantedAll = some([...steady.map((one) => one.wanted), ...refused]);
  const floorAll = some([...steady.map((one) => one.floor), ...refused]);
  const rest = ledger.used.map((used, slot) => used - sumAt(held, slot));
  const wanted = rest.map((base, slot) => base + sumAt(wantedAll, slot));
  const extras = some([...steady.map((one) => one.extra), ...idle]);
  const peak = rest.map((base, slot) => {
    const floor = base + sumAt(floorAll, slot);
    return max(ledger.highest[slot] ?? 0n, floor + sumLargest(extras, slot, options.concurrentRollouts));
  });
  return { wanted, peak };
}

interface Demand {
  readonly wanted: Amounts;
  /** The most of what was before and what is wanted. */
  readonly floor: Amounts;
  /** How much more than that at the worst moment of a rollout, or at the autoscaler's maximum. */
  readonly extra: Amounts;
}

function demandOf(
  { play, start, before, replicas, autoscaler }: Played,
  termination: Termination,
  zeros: Amounts,
): Demand {
  const wanted = amountsOf(play.wanted(replicas), zeros);
  const isCalm = before.length === 0 && autoscaler === null;
  if (isCalm) return { wanted, floor: wanted, extra: zeros };
  const floor = mostOf([wanted, amountsOf(before, zeros)], zeros);
  const ceiling = autoscaler === null ? replicas : Math.max(replicas, replicas === 0 ? 0 : autoscaler.max);
  const moments = [
    play.wanted(ceiling),
    ...[replicas, ceiling].flatMap((count) => start.peaks(count, termination).map(({ holdings }) => holdings)),
  ];
  const most = mostOf([floor, ...moments.map((holdings) => amountsOf(holdings, zeros))], zeros);
  return { wanted, floor, extra: most.map((amount, slot) => amount - (floor[slot] ?? 0n)) };
}

/** A CronJob charges only while it runs: its pods, and the Jobs that it keeps. */
function idlePeak(
  world: World,
  { object, workload, outcome }: Applied,
  termination: Termination,
  zeros: Amounts,
): Amounts {
  const [template] = workload?.templates ?? [];
  if (workload?.family !== 'CronJob' || template === undefined || outcome !== 'stored') return zeros;
  const { job, runs, keptJobs } = planCronJob(object.value, termination);
  const { active } = planJob(job, 0);
  const parts = pricePod(world, { metadata: template.metadata, spec: template.spec }, `${object.name}-*`, String);
  return amountsOf([...wholePods(parts, runs * active), [priceStored(world, jobOf(object)), runs + keptJobs]], zeros);
}

function jobOf({ name, namespace }: KubernetesObject): KubernetesObject {
  const value = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: `${name}-*`, namespace } };
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name: `${name}-*`, value, source: null };
}

/** What a refused object would charge: itself, and its pods. */
function refusedDemand({ casting, outcome, refusedBill, workload }: Applied, zeros: Amounts): Amounts {
  if (outcome !== 'refused') return zeros;
  if (casting?.kind !== 'play') return addBill(refusedBill, zeros);
  const wanted = amountsOf(casting.play.wanted(casting.replicas), zeros);
  const held = amountsOf(workload?.family === 'Pod' ? [] : casting.play.held(), zeros);
  // A Pod is its own pod.
  const own = workload?.family === 'Pod' ? zeros : addBill(refusedBill, zeros);
  return wanted.map((amount, slot) => amount + (own[slot] ?? 0n) - (held[slot] ?? 0n));
}

function amountsOf(holdings: Holdings, zeros: Amounts): Amounts {
  return holdings.length === 0 ? zeros : addBill(sumBills(holdings), zeros);
}

function addBill(bill: Bill, zeros: Amounts): Amounts {
  if (bill.length === 0) return zeros;
  const amounts = [...zeros];
  for (const { slot, amount } of bill) amounts[slot] = (amounts[slot] ?? 0n) + amount;
  return amounts;
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function mostOf(lists: readonly Amounts[], zeros: Amounts): Amounts {
  return zeros.map((zero, slot) => lists.reduce((most, list) => max(most, list[slot] ?? 0n), zero));
}

function sumAt(lists: readonly Amounts[], slot: number): bigint {
  return lists.reduce((sum, list) => sum + (list[slot] ?? 0n), 0n);
}

/** The sum of as many of the largest amounts as rollouts may run at once. */
function sumLargest(lists: readonly Amounts[], slot: number, count: number | 'all'): bigint {
  if (count === 'all') return sumAt(lists, slot);
  const amounts = lists.map((list) => list[slot] ?? 0n).sort((a, b) => (a < b ? 1 : -1));
  return amounts.slice(0, count).reduce((sum, amount) => sum + amount, 0n);
}

/** The quotas of a stage, with amounts as Kubernetes prints them. */
export function reportQuotas(stage: Stage, before: Ledger, { wanted, peak }: Tally): readonly QuotaFit[] {
  const { namespace, ledger } = stage.world;
  let slot = 0;
  return namespace.quotas.map((quota) => {
    const resources: [string, ResourceFit][] = [];
    for (const [resource, hard] of quota.hard) {
      const format = ledger.formats[slot] ?? 'DecimalSI';
      const print = (amount: bigint | undefined): string => printQuantity(makeQuantity(amount ?? 0n, format));
      const [most, all] = [peak[slot] ?? 0n, wanted[slot] ?? 0n];
      resources.push([
        resource,
        {
          hard: printQuantity(hard),
          used: print(before.used[slot]),
          after: print(ledger.used[slot]),
          wanted: print(all),
          peak: print(most),
          fits: all <= hard.nano,
          fitsPeak: most <= hard.nano,
        },
      ]);
      slot += 1;
    }
    resources.sort(([a], [b]) => (a < b ? -1 : 1));
    return { namespace: namespace.name, name: quota.name, resources: Object.fromEntries(resources) };
  });
}
