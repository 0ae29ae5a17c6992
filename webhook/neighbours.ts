import { controllerRefOf } from '../src/fit/owned.ts';
import { fieldAt, listAt, stringAt } from '../src/manifest/fields.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import type { RawFinding } from '../src/policy/evaluation.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';

/**
 * Whether a finding of a rule on a whole release holds for one object of it: that a budget or an autoscaler is missing does
 * not, since it may come next.
 */
export function isRightBeside({ rule, messageId }: Pick<RawFinding, 'messageId' | 'rule'>): boolean {
  return rule === 'storage/access-mode' || (rule === 'availability/disruption-budget' && messageId !== 'missing');
}

/** What of a namespace such rules look at beside one object: of a budget the workloads, of a workload budgets and claims. */
export function listNeighbours(
  object: KubernetesObject,
  { objects }: Pick<NamespaceState, 'objects'>,
): readonly KubernetesObject[] {
  if (isBudget(object)) {
    return [...objects.values()].flat().filter(mayHavePods);
  }
  if (fieldAt(object.value, 'spec', 'template') === undefined) return [];
  const claims = listClaims(object);
  const claimed = (objects.get('PersistentVolumeClaim') ?? []).filter(({ name }) => claims.has(name));
  const budgets = objects.get('PodDisruptionBudget.policy') ?? [];
  // One budget is nothing to tell of a workload.
  const shared = budgets.length > 1 ? budgets : [];
  return [...claimed, ...shared];
}

/** Of a namespace what is enough to list the neighbours of an object of this kind. */
export function objectsAround(object: Pick<KubernetesObject, 'kind'>, { objects }: NamespaceState): Objects {
  if (isBudget(object)) {
    // Most of what a namespace holds are pods and their ReplicaSets, and whoever takes this to a thread copies it.
    return new Map([...objects].flatMap(([key, held]) => (key === 'Pod' ? [] : [[key, held.filter(mayHavePods)]])));
  }
  return new Map(
    [...objects].filter(([key]) => key === 'PersistentVolumeClaim' || key === 'PodDisruptionBudget.policy'),
  );
}

type Objects = NamespaceState['objects'];

const isBudget = ({ kind }: Pick<KubernetesObject, 'kind'>): boolean => kind === 'PodDisruptionBudget';

/** Of a budget's neighbours. Children have the pods of their owners. */
const mayHavePods = (object: KubernetesObject): boolean =>
  object.kind !== 'Pod' && !isBudget(object) && controllerRefOf(object) === null;

function listClaims({ value }: KubernetesObject): ReadonlySet<string> {
  const volumes = listAt(value, 'spec', 'template', 'spec', 'volumes');
  return new Set(volumes.map((volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName')).filter(Boolean));
}
