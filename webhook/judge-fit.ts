import { isDeepStrictEqual } from 'node:util';
import { isAutoscaler, targetOf } from '../src/fit/autoscaler.ts';
import { findCommitted, withoutAutoscalers, type Commitments } from '../src/fit/commitment.ts';
import { judgeChange, listBlocking, type ChangeVerdict } from '../src/fit/judge-change.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import { foreseeRollout } from '../src/fit/foresee-rollout.ts';
import type { WorldSettings } from '../src/fit/open-world.ts';
import { templateOf } from '../src/fit/owned.ts';
import { integerAt, objectAt } from '../src/manifest/fields.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import type { Degradation } from './failure.ts';
import { kindKey } from '../src/workload/kinds.ts';
import type { KindTable } from '../src/workload/workload.ts';
import { phraseStuckRollout, phraseVerdict } from './fit-message.ts';
import type { JudgeDeps, Opinion, Remark } from './judge.ts';
import type { ReviewRequest } from './review.ts';
import type { Scope } from './scope.ts';

/**
 * Judges whether what a write asks for fits what its namespace has left. Before a denial the API server itself is asked
 * once more: a quota that was raised a moment ago must count.
 */
export async function judgeFit(
  deps: JudgeDeps,
  request: ReviewRequest,
  scope: Scope,
  written: KubernetesObject,
  oldWritten: KubernetesObject | null,
  deadlineMs: number,
): Promise<Opinion> {
  const { state, reservations } = deps;
  const { namespace } = request;
  const fault = state.fault();
  if (fault === 'state-not-synced') {
    return { remarks: [], degraded: [[fault, 'the state of the cluster is still being read']], admits: null };
  }
  const look = (held: NamespaceState): Outlook => {
    const committed = deps.commit(held, state.settings(), reservations.pending(namespace));
    const commitments = isAutoscaler(written) ? withoutAutoscalers(committed) : committed;
    const change = resolveChange(commitments, request, written, oldWritten);
    const verdict: ChangeVerdict =
      change === null ? { kind: 'fits' } : judgeChange(commitments, change.object, change.old);
    return { verdict, held, change, commitments };
  };
  let outlook = look(state.namespace(namespace));
  const degraded: (readonly [Degradation, string])[] = [];
  if (mayDeny(outlook.verdict)) {
    try {
      if (fault !== null) degraded.push([fault, 'what it saw last could not be confirmed, so this is no denial']);
      else {
        const kinds = listBlocking(outlook.commitments, outlook.verdict);
        outlook = look(await state.reread(namespace, kinds, Math.max(0, deadlineMs - deps.now())));
      }
    } catch (error) {
      degraded.push(['reread-failed', error instanceof Error ? error.message : String(error)]);
    }
  }
  const { verdict, held, change } = outlook;
  const admits = isAutoscaler(written) ? null : (change?.object ?? null);
  if (verdict.kind === 'fits') {
    return { remarks: change === null ? [] : foresee(held, state.settings(), change, request), degraded, admits };
  }
  // What a scale is about is the workload.
  const subject = isAutoscaler(written) ? written : (change?.object ?? written);
  const remark = { ...phraseVerdict(verdict, subject), isOld: false };
  if (scope.fit === 'observe') {
    if (!request.dryRun && mayDeny(verdict)) {
      deps.observe({ kind: 'does-not-fit', namespace, object: subject, user: request.user.name, remarks: [remark] });
    }
    return { remarks: [], degraded, admits };
  }
  const isDenial = mayDeny(verdict) && degraded.length === 0 && !isAutoscaler(written);
  return { remarks: [isDenial ? remark : { ...remark, level: 'warning' }], degraded, admits };
}

/** What is to be said, of which state and change. */
interface Outlook {
  readonly commitments: Commitments;
  readonly verdict: ChangeVerdict;
  readonly held: NamespaceState;
  readonly change: Change | null;
}

const mayDeny = ({ kind }: ChangeVerdict): boolean => kind === 'short' || kind === 'barred';

/** What fits at rest may still never come to rest: a rollout that needs room for one more pod than there is. */
function foresee(
  held: NamespaceState,
  settings: WorldSettings,
  { object, old }: Change,
  { subResource }: ReviewRequest,
): readonly Remark[] {
  if (old === null || subResource !== '' || held.quotas.length === 0) return [];
  if (isDeepStrictEqual(templateOf(object), templateOf(old))) return [];
  const outlook = foreseeRollout(held, settings, object);
  return outlook?.rollout?.completes === false ? [{ ...phraseStuckRollout(object, outlook.pods), isOld: false }] : [];
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
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const plural = kinds.get(kindKey(group, kind))?.plural ?? `${kind.toLowerCase()}s`;
  return group === resourceGroup && resource === plural;
}
