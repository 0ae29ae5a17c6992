import type { KubernetesObject } from '../manifest/document.ts';
import { isNamespaced } from '../quota/resource-name.ts';
import { isClusterObject } from '../state/state.ts';

/** Where an object goes; `null` for one that is in no namespace. */
export function namespaceOf(object: KubernetesObject, namespace: string): string | null {
  return isNamespaced(object) && !isClusterObject(object) ? object.namespace || namespace : null;
}

/** Where the objects of a release go. */
export function namespacesOf(objects: readonly KubernetesObject[], namespace: string): ReadonlySet<string> {
  return new Set(objects.map((object) => namespaceOf(object, namespace)).filter((name) => name !== null));
}

/** Namespaces that a release makes itself. */
export function declaredNamespaces(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  return new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
}
