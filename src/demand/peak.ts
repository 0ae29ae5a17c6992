import type { DaemonStrategy } from './daemon-set.ts';
import type { DeploymentSpec } from './deployment-spec.ts';

/**
 * How long pods that are told to stop still count: `optimistic`, not at all; `realistic`, until the next step of the
 * rollout has begun; `worst`, until the whole rollout is through.
 */
export type Termination = 'optimistic' | 'realistic' | 'worst';

/** Pods that exist at once at some moment, of earlier templates and of the present one. */
export interface PodMix {
  readonly old: number;
  readonly updated: number;
}

/** The pods that a workload has when a rollout begins, and is to have when it is through. */
export interface Rollover {
  readonly old: number;
  readonly updated: number;
  readonly desired: number;
}

/**
 * The moments of a rollout that nothing blocks at which most pods exist. Charges are linear in both numbers, so every
 * moment between two of them charges no more than one of them.
 */
export function deploymentPeaks(spec: DeploymentSpec, pods: Rollover, termination: Termination): readonly PodMix[] {
  if (spec.strategy.kind === 'Recreate') {
    return [
      { old: pods.old, updated: pods.updated },
      { old: 0, updated: pods.desired },
    ];
  }
  const { surge, unavailable } = spec.strategy;
  return overlap(pods, stepOf(termination, surge, surge + unavailable, pods));
}

/** A new pod takes its node over: without surge the old one has to be gone first. */
export function daemonSetPeaks(strategy: DaemonStrategy, pods: Rollover, termination: Termination): readonly PodMix[] {
  const surge = strategy.kind === 'RollingUpdate' ? strategy.surge : 0;
  const step = surge === 0 ? 0 : stepOf(termination, surge, 2 * surge, pods);
  return overlap(pods, step);
}

/** A pod takes its ordinal over when the old object is gone; only moved ordinals exist beside the old ones. */
export function statefulSetPeaks(pods: Rollover, moved: number): readonly PodMix[] {
  return overlap({ ...pods, updated: 0 }, Math.max(moved, pods.desired - pods.old));
}

function stepOf(termination: Termination, optimistic: number, realistic: number, pods: Rollover): number {
  switch (termination) {
    case 'optimistic':
      return Math.min(pods.desired, optimistic);
    case 'realistic':
      return Math.min(pods.desired, realistic);
    case 'worst':
      return pods.desired;
  }
}

function overlap(pods: Rollover, step: number): readonly PodMix[] {
  return [
    { old: pods.old, updated: Math.max(0, Math.min(pods.desired, pods.updated + step)) },
    { old: Math.max(0, Math.min(pods.old, step)), updated: pods.desired },
  ];
}
