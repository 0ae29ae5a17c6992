import { ApiError, type ClusterApi, type OnItem } from '../src/cluster/api.ts';
import { listPages } from '../src/cluster/list-pages.ts';
import { reduceWritten } from '../src/cluster/reduce-written.ts';
import { listPath, type ClusterResource } from '../src/cluster/resources.ts';
import { shareParts } from '../src/cluster/share-parts.ts';
import { resourceKey, type ClusterStore } from '../src/cluster/store.ts';
import { kindOf } from '../src/fit/judge-change.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import { stringAt } from '../src/manifest/fields.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import type { KindTable } from '../src/workload/workload.ts';

interface RereadSettings {
  readonly resources: readonly ClusterResource[];
  readonly kinds: KindTable;
  readonly store: ClusterStore;
  readonly pageSize: number;
}

const bounds: ReadonlySet<string> = new Set(['v1 ResourceQuota', 'v1 LimitRange']);

const nameInHead = /"name":"([^"]*)"/;

/**
 * Lists what bounds a namespace, and some kinds in it or all, past the watches; all else stays as the store has it. Of
 * what is listed again in the version that it had, no more is read than that.
 * @returns takes the kinds as `kindOf` writes them; `null` for all
 */
export function createReread(
  api: ClusterApi,
  { resources, kinds, store, pageSize }: RereadSettings,
): (namespace: string, wanted: ReadonlySet<string> | null) => Promise<NamespaceState> {
  /** Of objects of the store, the head of the item that was found to be the same. */
  const heads = new WeakMap<KubernetesObject, string>();

  async function list(resource: ClusterResource, namespace: string): Promise<readonly KubernetesObject[]> {
    const { apiVersion, kind } = resource;
    const objects: KubernetesObject[] = [];
    const held = (name: string): KubernetesObject | undefined => store.objectsOf(resource, namespace).get(name);
    const take: OnItem = (item, head) => {
      const value = reduceWritten(item, apiVersion, kind, kinds);
      const name = stringAt(value, 'metadata', 'name');
      const known = held(name);
      // What is as it was stays the same object: its price is known.
      if (known !== undefined && shareParts(value, known.value) === known.value) {
        heads.set(known, head);
        objects.push(known);
      } else objects.push({ apiVersion, kind, namespace, name, value, source: null });
    };
    const isKnown = (head: string): boolean => {
      const known = held(nameInHead.exec(head)?.[1] ?? '');
      if (known === undefined || heads.get(known) !== head) return false;
      objects.push(known);
      return true;
    };
    await listPages(api, listPath(resource, namespace), pageSize, take, isKnown).catch((error: unknown) => {
      // A custom kind that was taken away.
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    });
    return objects;
  }

  return async (namespace, wanted) => {
    const isAsked = (kind: string): boolean => wanted === null || wanted.has(kind) || bounds.has(kind);
    const asked = resources.filter((resource) => resource.namespaced && isAsked(kindOf(resource)));
    const lists = await Promise.all(
      asked.map(async (resource) => [resourceKey(resource), await list(resource, namespace)] as const),
    );
    return store.namespaceWith(namespace, new Map(lists));
  };
}
