import { fieldAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { ServiceFacts } from './object-schema.ts';

/**
 * A Service as far as it opens the cluster, and what it charges to quotas.
 * @see k8s.io/kubernetes/pkg/quota/v1/evaluator/core `serviceEvaluator`: a balancer takes node ports too, unless told not to
 */
export function describeService({ apiVersion, kind, value }: KubernetesObject): ServiceFacts | null {
  if (apiVersion !== 'v1' || kind !== 'Service') return null;
  const spec = objectAt(value, 'spec');
  const written = stringAt(spec, 'type');
  const effective = written || 'ClusterIP';
  const ports = listAt(spec, 'ports').filter((port) => isJsonObject(port)).length;
  const isBalancer = effective === 'LoadBalancer';
  const takesNodePorts =
    effective === 'NodePort' || (isBalancer && fieldAt(spec, 'allocateLoadBalancerNodePorts') !== false);
  return {
    type: { path: '/spec/type', ...(written !== '' && { written }), effective },
    nodePorts: takesNodePorts ? ports : 0,
    loadBalancers: isBalancer ? 1 : 0,
    annotations: Object.keys(objectAt(value, 'metadata', 'annotations')),
    externalIPs: listAt(spec, 'externalIPs').flatMap((address, index) =>
      typeof address === 'string' ? [{ path: `/spec/externalIPs/${index}`, address }] : [],
    ),
  };
}
