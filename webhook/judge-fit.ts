import { isDeepStrictEqual } from 'node:util';
import { isAutoscaler, targetOf } from '../src/fit/autoscaler.ts';
import { withoutAutoscalers, type Commitments } from '../src/fit/commitment.ts';
import { findCommitted } from '../src/fit/tally.ts';
import {
  asksMore,
  isRefusedItself,
  judgeChange,
  listBlocking,
  raisesDemand,
  type ChangeVerdict,
} from '../src/fit/judge-change.ts';
import { describeCause } from '../src/errors.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import { foreseeRollout } from '../src/fit/foresee-rollout.ts';
import { integerAt, objectAt } from '../src/manifest/fields.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import type { Degradation } from './failure.ts';
import { kindKey } from '../src/workload/kinds.ts';
import { groupOf, type KindTable } from '../src/workload/workload.ts';
import { phraseStuckRollout, phraseVerdict } from './fit-message.ts';
import type { JudgeDeps, Opinion, Remark } from './judge.ts';
import type { Claim, Claimed } from './reservations.ts';
import type { ReviewRequest } from './review.ts';
import type { Scope } from './scope.ts';

/** Whether a write goes through if no more than this is said of its fit; what is refused anyway reserves nothing. */
export type Passes = (remarks: readonly Remark[], degraded: Opinion['degraded']) => boolean;

/**
 * Judges whether what a write asks for fits what its namespace has left, and reserves it if so. Before a denial the API
 * server itself is asked once more: a quota that was raised a moment ago must count. With a stale state it is also asked
 * before more is let in than was there: room that was seen long ago may be gone.
 */
export async function judgeFit(
  deps: JudgeDeps,
  request: ReviewRequest,
  scope: Scope,
  written: KubernetesObject,
  oldWritten: KubernetesObject | null,
  deadlineMs: number,
  passes: Passes,
): Promise<Opinion> {
  const { state, reservations } = deps;
  const { namespace } = request;
  const isObserved = scope.fit === 'observe';
  const fault = state.fault();
  if (fault === 'state-not-synced') {
    return { remarks: [], degraded: [[fault, 'the state of the cluster is still being read']] };
  }
  const degraded: (readonly [Degradation, string])[] = [];
  const look = (held: NamespaceState, pending: readonly KubernetesObject[]): Outlook => {
    const committed = deps.commit(held, state.settings(), pending);
    const commitments = isAutoscaler(written) ? withoutAutoscalers(committed) : committed;
    const change = resolveChange(commitments, request, written, oldWritten);
    const verdict: ChangeVerdict =
      change === null ? { kind: 'fits' } : judgeChange(commitments, change.object, change.old);
    return { verdict, held, change, commitments };
  };
  const isDoubted = ({ change, commitments }: Outlook): boolean =>
    fault !== null &&
    !isObserved &&
    !isAutoscaler(written) &&
    (change === null || change.old === null || asksMore(commitments, change.object, change.old));
  const claim = (hold: () => NamespaceState, isLast: boolean): Claimed<Said> | Promise<Claimed<Said>> => {
    const judge = (pending: readonly KubernetesObject[]): Claim<Said> => {
      const outlook = look(hold(), pending);
      const { change, commitments, verdict } = outlook;
      if (!isLast && (mayDeny(verdict) || isDoubted(outlook))) {
        return { value: { outlook, remarks: [], isSure: false }, object: null, raises: false };
      }
      const remarks = phrase(deps, scope, written, outlook, degraded);
      const value = { outlook, remarks, isSure: true };
      const isReserved = change !== null && !isAutoscaler(written) && (isObserved || passes(remarks, degraded));
      if (!isReserved || request.dryRun) return { value, object: null, raises: false };
      if (change.old === null && isRefusedItself(commitments, change.object)) {
        return { value, object: null, raises: false };
      }
      const raises = raisesDemand(commitments, change.object);
      // What somebody gives back is free once the state shows it, and not before: the API server may still refuse it.
      if (!raises && change.old !== null) return { value, object: null, raises };
      // What controllers write does not wait for other replicas.
      return { value, object: change.object, raises: raises && !isObserved };
    };
    return reservations.claim(namespace, judge, deadlineMs);
  };
  const held = (): NamespaceState => state.namespace(namespace);
  let claimed = await claim(held, false);
  if (!claimed.value.isSure) {
    const { commitments, verdict } = claimed.value.outlook;
    const reread = await readAgain(
      deps,
      namespace,
      fault === null ? listBlocking(commitments, verdict) : null,
      deadlineMs,
    );
    if (typeof reread === 'string') degraded.push([fault ?? 'reread-failed', reread]);
    claimed = await claim(typeof reread === 'string' ? held : () => reread, true);
  }
  const { outlook } = claimed.value;
  let { remarks } = claimed.value;
  if (claimed.failure !== null) {
    degraded.push(['reservation-failed', claimed.failure]);
    remarks = phrase(deps, scope, written, outlook, degraded);
  }
  if (outlook.verdict.kind === 'fits') {
    return { remarks: foresee(deps, outlook, request), degraded };
  }
  const subject = subjectOf(written, outlook);
  if (!isObserved) return { remarks, degraded, subject };
  if (remarks.length > 0 && !request.dryRun && mayDeny(outlook.verdict)) {
    deps.observe({ kind: 'does-not-fit', namespace, object: subject, user: request.user.name, remarks });
  }
  return { remarks: [], degraded };
}

