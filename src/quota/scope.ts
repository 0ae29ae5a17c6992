import type { Charge, ClaimTraits, PodTraits } from './charge.ts';
import type { ScopeCondition } from './quota-state.ts';

/** `unknown` where only a fact about the cluster that we were not given decides. */
export type Match = 'no' | 'unknown' | 'yes';

/** Whether an object meets all conditions of a quota. */
export function meetsScopes(scopes: readonly ScopeCondition[], charge: Charge): Match {
  const matches = new Set(scopes.map((condition) => meetsScope(condition, charge)));
  if (matches.has('no')) return 'no';
  return matches.has('unknown') ? 'unknown' : 'yes';
}

/** @see `podMatchesScopeFunc`, `pvcMatchesScopeFunc` of k8s.io/kubernetes/pkg/quota/v1/evaluator/core */
export function meetsScope(condition: ScopeCondition, { traits }: Charge): Match {
  switch (traits.kind) {
    case 'pod':
      return meetsPodScope(condition, traits);
    case 'claim':
      return toMatch(condition.scope === 'VolumeAttributesClass' && meetsClaimScope(condition, traits));
    case 'device-claim':
    case 'plain':
      return 'no';
  }
}

function meetsPodScope(condition: ScopeCondition, pod: PodTraits): Match {
  switch (condition.scope) {
    case 'Terminating':
      return toMatch(pod.terminating);
    case 'NotTerminating':
      return toMatch(!pod.terminating);
    case 'BestEffort':
      return toMatch(pod.bestEffort);
    case 'NotBestEffort':
      return toMatch(!pod.bestEffort);
    case 'CrossNamespacePodAffinity':
      return toMatch(pod.crossNamespaceAffinity);
    case 'PriorityClass':
      return pod.priorityClassName === null ? 'unknown' : toMatch(selects(condition, pod.priorityClassName));
    default:
      return 'no';
  }
}

function meetsClaimScope(condition: ScopeCondition, { volumeAttributesClasses }: ClaimTraits): boolean {
  if (volumeAttributesClasses.length === 0) return selects(condition, '');
  return volumeAttributesClasses.some((name) => selects(condition, name));
}

/** As a label selector reads it: what has no class is "not in" any list. */
function selects({ operator, values }: ScopeCondition, name: string): boolean {
  switch (operator) {
    case 'Exists':
      return name !== '';
    case 'DoesNotExist':
      return name === '';
    case 'In':
      return name !== '' && values.includes(name);
    case 'NotIn':
      return !values.includes(name);
    default:
      return false;
  }
}

function toMatch(matches: boolean): Match {
  return matches ? 'yes' : 'no';
}
