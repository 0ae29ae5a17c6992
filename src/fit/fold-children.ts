import type { KubernetesObject } from '../manifest/document.ts';
import { controllerOf, keyOf } from './owned.ts';

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
  const isChild = (object: KubernetesObject): boolean => {
    const owner = controllerOf(object);
    return owner !== null && known.has(`${object.namespace} ${owner}`);
  };
  const children = release.filter(isChild);
  const folded = new Set(children);
  return { kept: release.filter((object) => !folded.has(object)), children };
}
