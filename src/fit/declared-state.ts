import { prepareObject, type AdmissionOptions } from '../admission/admission.ts';
import { objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { emptyNamespace, isClusterObject, type ReleaseState } from '../state/state.ts';
import type { WorkloadFit } from './fit-report.ts';
import { keyOf } from './owned.ts';
import { reportObject } from './workload-fit.ts';

/** A state with what a release declares of it: quotas, limit ranges, classes, nodes. */
export interface DeclaredState {
  readonly objects: readonly KubernetesObject[];
  /** What is to be told of the namespaced ones among them. */
  readonly judged: ReadonlyMap<KubernetesObject, WorkloadFit>;
}

const isBound = ({ kind, apiVersion }: KubernetesObject): boolean =>
  apiVersion === 'v1' && (kind === 'LimitRange' || kind === 'ResourceQuota');

const placeOf = (object: KubernetesObject): string => `${object.namespace}/${keyOf(object)}`;

/**
 * Puts what a release declares of the state itself into the state, as if it had been applied first.
 * What the API server would refuse changes nothing.
 */
export function declareState(
  release: readonly KubernetesObject[],
  state: readonly KubernetesObject[],
  { cluster, namespaces }: ReleaseState,
  options: AdmissionOptions,
): DeclaredState {
  const judged = new Map<KubernetesObject, WorkloadFit>();
  const declared = new Map<string, KubernetesObject>();
  const known = new Map(state.filter(isBound).map((object) => [placeOf(object), object]));
  for (const object of release) {
    if (isClusterObject(object)) declared.set(placeOf(object), object);
    if (!isBound(object)) continue;
    const namespace = namespaces.get(object.namespace) ?? emptyNamespace(object.namespace);
    const answer = prepareObject({ object }, namespace, cluster, options);
    const refusal = answer.kind === 'refused' ? answer : null;
    judged.set(object, reportObject(object, refusal));
    if (refusal === null) declared.set(placeOf(object), keepStatus(object, known.get(placeOf(object))));
  }
  return { objects: [...state.filter((object) => !declared.has(placeOf(object))), ...declared.values()], judged };
}

/** A quota that is changed keeps what was counted. */
function keepStatus(object: KubernetesObject, before: KubernetesObject | undefined): KubernetesObject {
  const status = before?.value['status'];
  if (status === undefined) return object;
  return { ...object, value: { ...object.value, status: objectAt(status) } };
}
