import { fieldAt, integerAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { keyOf } from './owned.ts';

/** What a HorizontalPodAutoscaler makes of a workload's number of replicas. */
export interface Autoscaler {
  readonly min: number;
  readonly max: number;
}

export const isAutoscaler = (object: KubernetesObject): boolean => object.kind === 'HorizontalPodAutoscaler';

/** The `keyOf` of what it scales. */
export function targetOf({ value }: KubernetesObject): string {
  const target = fieldAt(value, 'spec', 'scaleTargetRef');
  return keyOf({
    apiVersion: stringAt(target, 'apiVersion'),
    kind: stringAt(target, 'kind'),
    name: stringAt(target, 'name'),
  });
}

export function readAutoscaler({ value }: KubernetesObject): Autoscaler {
  const min = integerAt(value, 'spec', 'minReplicas') ?? 1;
  return { min, max: integerAt(value, 'spec', 'maxReplicas') ?? min };
}

/**
 * Without load to go by, a number out of bounds is brought back; zero replicas switch the autoscaler off.
 * @see k8s.io/kubernetes/pkg/controller/podautoscaler `reconcileAutoscaler`
 */
export function scaleWithin({ min, max }: Autoscaler, replicas: number): number {
  return replicas === 0 ? 0 : Math.min(max, Math.max(min, replicas));
}
