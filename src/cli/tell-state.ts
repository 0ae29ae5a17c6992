import type { Diagnostic, KubernetesObject } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { declaredNamespaces, namespaceOf, namespacesOf } from './release-namespaces.ts';

/** Of a cluster's namespaces, where a release goes: those that are not there, and what of the others could not be read. */
export function tellState(
  { unread }: Pick<Snapshot, 'unread'>,
  missing: readonly string[],
  release: readonly KubernetesObject[],
  namespace: string,
): readonly Diagnostic[] {
  const declared = declaredNamespaces(release);
  return [...namespacesOf(release, namespace)].flatMap((name): readonly Diagnostic[] => {
    const place = placeOf(release, name, namespace);
    const hidden = unread[name] ?? [];
    if (missing.includes(name) && !declared.has(name)) {
      const message = `the cluster has no namespace ${name}, and the release does not make it; make it, or name another with --namespace`;
      return [{ level: 'error', ...place, message }];
    }
    if (hidden.length === 0) return [];
    // The role view of Kubernetes does not cover custom kinds.
    const way = hidden.some((what) => !what.includes('.')) ? '; role view there is enough' : '';
    const message = `not known, as it may not be read in namespace ${name}: ${hidden.join(', ')}${way}`;
    return [{ level: 'warning', ...place, message }];
  });
}

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
