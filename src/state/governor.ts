import { meetsRequirement } from '../workload/label-requirement.ts';
import { fieldAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { groupOf } from '../workload/workload.ts';
import type { Governor } from './namespace-state.ts';

const tenantLabel = 'capsule.clastix.io/tenant';
const treeLabel = '.tree.hnc.x-k8s.io/depth';

/**
 * What else decides about a namespace beside its own ResourceQuotas.
 * @param namespace - its Namespace object, if the state has it
 * @param objects - what stands in it
 * @param clusterObjects - what stands in no namespace
 */
export function findGovernors(
  namespace: KubernetesObject | null,
  objects: readonly KubernetesObject[],
  clusterObjects: readonly KubernetesObject[],
): readonly Governor[] {
  const governors: Governor[] = [];
  const add = (kind: Governor['kind'], name: string): void => {
    if (!governors.some((known) => known.kind === kind && known.name === name)) governors.push({ kind, name });
  };
  const labels = objectAt(namespace?.value, 'metadata', 'labels');
  const tenant = stringAt(labels, tenantLabel);
  if (tenant !== '') add('Capsule', tenant);
  for (const label of Object.keys(labels)) {
    if (label.endsWith(treeLabel)) add('HNC', label.slice(0, -treeLabel.length));
  }
  for (const object of clusterObjects) {
    if (object.kind === 'ClusterResourceQuota' && mayCover(object, namespace)) add('ClusterResourceQuota', object.name);
  }
  for (const object of objects) {
    const owner = stringAt(object.value, 'metadata', 'labels', tenantLabel);
    if (object.kind === 'AppliedClusterResourceQuota') add('ClusterResourceQuota', object.name);
    else if (object.kind === 'HierarchicalResourceQuota') add('HNC', object.name);
    else if (object.kind === 'LocalQueue' && groupOf(object.apiVersion) === 'kueue.x-k8s.io') add('Kueue', object.name);
    else if (object.kind === 'ResourceQuota' && owner !== '') add('Capsule', owner);
  }
  return governors;
}

/** Whether an OpenShift ClusterResourceQuota selects the project; without the Namespace object it may. */
function mayCover(quota: KubernetesObject, namespace: KubernetesObject | null): boolean {
  if (namespace === null) return true;
  if (listAt(quota.value, 'status', 'namespaces').some((one) => stringAt(one, 'namespace') === namespace.name))
    return true;
  const selector = fieldAt(quota.value, 'spec', 'selector');
  const annotations = objectAt(namespace.value, 'metadata', 'annotations');
  const labels = objectAt(namespace.value, 'metadata', 'labels');
  const byAnnotation = Object.entries(objectAt(selector, 'annotations'));
  const byLabel = Object.entries(objectAt(selector, 'labels', 'matchLabels'));
  return (
    byAnnotation.every(([key, value]) => fieldAt(annotations, key) === value) &&
    byLabel.every(([key, value]) => fieldAt(labels, key) === value) &&
    listAt(selector, 'labels', 'matchExpressions').every((expression) =>
      meetsRequirement(expression, fieldAt(labels, stringAt(expression, 'key'))),
    )
  );
}
