import type { KubernetesObject } from '../manifest/document.ts';
import { findGovernors } from '../state/governor.ts';
import { isClusterObject } from '../state/state.ts';
import type { ReleaseObject } from './describe-release.ts';
import type { NamespaceFacts } from './quota-schema.ts';

/**
 * What bounds the namespaces that the input makes.
 * @param beside - what is known and not judged
 * @param namespace - where objects stand that name none; empty when not known
 */
export function describeNamespaces(
  objects: readonly ReleaseObject[],
  beside: readonly KubernetesObject[],
  namespace: string,
): readonly NamespaceFacts[] {
  const made = objects.flatMap(({ object, isPartOfAnother }, index) =>
    object.kind === 'Namespace' && object.apiVersion === 'v1' && object.name !== '' && isPartOfAnother !== true
      ? [{ object, index }]
      : [],
  );
  if (made.length === 0) return [];
  const all = [...beside, ...objects.map(({ object }) => object)];
  const cluster = all.filter(isClusterObject);
  const held = new Map<string, KubernetesObject[]>();
  for (const object of all) {
    const place = object.namespace || namespace;
    const known = held.get(place);
    if (known === undefined) held.set(place, [object]);
    else known.push(object);
  }
  return made.map(({ object, index }) => {
    const own = held.get(object.name) ?? [];
    const count = (kind: string): number => own.filter((one) => one.kind === kind && one.apiVersion === 'v1').length;
    return {
      object: index,
      name: object.name,
      quotas: count('ResourceQuota'),
      limitRanges: count('LimitRange'),
      governedBy: findGovernors(object, own, cluster).map((governor) => `${governor.kind} ${governor.name}`),
    };
  });
}
