/** What is known of kinds without asking a cluster: those that every Kubernetes has. */
import { builtInGroups, findBuiltInKind, storedGroup } from '../workload/built-in-kinds.ts';
import { groupOf } from '../workload/workload.ts';

export function isBuiltIn(apiVersion: string): boolean {
  return builtInGroups.has(groupOf(apiVersion)) && /(?:^|\/)v[0-9]/u.test(apiVersion);
}

/** Whether objects of a kind live in a namespace; `null` for custom kinds, of which only a cluster knows. */
export function isNamespaced(apiVersion: string, kind: string): boolean | null {
  if (!isBuiltIn(apiVersion)) return null;
  return findBuiltInKind(storedGroup(groupOf(apiVersion), kind), kind)?.namespaced ?? true;
}
