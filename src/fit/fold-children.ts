import { isTrueAt, listAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { keyOf } from './owned.ts';

interface Folded {
  readonly kept: readonly KubernetesObject[];
  /** Objects whose controller is in the release too. */
  readonly children: readonly KubernetesObject[];
}

/**
 * Leaves out what a controller of the same release makes by itself: the output of `kubectl get all` names a Deployment, its
 * ReplicaSet and its pods, and whoever counted all three would count each pod three times.
 */
export function foldChildren(release: readonly KubernetesObject[]): Folded {
  const known = new Set(release.map((object) => `${object.namespace} ${keyOf(object)}`));
  const isChild = ({ value, namespace }: KubernetesObject): boolean =>
    listAt(value, 'metadata', 'ownerReferences').some((owner) => {
      const [apiVersion, kind, name] = [
        stringAt(owner, 'apiVersion'),
        stringAt(owner, 'kind'),
        stringAt(owner, 'name'),
      ];
      return isTrueAt(owner, 'controller') && known.has(`${namespace} ${keyOf({ apiVersion, kind, name })}`);
    });
  const children = release.filter(isChild);
  const folded = new Set(children);
  return { kept: release.filter((object) => !folded.has(object)), children };
}
