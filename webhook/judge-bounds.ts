import { readLimitRange } from '../src/admission/limit-range.ts';
import { createCommitter } from '../src/fit/commitment.ts';
import { judgeBounds, type Overcommitment } from '../src/fit/judge-bounds.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import { printQuantity } from '../src/quantity/print.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import { readQuota } from '../src/state/read-quota.ts';
import { ruleOfBar } from './fit-message.ts';
import { inTurns } from './in-turns.ts';
import type { JudgeDeps, Remark } from './judge.ts';

/** So many objects are named; of the others only how many there are. */
const NAMED = 3;

/**
 * What a new ResourceQuota or LimitRange leaves no room for. Never an error: who may write it may also shrink it, and
 * what runs goes on running.
 */
export async function warnOfBounds(
  { commit, levelOf, now, state }: Pick<JudgeDeps, 'commit' | 'levelOf' | 'now' | 'state'>,
  written: KubernetesObject,
): Promise<readonly Remark[]> {
  if (state.fault() === 'state-not-synced') return [];
  const held = state.namespace(written.namespace);
  const next = replaceBound(held, written);
  if (next === null) return [];
  const settings = state.settings();
  // With a memory of its own: what is only proposed must not push out what holds.
  const proposed = createCommitter();
  const steps = proposed.prepare(next, settings);
  if (steps !== null) await inTurns(steps, now);
  const { over, barred } = judgeBounds(commit(held, settings, []), proposed(next, settings, []));
  const found: readonly (readonly [rule: string, text: string])[] = [
    ...over.map((one) => ['quota/exceeded', phraseOver(one)] as const),
    ...barred.slice(0, NAMED).map(({ object, refusal }) => {
      return [ruleOfBar(refusal), `${nameOf(object)} would get no new pod any more: ${refusal.message}`] as const;
    }),
    ...barred.slice(NAMED, NAMED + 1).map(({ refusal }) => {
      return [ruleOfBar(refusal), `${barred.length - NAMED} more workloads would get no new pod any more`] as const;
    }),
  ];
  return found.flatMap(([rule, text]) =>
    levelOf(rule, written) === 'off' ? [] : [{ rule, level: 'warning' as const, text, isOld: false }],
  );
}

/** Of thousands of keys nobody waits to hear what each of them leaves no room for. */
export function tellTooLarge({ kind, name }: KubernetesObject): Remark {
  const rule = kind === 'LimitRange' ? 'quota/limit-range' : 'quota/exceeded';
  const text = `what ${kind} ${name} leaves no room for was not worked out: it is too large`;
  return { rule, level: 'warning', text, isOld: false };
}

/** `null` for one that the server itself will refuse. */
function replaceBound(held: NamespaceState, written: KubernetesObject): NamespaceState | null {
  const isOther = ({ name }: { readonly name: string }): boolean => name !== written.name;
  if (written.kind === 'ResourceQuota') {
    const problems: Parameters<typeof readQuota>[1] = [];
    const quota = readQuota(written, problems);
    return problems.length > 0 ? null : { ...held, quotas: [...held.quotas.filter(isOther), quota] };
  }
  const limitRange = readLimitRange(written);
  if (limitRange.kind !== 'limit-range') return null;
  return { ...held, limitRanges: [...held.limitRanges.filter(isOther), limitRange] };
}

function phraseOver({ quota, resource, hard, promised, by }: Overcommitment): string {
  const names = by.slice(0, NAMED).map(({ object, amount }) => `${nameOf(object)} ${printQuantity(amount)}`);
  const more = by.length > NAMED ? [`${by.length - NAMED} more`] : [];
  return `quota ${quota} would give ${printQuantity(hard)} of ${resource}, and ${printQuantity(promised)} is promised already (${[...names, ...more].join(', ')}): what is made anew will wait`;
}

const nameOf = ({ kind, name }: KubernetesObject): string => `${kind} ${name}`;
