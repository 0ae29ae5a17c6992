import type { FitReport } from '../../src/fit/fit-report.ts';
import type { Remark } from '../../webhook/judge.ts';
import { amount } from './kube-objects.ts';

/** What a denial is about. */
export interface Denial {
  readonly rule: string;
  /** Each names quota and resource, and by how much it is short, in billionths. In order. */
  readonly shortages: readonly string[];
}

/** Why no pod of a template is ever let in, whatever room there is. */
const barring: Readonly<Record<string, string>> = {
  'must-specify': 'quota/must-specify',
  'limit-range': 'quota/limit-range',
  invalid: 'quota/limit-range',
};

/** What `quotafit fit` says of an object. */
export interface Foretold {
  /** Of the write. */
  readonly written: FitReport;
  /** Of the stored object, written once more as it is; `null` on a create. */
  readonly stored: FitReport | null;
  /** Of the write in a namespace that holds nothing but its quotas and limit ranges. */
  readonly alone: FitReport;
}

/**
 * What the webhook must deny a write for: pods that would be missing at rest, and only where the write asks for more
 * than what it replaces. `null`: nothing; `undefined`: not the webhook's to judge, since the API server refuses the
 * object itself, or no controller makes pods of it, or something is not known.
 */
export function foretellDenial({ written, stored, alone }: Foretold): Denial | null | undefined {
  const [workload] = written.workloads;
  if (workload?.admitted !== true || workload.pods === null || workload.unknown.length > 0) return undefined;
  const barred = barring[workload.pods.reason ?? ''];
  const wasBarred = barring[stored?.workloads[0]?.pods?.reason ?? ''] !== undefined;
  if (barred !== undefined) return wasBarred ? null : { rule: barred, shortages: [] };
  const shortages = written.quotas.flatMap(({ name, resources }) =>
    Object.entries(resources).flatMap(([resource, { fits, hard, wanted }]) => {
      const isNews =
        stored === null ? wantedOf(alone, name, resource) > 0n : nanoOf(wanted) > wantedOf(stored, name, resource);
      return fits || !isNews ? [] : [printShortage(name, resource, nanoOf(wanted) - nanoOf(hard))];
    }),
  );
  return shortages.length === 0 ? null : { rule: 'quota/exceeded', shortages: shortages.toSorted() };
}

function wantedOf({ quotas }: FitReport, name: string, resource: string): bigint {
  return nanoOf(quotas.find((quota) => quota.name === name)?.resources[resource]?.wanted ?? '0');
}

/** The same of what the webhook said. */
export function readDenial(remarks: readonly Remark[]): Denial | null {
  const remark = remarks.find(({ rule }) => rule.startsWith('quota/'));
  if (remark === undefined) return null;
  const shortages = (remark.shortages ?? []).map(({ quota, resource, hard, others, wanted }) => {
    const over = nanoOf(others) + nanoOf(wanted) - nanoOf(hard);
    return printShortage(quota, resource, over);
  });
  return { rule: remark.rule, shortages: shortages.toSorted() };
}

const nanoOf = (text: string): bigint => amount(text).nano;

const printShortage = (quota: string, resource: string, over: bigint): string => `${quota} ${resource} ${over}`;
