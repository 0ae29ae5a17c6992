import type { Diagnostic, JsonObject, KubernetesObject } from '../manifest/document.ts';
import { stringAt } from '../manifest/fields.ts';
import { locate } from '../manifest/locate.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { declaredNamespaces, namespaceOf, namespacesOf } from './release-namespaces.ts';

/** Of a cluster's namespaces, where a release goes: those that are not there or will not be, and what of the others could not be read. */
export function tellState(
  { items, unread }: Pick<Snapshot, 'items' | 'unread'>,
  missing: readonly string[],
  release: readonly KubernetesObject[],
  namespace: string,
): readonly Diagnostic[] {
  const declared = declaredNamespaces(release);
  const ending = new Set(items.filter(isEndingNamespace).map((item) => stringAt(item, 'metadata', 'name')));
  return [...namespacesOf(release, namespace)].flatMap((name): readonly Diagnostic[] => {
    const place = placeOf(release, name, namespace);
    const hidden = unread[name] ?? [];
    if (missing.includes(name) && !declared.has(name)) {
      const message = `the cluster has no namespace ${name}, and the release does not make it; make it, or name another with --namespace`;
      return [{ level: 'error', ...place, message }];
    }
    if (ending.has(name)) {
      const message = `namespace ${name} is being deleted, and takes nothing new; wait until it is gone, and make it again`;
      return [{ level: 'error', ...place, message }];
    }
    if (hidden.length === 0) return [];
    // The role view of Kubernetes does not cover custom kinds.
    const way = hidden.some((what) => !what.includes('.')) ? '; role view there is enough' : '';
    const message = `not known, as it may not be read in namespace ${name}: ${hidden.join(', ')}${way}`;
    return [{ level: 'warning', ...place, message }];
  });
}

const isEndingNamespace = (item: JsonObject): boolean =>
  item['kind'] === 'Namespace' && stringAt(item, 'metadata', 'deletionTimestamp') !== '';

/** Where the first object stands that goes to a namespace. */
function placeOf(
  release: readonly KubernetesObject[],
  name: string,
  namespace: string,
): Pick<Diagnostic, 'column' | 'file' | 'line'> {
  const source = release.find((object) => namespaceOf(object, namespace) === name)?.source ?? null;
  if (source === null) return { file: '', line: 1, column: 1 };
  const { line, column } = locate(source.document, `${source.pointer}/metadata/namespace`);
  return { file: source.document.file.name, line, column };
}
