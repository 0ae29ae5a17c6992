import type { FitReport, ResourceFit } from '../fit/fit-report.ts';
import { groupBy } from '../report/group-by.ts';
import { compareText } from '../report/order.ts';
import type { QuotaChange } from '../report/report.ts';

/** What came of playing objects that share quotas. */
export interface PlayedPart {
  /** The file of objects whose namespace nobody knows; `null` where it is known by name. */
  readonly file: string | null;
  readonly report: FitReport;
}

/** One resource of one quota, on one side of the change. */
interface Amount extends Pick<QuotaChange, 'namespace' | 'quota' | 'resource'> {
  readonly file: string | null;
  readonly fit: ResourceFit;
}

/**
 * What a change does to quotas: amounts whose demand or hard limit is not what it was, by namespace, quota and resource. A file
 * that is on one side only is taken for one of the other side with the same quota, if there is any: it was renamed.
 */
export function listQuotaChanges(then: readonly PlayedPart[], now: readonly PlayedPart[]): readonly QuotaChange[] {
  const before = indexAmounts(then);
  const after = indexAmounts(now);
  const gone = groupBy(
    [...before.values()].filter((amount) => !after.has(placeOf(amount))),
    nameOf,
  );
  const pairs = [...after].map(
    ([place, amount]) => [before.get(place) ?? gone.get(nameOf(amount))?.shift(), amount] as const,
  );
  const left = [...gone.values()].flat().map((amount) => [amount, undefined] as const);
  return [...pairs, ...left]
    .flatMap(([old, current]) => describeChange(old, current))
    .sort((a, b) => compareText(placeOf(a), placeOf(b)));
}

function describeChange(old: Amount | undefined, current: Amount | undefined): readonly QuotaChange[] {
  const amount = current ?? old;
  if (amount === undefined || (old?.fit.wanted === current?.fit.wanted && old?.fit.hard === current?.fit.hard))
    return [];
  const { namespace, file, quota, resource } = amount;
  return [
    {
      namespace,
      ...(file !== null && { file }),
      quota,
      resource,
      hard: current?.fit.hard ?? null,
      before: old?.fit.wanted ?? null,
      after: current?.fit.wanted ?? null,
      fits: current?.fit.fits ?? null,
    },
  ];
}

/** In the order of their names. */
function indexAmounts(parts: readonly PlayedPart[]): ReadonlyMap<string, Amount> {
  const amounts = parts.flatMap(({ file, report }) =>
    report.quotas.flatMap(({ namespace, name: quota, resources }) =>
      Object.entries(resources).map(([resource, fit]): Amount => ({ namespace, file, quota, resource, fit })),
    ),
  );
  return new Map(amounts.map((amount) => [placeOf(amount), amount] as const).sort(([a], [b]) => compareText(a, b)));
}

type Named = Pick<Amount, 'namespace' | 'quota' | 'resource'>;

function nameOf({ namespace, quota, resource }: Named): string {
  return JSON.stringify([namespace, quota, resource]);
}

function placeOf({ file, ...amount }: Named & { readonly file?: string | null }): string {
  return `${nameOf(amount)} ${file ?? ''}`;
}
