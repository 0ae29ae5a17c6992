import { fieldAt, integerAt, isTrueAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { scaleValue } from './scaled-value.ts';

/** What a Deployment's `spec` says about how many pods, in which order. Surge and unavailable are in pods. */
export interface DeploymentSpec {
  readonly replicas: number;
  readonly strategy: RollingUpdate | { readonly kind: 'Recreate' };
  readonly paused: boolean;
  readonly revisionHistoryLimit: number;
}

export interface RollingUpdate {
  readonly kind: 'RollingUpdate';
  readonly surge: number;
  readonly unavailable: number;
}

const defaultShare = '25%';
const defaultHistory = 10;

/** @param replicas - the effective number: an autoscaler may have the last word */
export function readDeploymentSpec(object: JsonObject, replicas: number): DeploymentSpec {
  const strategy = fieldAt(object, 'spec', 'strategy');
  return {
    replicas,
    strategy:
      stringAt(strategy, 'type') === 'Recreate'
        ? { kind: 'Recreate' }
        : resolveFenceposts(
            fieldAt(strategy, 'rollingUpdate', 'maxSurge') ?? defaultShare,
            fieldAt(strategy, 'rollingUpdate', 'maxUnavailable') ?? defaultShare,
            replicas,
          ),
    paused: isTrueAt(object, 'spec', 'paused'),
    revisionHistoryLimit: integerAt(object, 'spec', 'revisionHistoryLimit') ?? defaultHistory,
  };
}

/**
 * Surge rounds up, unavailable down, and when both come to nothing one pod may be unavailable.
 * @see k8s.io/kubernetes/pkg/controller/deployment/util `ResolveFenceposts`, `MaxUnavailable`
 */
function resolveFenceposts(maxSurge: JsonValue, maxUnavailable: JsonValue, replicas: number): RollingUpdate {
  const surge = scaleValue(maxSurge, replicas, 'up') ?? 0;
  const unavailable = scaleValue(maxUnavailable, replicas, 'down') ?? 0;
  return {
    kind: 'RollingUpdate',
    surge,
    unavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas),
  };
}
