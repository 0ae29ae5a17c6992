import type { KubernetesObject } from '../manifest/document.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { applyObject, openStage, retryBlocked } from './apply.ts';
import type { WorkloadFit } from './fit-report.ts';
import { openWorld, type WorldSettings } from './open-world.ts';
import { reportWorkload } from './workload-fit.ts';

/**
 * How the rollout would end that a write of one workload begins, as the namespace is now. What stuck rollouts of its
 * neighbours hold is taken from it, as in life.
 * @returns `null` when nothing rolls, or nothing is known of it
 */
export function foreseeRollout(
  namespace: NamespaceState,
  settings: WorldSettings,
  object: KubernetesObject,
): Pick<WorkloadFit, 'pods' | 'rollout'> | null {
  const { world } = openWorld(namespace, settings);
  const stage = openStage(world, null);
  applyObject(stage, object);
  retryBlocked(stage);
  const [applied] = stage.applied;
  if (applied === undefined) return null;
  const { pods, rollout } = reportWorkload(world, applied, 'realistic');
  return rollout === null ? null : { pods, rollout };
}
