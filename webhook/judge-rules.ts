import { describeCause } from '../src/errors.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import { curtail } from './curtail.ts';
import type { JudgeDeps, Opinion, Remark } from './judge.ts';
import { listNeighbours } from './neighbours.ts';
import type { Scope } from './scope.ts';

const silent: Opinion = { remarks: [], degraded: [] };

/** What rules are asked with, and what they look at around an object. */
type Asked<Name extends keyof JudgeDeps> = Pick<JudgeDeps, Name> & {
  readonly state: { readonly namespace: (name: string) => Pick<NamespaceState, 'limitRanges' | 'objects'> };
};

/** A rule that breaks costs the rules that ship their answer, and nobody else theirs: fit is judged all the same. */
export function judgeRules(
  { checkBeside, checkRules, state }: Asked<'checkBeside' | 'checkRules'>,
  { rules }: Scope,
  object: KubernetesObject,
  old: KubernetesObject | null,
): Opinion {
  if (rules === 'skip' || object.kind === 'Scale') return silent;
  const held = state.namespace(object.namespace);
  const check = (one: KubernetesObject): readonly Omit<Remark, 'isOld'>[] => {
    // What a limit range fills in is not missing.
    const found = checkRules(one, rules === 'images', held.limitRanges);
    const neighbours = rules === 'all' ? listNeighbours(one, held) : [];
    return neighbours.length === 0 ? found : [...found, ...checkBeside(one, neighbours)];
  };
  try {
    const found = check(object);
    return { remarks: markOld(found, found.length === 0 || old === null ? [] : check(old)), degraded: [] };
  } catch (error) {
    return { remarks: [], degraded: [['policy-failed', describeCause(error)]] };
  }
}

/** None of people's own rules are rules about images, which alone are for everybody. */
export async function judgeOwnRules(
  { checkOwnRules, now, state }: Asked<'checkOwnRules' | 'now'>,
  { rules }: Scope,
  object: KubernetesObject,
  old: KubernetesObject | null,
  deadlineMs: number,
): Promise<Opinion> {
  if (checkOwnRules === null || rules !== 'all' || object.kind === 'Scale') return silent;
  const { limitRanges } = state.namespace(object.namespace);
  const { remarks, failures } = await checkOwnRules(object, limitRanges, deadlineMs - now());
  const before =
    remarks.length === 0 || old === null ? nothing : await checkOwnRules(old, limitRanges, deadlineMs - now());
  // Of what a rule could not say of the stored object, nobody knows whether this update brought it.
  const unsure = remarks.filter((remark) => before.failures.some(({ rule }) => rule === null || rule === remark.rule));
  const texts = new Set([...failures, ...before.failures].map(({ text }) => text));
  return {
    remarks: markOld(remarks, [...before.remarks, ...unsure]),
    degraded: [...texts].map((text) => ['policy-failed', text]),
  };
}

const nothing: Awaited<ReturnType<NonNullable<JudgeDeps['checkOwnRules']>>> = { remarks: [], failures: [] };

function markOld(found: readonly Omit<Remark, 'isOld'>[], before: readonly Omit<Remark, 'isOld'>[]): readonly Remark[] {
  const known = new Set(before.map(({ rule, text }) => `${rule} ${text}`));
  return curtail(found.map((remark) => ({ ...remark, isOld: known.has(`${remark.rule} ${remark.text}`) })));
}
