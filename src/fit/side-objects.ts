import { objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { CountedChild, Workload } from '../workload/workload.ts';

/** Objects that controllers make for one that was stored, besides pods and what pods need. */
export function childrenOf(object: KubernetesObject, workload: Workload | null): readonly KubernetesObject[] {
  if (object.kind === 'Service' && object.apiVersion === 'v1') return childrenOfService(object);
  return workload?.children.flatMap((child) => countedChildren(object, child)) ?? [];
}

/** What selects pods gets endpoints, in both of their forms. */
function childrenOfService(service: KubernetesObject): readonly KubernetesObject[] {
  if (Object.keys(objectAt(service.value, 'spec', 'selector')).length === 0) return [];
  return [
    makeChild(service, 'v1', 'Endpoints', service.name),
    makeChild(service, 'discovery.k8s.io/v1', 'EndpointSlice', `${service.name}-*`),
  ];
}

/** A description names resources (`replicasets.apps`); the kind is only needed where the plural is the kind's. */
function countedChildren(owner: KubernetesObject, { resource, count }: CountedChild): readonly KubernetesObject[] {
  const [plural = '', ...group] = resource.split('.');
  const kind = childKinds.get(plural);
  if (kind === undefined) return [];
  const apiVersion = group.length === 0 ? 'v1' : `${group.join('.')}/v1`;
  return Array.from({ length: count }, () => makeChild(owner, apiVersion, kind, `${owner.name}-*`));
}

const childKinds: ReadonlyMap<string, string> = new Map([
  ['configmaps', 'ConfigMap'],
  ['controllerrevisions', 'ControllerRevision'],
  ['deployments', 'Deployment'],
  ['replicasets', 'ReplicaSet'],
  ['secrets', 'Secret'],
  ['services', 'Service'],
]);

function makeChild(owner: KubernetesObject, apiVersion: string, kind: string, name: string): KubernetesObject {
  const { namespace } = owner;
  return {
    apiVersion,
    kind,
    namespace,
    name,
    value: { apiVersion, kind, metadata: { name, namespace } },
    source: null,
  };
}
