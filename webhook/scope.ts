import { isDeepStrictEqual } from 'node:util';
import type { ReviewRequest } from './review.ts';

/** Who writes and what is written decide which part of quotafit speaks, and how loudly. */
export interface Scope {
  /** `judge` may deny, `observe` only makes Events and metrics; `bounds` warns of what no longer fits. */
  readonly fit: 'bounds' | 'judge' | 'observe' | 'skip';
  /** `images`: only rules about images; the other rules were the owner's to keep. */
  readonly rules: 'all' | 'images' | 'skip';
}

export interface ScopeSettings {
  /** User names of controllers beyond Kubernetes' own; a trailing `*` matches any rest. */
  readonly controllers: readonly string[];
  /** `group/Kind` of workloads, custom ones included. */
  readonly workloadKinds: ReadonlySet<string>;
}

/** `group/Kind` of what makes pods in Kubernetes itself; a bare pod decides about nothing but itself. */
export const builtInWorkloads: readonly string[] = [
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/CronJob',
  'batch/Job',
];

const SKIPPED: Scope = { fit: 'skip', rules: 'skip' };

/**
 * Decides what is judged of one request.
 *
 * Fit is judged where a person or a pipeline decides how many pods there shall be: workloads, their scale, autoscalers.
 * Pods, claims and services are refused by the API server's own quota at once, so fit never judges them. What
 * controllers write is only observed: a denial there would block repairs. Image rules hold for every pod, whoever made it.
 * Who shrinks a quota, or narrows a limit range, is warned of what is promised already.
 */
export function decideScope(request: ReviewRequest, settings: ScopeSettings): Scope {
  if (request.operation === 'DELETE' || request.operation === 'CONNECT') return SKIPPED;
  if (request.subResource === 'status') return SKIPPED;
  const byController = isController(request.user.name, settings.controllers);
  if (request.kind === 'Pod' && request.group === '') return podScope(request, byController);
  const owned = hasController(request);
  if (request.subResource === 'scale') return { fit: byController ? 'observe' : 'judge', rules: 'skip' };
  if (request.subResource !== '') return SKIPPED;
  const decidesPods =
    settings.workloadKinds.has(`${request.group}/${request.kind}`) ||
    (request.group === 'autoscaling' && request.kind === 'HorizontalPodAutoscaler');
  if (!decidesPods) {
    const isBound = request.group === '' && (request.kind === 'ResourceQuota' || request.kind === 'LimitRange');
    return { fit: isBound && !byController ? 'bounds' : 'skip', rules: byController ? 'skip' : 'all' };
  }
  return {
    fit: byController || owned ? 'observe' : 'judge',
    rules: byController || owned ? 'images' : 'all',
  };
}

function podScope(request: ReviewRequest, byController: boolean): Scope {
  if (request.subResource !== '' && request.subResource !== 'ephemeralcontainers') return SKIPPED;
  if (request.operation === 'UPDATE' && isDeepStrictEqual(request.object?.['spec'], request.oldObject?.['spec'])) {
    return SKIPPED;
  }
  return { fit: 'skip', rules: byController || hasController(request) ? 'images' : 'all' };
}

/** Kubernetes' own controllers: the controller manager, and service accounts of kube-system. */
function isController(user: string, others: readonly string[]): boolean {
  return (
    user === 'system:kube-controller-manager' ||
    user === 'system:kube-scheduler' ||
    user === 'system:apiserver' ||
    user.startsWith('system:serviceaccount:kube-system:') ||
    user.startsWith('system:node:') ||
    others.some((other) => (other.endsWith('*') ? user.startsWith(other.slice(0, -1)) : user === other))
  );
}

/** @see k8s.io/apimachinery/pkg/apis/meta/v1 `GetControllerOf` */
function hasController(request: ReviewRequest): boolean {
  const metadata = request.object?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return false;
  const owners: unknown = 'ownerReferences' in metadata ? metadata.ownerReferences : undefined;
  return (
    Array.isArray(owners) &&
    owners.some(
      (owner: unknown) =>
        typeof owner === 'object' && owner !== null && 'controller' in owner && owner.controller === true,
    )
  );
}