/** What is asked for, as the API server itself has it now, or why it cannot be had. */
async function readAgain(
  { now, state }: JudgeDeps,
  namespace: string,
  kinds: ReadonlySet<string> | null,
  deadlineMs: number,
): Promise<NamespaceState | string> {
  try {
    return await state.reread(namespace, kinds, Math.max(0, deadlineMs - now()));
  } catch (error) {
    return describeCause(error);
  }
}

/** What is to be said of fit: an error only where it is sure, and not of an autoscaler, whose maximum may never come. */
function phrase(
  deps: JudgeDeps,
  { fit }: Scope,
  written: KubernetesObject,
  outlook: Outlook,
  degraded: Opinion['degraded'],
): readonly Remark[] {
  const { verdict } = outlook;
  if (verdict.kind === 'fits') return [];
  const subject = subjectOf(written, outlook);
  const remark = weigh(deps, phraseVerdict(verdict, subject), subject);
  if (remark === null) return [];
  const isDenial = fit === 'judge' && mayDeny(verdict) && degraded.length === 0 && !isAutoscaler(written);
  return [isDenial || fit === 'observe' ? remark : { ...remark, level: 'warning' }];
}

/** What a scale is about is the workload. */
function subjectOf(written: KubernetesObject, { change }: Outlook): KubernetesObject {
  return isAutoscaler(written) ? written : (change?.object ?? written);
}

/** What is to be said, of which state and change. */
interface Outlook {
  readonly commitments: Commitments;
  readonly verdict: ChangeVerdict;
  readonly held: NamespaceState;
  readonly change: Change | null;
}

interface Said {
  readonly outlook: Outlook;
  readonly remarks: readonly Remark[];
  /** The API server need not be asked once more. */
  readonly isSure: boolean;
}

const mayDeny = (verdict: ChangeVerdict): boolean =>
  verdict.kind === 'short' || (verdict.kind === 'barred' && !verdict.isOld);

/** What fits at rest may still never come to rest: a rollout that needs room for one more pod than there is. */
function foresee(
  deps: JudgeDeps,
  { change, commitments, held }: Outlook,
  { subResource }: ReviewRequest,
): readonly Remark[] {
  const { object, old = null } = change ?? {};
  if (object === undefined || old === null || subResource !== '' || held.quotas.length === 0) return [];
  // To play a rollout of what is too heavy to be priced here would be heavier still.
  if (commitments.foretold(object) !== undefined) return [];
  if (isDeepStrictEqual(withoutReplicas(object), withoutReplicas(old))) return [];
  const outlook = foreseeRollout(held, deps.state.settings(), object);
  if (outlook?.rollout?.completes !== false) return [];
  const remark = weigh(deps, phraseStuckRollout(object, outlook.pods), object);
  return remark === null ? [] : [remark];
}

/** Another template begins a rollout, and a rollout goes on that is no longer paused, partitioned or left to people. */
function withoutReplicas({ value }: KubernetesObject): unknown {
  const { replicas: _, ...rest } = objectAt(value, 'spec');
  return rest;
}

/** A remark as the organisation weighs its rule: never more than it is, and `null` where the rule is off or waived. */
export function weigh(
  { levelOf }: Pick<JudgeDeps, 'levelOf'>,
  remark: Omit<Remark, 'isOld'>,
  object: KubernetesObject,
): Remark | null {
  const level = levelOf(remark.rule, object);
  return level === 'off' ? null : { ...remark, level: level === 'error' ? remark.level : level, isOld: false };
}

/** A workload's steady demand as a write changes it. */
interface Change {
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | null;
}

/** What a write comes to: the workload itself, or the one that a scale or an autoscaler is about. */
function resolveChange(
  commitments: Commitments,
  request: ReviewRequest,
  object: KubernetesObject,
  old: KubernetesObject | null,
): Change | null {
  if (request.subResource === 'scale') {
    const { world, pending } = commitments;
    const kinds = world.options.kinds ?? new Map();
    const isTarget = (stored: KubernetesObject): boolean =>
      stored.name === request.name && isResource(request, stored, kinds);
    const committed = [...pending.values()].map(({ object: admitted }) => admitted);
    const target = committed.find(isTarget) ?? [...world.stored.values()].find(isTarget);
    return scaleTo(target, integerAt(object.value, 'spec', 'replicas'));
  }
  if (isAutoscaler(object)) {
    return scaleTo(findCommitted(commitments, targetOf(object)), integerAt(object.value, 'spec', 'maxReplicas'));
  }
  return { object, old };
}

function scaleTo(target: KubernetesObject | undefined, replicas: number | null): Change | null {
  if (target === undefined || replicas === null) return null;
  const metadata = objectAt(target.value, 'metadata');
  const generation = (integerAt(metadata, 'generation') ?? 0) + 1;
  const spec = { ...objectAt(target.value, 'spec'), replicas };
  const value = { ...target.value, metadata: { ...metadata, generation }, spec };
  return { object: { ...target, value }, old: target };
}

function isResource(
  { resource, resourceGroup }: ReviewRequest,
  { apiVersion, kind }: KubernetesObject,
  kinds: KindTable,
): boolean {
  const group = groupOf(apiVersion);
  const plural = kinds.get(kindKey(group, kind))?.plural ?? `${kind.toLowerCase()}s`;
  return group === resourceGroup && resource === plural;
}
