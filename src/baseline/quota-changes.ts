import type { FitReport, ResourceFit } from '../fit/fit-report.ts';
import { compareText } from '../report/order.ts';
import type { QuotaChange } from '../report/report.ts';

/** What a change does to quotas: amounts whose demand or hard limit is not what it was, by namespace, quota and resource. */
export function listQuotaChanges(then: FitReport, now: FitReport): readonly QuotaChange[] {
  const before = indexAmounts(then);
  const after = indexAmounts(now);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return keys.flatMap((key) => {
    const [old, current] = [before.get(key), after.get(key)];
    if (old?.wanted === current?.wanted && old?.hard === current?.hard) return [];
    const [namespace = '', quota = '', resource = ''] = JSON.parse(key) as readonly string[];
    return [
      {
        namespace,
        quota,
        resource,
        hard: current?.hard ?? null,
        before: old?.wanted ?? null,
        after: current?.wanted ?? null,
        fits: current?.fits ?? null,
      },
    ];
  });
}

function indexAmounts({ quotas }: FitReport): ReadonlyMap<string, ResourceFit> {
  return new Map(
    quotas.flatMap(({ namespace, name, resources }) =>
      Object.entries(resources).map(([resource, fit]) => [JSON.stringify([namespace, name, resource]), fit] as const),
    ),
  );
}
