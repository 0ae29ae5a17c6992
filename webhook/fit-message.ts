import type { Refusal } from '../src/admission/admission.ts';
import type { DenialShortage } from '../src/denial/denial.ts';
import type { ChangeVerdict, Shortage } from '../src/fit/judge-change.ts';
import type { PodsFit } from '../src/fit/fit-report.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import { printQuantity } from '../src/quantity/print.ts';
import { makeQuantity } from '../src/quantity/quantity.ts';
import { readableAmounts, readableShortage } from '../src/quantity/readable.ts';
import type { RefusalReason } from '../src/quota/judge.ts';
import type { Remark } from './judge.ts';

/** A verdict in the words that people see from `kubectl apply`: what is short, by how much, and the way out. */
export function phraseVerdict(
  verdict: Exclude<ChangeVerdict, { kind: 'fits' }>,
  { kind, name }: Pick<KubernetesObject, 'kind' | 'name'>,
): Omit<Remark, 'isOld'> {
  switch (verdict.kind) {
    case 'short': {
      const short = verdict.shortages.map(phraseShortage).join('; ') + phraseInjected(verdict.injected);
      const shortages = verdict.shortages.map(printShortage);
      if (kind === 'HorizontalPodAutoscaler') {
        return {
          rule: 'quota/autoscaler-ceiling',
          level: 'warning',
          text: `${kind} ${name} may ask for more pods than fit: ${short}${phraseWayOut(verdict.largest)}`,
          shortages,
        };
      }
      return {
        rule: 'quota/exceeded',
        level: 'error',
        text: `${kind} ${name} would not get all its pods: ${short}${phraseWayOut(verdict.largest)}`,
        shortages,
      };
    }
    case 'barred': {
      const none = verdict.isOld ? 'no new pod' : 'no pod at all';
      return {
        rule: ruleOfBar(verdict.refusal),
        level: 'error',
        text: `${kind} ${name} would get ${none}: ${verdict.refusal.message}`,
      };
    }
    case 'unknown':
      return {
        rule: 'quota/exceeded',
        level: 'warning',
        text: `whether ${kind} ${name} fits is not known without: ${verdict.missing.join(', ')}`,
      };
  }
}

/** By which rule no pod of a workload is let in. */
export const ruleOfBar = ({ reason }: Pick<Refusal, 'reason'>): string =>
  reason === 'must-specify' ? 'quota/must-specify' : 'quota/limit-range';

function phraseShortage({ quota, resource, hard, others, wanted }: Shortage): string {
  const over = makeQuantity(others.nano + wanted.nano - hard.nano, wanted.format);
  const amounts = [hard, others, wanted].map(printQuantity);
  const [all, taken, asked] = readableAmounts(amounts);
  const short = readableShortage(printQuantity(over), amounts);
  return `quota ${quota} is short of ${resource} by ${short} (hard ${all}, others ${taken}, this ${asked})`;
}

/** Whoever counts what they wrote would come to less. */
function phraseInjected(names: readonly string[]): string {
  return names.length === 0 ? '' : `; each pod gets ${names.join(', ')} besides`;
}

function printShortage({ quota, resource, hard, others, wanted }: Shortage): DenialShortage {
  return {
    quota,
    resource,
    hard: printQuantity(hard),
    others: printQuantity(others),
    wanted: printQuantity(wanted),
  };
}

function phraseWayOut(largest: number | null): string {
  if (largest === null) return '';
  return largest === 0 ? '; no replica fits' : `; ${largest} ${largest === 1 ? 'replica fits' : 'replicas fit'}`;
}

/** @param pods - as they stand once nothing moves any more */
export function phraseStuckRollout(
  { kind, name }: Pick<KubernetesObject, 'kind' | 'name'>,
  pods: PodsFit | null,
): Omit<Remark, 'isOld'> {
  return {
    rule: 'quota/rollout-stuck',
    level: 'warning',
    text: `the rollout of ${kind} ${name} will not complete: ${phraseBlockers(pods)}, while old pods stay; allow maxUnavailable: 1, or raise the quota`,
  };
}

/** Of a workload that exists. */
export function phraseLackingPods(
  { kind, name }: Pick<KubernetesObject, 'kind' | 'name'>,
  pods: PodsFit,
  maxReplicas: number | null,
): Omit<Remark, 'isOld'> {
  const has = `${kind} ${name} has ${pods.created} of ${pods.desired} pods`;
  return {
    rule: pods.reason === null ? 'quota/exceeded' : lackRules[pods.reason],
    level: 'error',
    text: `${has}: ${phraseBlockers(pods)}${phraseWayOut(maxReplicas)}`,
  };
}

const lackRules = {
  'exceeded-quota': 'quota/exceeded',
  'must-specify': 'quota/must-specify',
  'limit-range': 'quota/limit-range',
  invalid: 'quota/invalid-object',
  other: 'quota/invalid-object',
} as const satisfies Readonly<Record<RefusalReason, string>>;

/** Of an autoscaler that exists. */
export function phraseCeiling(
  { kind, name }: Pick<KubernetesObject, 'kind' | 'name'>,
  target: Pick<KubernetesObject, 'kind' | 'name'>,
  { max, maxReplicas }: { readonly max: number; readonly maxReplicas: number },
): Omit<Remark, 'isOld'> {
  return {
    rule: 'quota/autoscaler-ceiling',
    level: 'warning',
    text: `${kind} ${name} may ask for ${max} replicas of ${target.kind} ${target.name}${phraseWayOut(maxReplicas)}`,
  };
}

/** Of a quota that was lowered, or that pods came past. */
export function phraseOverfullQuota(
  quota: string,
  { resource, ...amounts }: { readonly resource: string; readonly used: string; readonly hard: string },
): Omit<Remark, 'isOld'> {
  const [used, hard] = readableAmounts([amounts.used, amounts.hard]);
  return {
    rule: 'quota/exceeded',
    level: 'warning',
    text: `quota ${quota} has ${used} of ${resource} in use, and allows ${hard}: what ends there is not replaced`,
  };
}

function phraseBlockers(pods: PodsFit | null): string {
  const short = (pods?.blockedBy ?? []).map(({ quota, resource, requested, used, hard }) => {
    if (requested === null || used === null || hard === null) return `quota ${quota} demands ${resource}`;
    const [asked, taken, all] = readableAmounts([requested, used, hard]);
    return `a new pod asks for ${asked} of ${resource}, and quota ${quota} has ${taken} of ${all} used`;
  });
  return short.length === 0 ? (pods?.message ?? 'no new pod is let in') : short.join('; ');
}
