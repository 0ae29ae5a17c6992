import { isAutoscaler, targetOf } from '../src/fit/autoscaler.ts';
import { commitNamespace, judgeChange, type ChangeVerdict, type Commitments } from '../src/fit/commitment.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import { integerAt, objectAt } from '../src/manifest/fields.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import { phraseVerdict } from './fit-message.ts';
import { silent, type JudgeDeps, type Opinion, type Remark } from './judge.ts';
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
  const look = (
    held: NamespaceState,
  ): { readonly verdict: ChangeVerdict; readonly target: KubernetesObject | null } => {
    const commitments = commitNamespace(held, state.settings(), reservations.pending(namespace));
    const change = resolveChange(commitments, request, written, oldWritten);
    if (change === null) return { verdict: { kind: 'fits' }, target: null };
    // An autoscaler is judged at its own maximum, whatever the one before it allowed.
    const judged = isAutoscaler(written) ? { ...commitments, autoscalers: new Map() } : commitments;
    return { verdict: judgeChange(judged, change.object, change.old), target: change.object };
  };
  let { verdict, target } = look(state.namespace(namespace));
  if (verdict.kind === 'short' || verdict.kind === 'barred') {
    const reason = 'what it saw last could not be confirmed, so this is no denial';
    if (fault !== null) return { remarks: warn(verdict, written), degraded: [[fault, reason]], admits: null };
    try {
      ({ verdict, target } = look(await state.reread(namespace, Math.max(0, deadlineMs - deps.now()))));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { remarks: warn(verdict, written), degraded: [['reread-failed', detail]], admits: null };
    }
  }
  if (verdict.kind === 'fits' || verdict.kind === 'unknown') {
    return { remarks: warn(verdict, written), degraded: [], admits: isAutoscaler(written) ? null : target };
  }
  if (isAutoscaler(written)) return { remarks: warn(verdict, written), degraded: [], admits: null };
  if (scope.fit === 'judge')
    return { remarks: [{ ...phraseVerdict(verdict, written), isOld: false }], degraded: [], admits: null };
  if (!request.dryRun) {
    const { text } = phraseVerdict(verdict, written);
    deps.observe({ kind: 'does-not-fit', namespace, object: written, user: request.user.name, text });
  }
  return silent;
}

function warn(verdict: ChangeVerdict, object: KubernetesObject): readonly Remark[] {
  if (verdict.kind === 'fits') return [];
  return [{ ...phraseVerdict(verdict, object), level: 'warning', isOld: false }];
}

/** A workload's steady demand as a write changes it. */
interface Change {
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | null;
}

/** What a write comes to: the workload itself, or the one that a scale or an autoscaler is about. */
function resolveChange(
  { world }: Commitments,
  request: ReviewRequest,
  object: KubernetesObject,
  old: KubernetesObject | null,
): Change | null {
  if (request.subResource === 'scale') {
    const target = [...world.stored.values()].find(
      ({ name, apiVersion, kind }) => name === request.name && isResource(request, apiVersion, kind),
    );
    return scaleTo(target, integerAt(object.value, 'spec', 'replicas'));
  }
  if (object.kind === 'HorizontalPodAutoscaler') {
    return scaleTo(world.stored.get(targetOf(object)), integerAt(object.value, 'spec', 'maxReplicas'));
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

function isResource({ resource, group }: ReviewRequest, apiVersion: string, kind: string): boolean {
  const own = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return own === group && resource === `${kind.toLowerCase()}s`;
}
