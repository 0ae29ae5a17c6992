import { lacksPods, type WorkloadFit } from '../fit/fit-report.ts';
import type { Standing } from '../fit/standing.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { printQuantity } from '../quantity/print.ts';
import { makeQuantity } from '../quantity/quantity.ts';
import { countBytes, readableQuantity, readableShortage } from '../quantity/readable.ts';
import type { Level, ResourceId } from '../report/report.ts';
import type { DenialShortage } from './denial.ts';
import type { ToldFinding } from './event.ts';

/** Why something was refused, and how it stands now; `--output json` prints it as it stands. */
export interface WhyReport {
  readonly apiVersion: 'quotafit.dev/v1';
  readonly kind: 'WhyReport';
  readonly object: ResourceId;
  /** Whether the cluster has it; `null` where that may not be read. */
  readonly stored: boolean | null;
  /** What was said of it, the latest first. */
  readonly told: readonly Told[];
  readonly now: WhyNow;
  /** What would make it fit, in words. */
  readonly ways: readonly string[];
  /** What could not be looked at, in words. */
  readonly unread: readonly string[];
}

export interface Told {
  /** `found`: by the audit. */
  readonly outcome: 'denied' | 'does-not-fit' | 'found' | 'would-deny';
  readonly source: 'event' | 'policy-report' | 'record';
  /** Whose request it was; `null` for what the audit found. */
  readonly user: string | null;
  /** RFC 3339, of the last time; `null` when not known. */
  readonly last: string | null;
  readonly count: number;
  readonly findings: readonly ToldFinding[];
}

export interface WhyNow {
  /** Of what the last refusal was short of, as it would be if the same were asked for now. */
  readonly shortages: readonly ShortageNow[];
  /** Of the object as it is stored; `null` where it is not, or makes no pods. */
  readonly fit: WorkloadFit | null;
  /** What rules say of the object as it is stored. */
  readonly findings: readonly { readonly rule: string; readonly level: Level; readonly message: string }[];
}

export interface ShortageNow extends DenialShortage {
  /** `null` where the quota is gone or bounds this no more, or where nothing is known of it. */
  readonly now: { readonly hard: string; readonly others: string } | null;
  /** `null` when not known. */
  readonly fits: boolean | null;
  /** What is still missing; `null` when nothing is, or nothing is known. */
  readonly lacking: string | null;
}

/**
 * @param standing - of this quota and resource now; `null` where it is gone, `unknown` where it may not be read
 */
export function compareShortage(shortage: DenialShortage, standing: Standing | 'unknown' | null): ShortageNow {
  if (standing === 'unknown') return { ...shortage, now: null, fits: null, lacking: null };
  if (standing === null) return { ...shortage, now: null, fits: true, lacking: null };
  const { hard, others } = standing;
  const now = { hard: printQuantity(hard), others: printQuantity(others) };
  const wanted = parseQuantity(shortage.wanted);
  if (wanted.kind !== 'quantity') return { ...shortage, now, fits: null, lacking: null };
  const over = others.nano + wanted.nano - hard.nano;
  const lacking = over > 0n ? printQuantity(makeQuantity(over, wanted.format)) : null;
  return { ...shortage, now, fits: over <= 0n, lacking };
}

/** The shortages of what was said last about each quota and resource. */
export function latestShortages(told: readonly Told[]): readonly DenialShortage[] {
  const latest = new Map<string, DenialShortage>();
  for (const { findings } of told) {
    for (const shortage of findings.flatMap((finding) => finding.shortages)) {
      const key = `${shortage.quota} ${shortage.resource}`;
      if (!latest.has(key)) latest.set(key, shortage);
    }
  }
  return [...latest.values()];
}

/** With its amounts as a sentence tells them. */
export function readableStanding(shortage: ShortageNow): ShortageNow {
  const { hard, others, wanted, now, lacking } = shortage;
  const isBytes = countBytes([hard, wanted]);
  const tell = (amount: string): string => readableQuantity(amount, isBytes);
  return {
    ...shortage,
    hard: tell(hard),
    others: tell(others),
    wanted: tell(wanted),
    now: now === null ? null : { hard: tell(now.hard), others: tell(now.others) },
    lacking: lacking === null ? null : readableShortage(lacking, [hard, wanted]),
  };
}

function describeFewer(replicas: number): string {
  if (replicas === 0) return 'as it is stored, no replica would get its pod';
  return replicas === 1
    ? 'as it is stored, 1 replica would get its pod'
    : `as it is stored, ${replicas} replicas would get all their pods`;
}

/** What people can do, in words; nothing where nothing is in the way any more. */
export function listWays({ shortages, fit, findings }: WhyNow): readonly string[] {
  const short = shortages
    .map(readableStanding)
    .flatMap(({ quota, resource, lacking, wanted, now }) =>
      lacking === null || now === null
        ? []
        : [
            `for ${wanted} of ${resource}, raise quota ${quota} by ${lacking}, or ask for less: ${now.others} of ${now.hard} are promised to others`,
          ],
    );
  const isOverNow = shortages.length > 0 && shortages.every(({ fits }) => fits === true);
  const again = isOverNow ? ['what was short then is not short now: try again'] : [];
  const pods = fit?.pods ?? null;
  // Without a reason they wait for something else than quota, and fewer replicas would bring none.
  const lacks = lacksPods(pods) && pods.reason !== null;
  const fewer = lacks && fit?.maxReplicas != null ? [describeFewer(fit.maxReplicas)] : [];
  const errors = findings.filter(({ level }) => level === 'error');
  const mend = errors.length === 0 ? [] : [`mend what rules say, or see: quotafit explain ${errors[0]?.rule ?? ''}`];
  return [...again, ...short, ...fewer, ...mend];
}
