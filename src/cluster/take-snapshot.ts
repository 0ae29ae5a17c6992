import type { JsonObject } from '../manifest/document.ts';
import { stringAt } from '../manifest/fields.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { KindTable } from '../workload/workload.ts';
import { ApiError, type ClusterApi } from './api.ts';
import { listResource } from './list-resource.ts';
import { isNeeded } from './needed.ts';
import { reduceCustomObject } from './reduce-custom.ts';
import { reduceObject } from './reduce.ts';
import {
  governingResources,
  listPath,
  listServed,
  snapshotResources,
  tenantQuotas,
  type ClusterResource,
} from './resources.ts';
import { readGroupVersions, readMinorVersion } from './version.ts';

export interface SnapshotOrder {
  readonly namespaces: readonly string[] | 'all';
  /** Custom kinds that make pods; those are read that the cluster has. */
  readonly kinds: KindTable;
  /** For what it is taken: what that does not need of the cluster is left out. Without it, for whatever may come. */
  readonly release?: readonly JsonObject[];
  readonly now: Date;
}

export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  /** Namespaces that were asked for, and that the cluster does not have. */
  readonly missing: readonly string[];
}

/** A resource, and what is kept of its objects. */
export interface Source extends ClusterResource {
  /** As what may not be read is named: `pods`, `rollouts.argoproj.io`. */
  readonly title: string;
  readonly reduce: (object: JsonObject) => JsonObject;
}

/**
 * Reads what verdicts need of namespaces and of their cluster. What may not be read is named in the snapshot and is no failure.
 * @throws ApiError when all namespaces are wanted and may not be listed, or the server fails; or the network's own error
 */
export async function takeSnapshot(
  api: ClusterApi,
  { namespaces: wanted, kinds, release, now }: SnapshotOrder,
): Promise<TakenSnapshot> {
  const minor = await readMinorVersion(api);
  const sources = await findSources(api, kinds);
  const { namespaces, missing, objects } = await readNamespaces(api, wanted);
  const items: JsonObject[] = [...objects];
  const listed = new Set<string>();
  const unread = new Map<string, string[]>();
  /** @returns whether it may be read; pods of a whole cluster are too many for the arguments of one call */
  const take = ({ found }: Listed): boolean => {
    for (const item of found ?? []) items.push(item);
    return found !== null;
  };
  const clusterWide = sources.filter(({ namespaced, kind }) => !namespaced && kind !== 'Namespace');
  // Of a few namespaces a tenant's view of what governs them is enough.
  const wide = clusterWide.filter(({ kind }) => wanted === 'all' || kind !== 'ClusterResourceQuota');
  const readWide = async (chosen: readonly Source[]): Promise<void> => {
    for (const source of chosen) {
      const [answer] = await listEach(api, [source]);
      if (answer !== undefined && take(answer)) listed.add(source.kind);
    }
  };
  const late = wide.filter(({ kind }) => !isNeeded(kind, []));
  await readWide(wide.filter((source) => !late.includes(source)));
  const inNamespaces = sources.filter(
    ({ kind, namespaced }) => namespaced && !(kind === tenantQuotas.kind && listed.has('ClusterResourceQuota')),
  );
  const anywhere = inNamespaces.filter(({ kind }) => kind !== tenantQuotas.kind);
  const everywhere = wanted === 'all' ? await listEach(api, anywhere) : [];
  const open = new Set(everywhere.filter(take).map(({ source }) => source));
  const rest = inNamespaces.filter((source) => !open.has(source));
  for (const namespace of rest.length === 0 ? [] : namespaces) {
    for (const answer of await listEach(api, rest, namespace)) {
      // Kueue takes only what asks for it by a label.
      if (take(answer) || answer.source.kind === 'LocalQueue') continue;
      unread.set(namespace, [...(unread.get(namespace) ?? []), answer.source.title]);
    }
  }
  const known = release === undefined ? null : [...release, ...items];
  await readWide(late.filter(({ kind }) => known === null || isNeeded(kind, known)));
  const snapshot: Snapshot = {
    apiVersion: 'quotafit.dev/v1',
    kind: 'Snapshot',
    kubernetesVersion: `1.${minor}`,
    takenAt: now.toISOString(),
    namespaces,
    listed: wide.map(({ kind }) => kind).filter((kind) => listed.has(kind)),
    unread: Object.fromEntries(unread),
    items: sortItems(items),
  };
  return { snapshot, missing };
}

/** All that a snapshot is made of, as far as the cluster has it. */
export async function findSources(api: ClusterApi, kinds: KindTable): Promise<readonly Source[]> {
  return [...snapshotResources.map(withReduce), ...(await findServed(api, kinds))];
}

function withReduce(resource: ClusterResource): Source {
  return {
    ...resource,
    title: resource.resource,
    reduce: (object) => reduceObject(object, resource.apiVersion, resource.kind),
  };
}

/** Custom kinds, and what governs namespaces, as far as the cluster has their groups. Everybody may ask which those are. */
async function findServed(api: ClusterApi, kinds: KindTable): Promise<readonly Source[]> {
  const versions = await readGroupVersions(api);
  const custom = [...kinds.values()].flatMap((description): readonly Source[] => {
    const { group, kind, plural } = description;
    const apiVersion = versions.get(group);
    if (apiVersion === undefined) return [];
    const resource = plural ?? `${kind.toLowerCase()}s`;
    const reduce = (object: JsonObject): JsonObject => reduceCustomObject(object, apiVersion, description);
    return [{ apiVersion, kind, resource, namespaced: true, title: `${resource}.${group}`, reduce }];
  });
  return [...custom, ...listServed([...governingResources, tenantQuotas], versions).map(withReduce)];
}

interface Listed {
  readonly source: Source;
  readonly found: readonly JsonObject[] | null;
}

async function listEach(api: ClusterApi, sources: readonly Source[], namespace?: string): Promise<readonly Listed[]> {
  return Promise.all(
    sources.map(async (source) => ({
      source,
      found: await listResource(api, listPath(source, namespace), source.reduce),
    })),
  );
}

interface FoundNamespaces {
  readonly namespaces: readonly string[];
  readonly missing: readonly string[];
  readonly objects: readonly JsonObject[];
}

const reduceNamespace = (object: JsonObject): JsonObject => reduceObject(object, 'v1', 'Namespace');

async function readNamespaces(api: ClusterApi, wanted: readonly string[] | 'all'): Promise<FoundNamespaces> {
  if (wanted === 'all') {
    const objects = await listResource(api, '/api/v1/namespaces', reduceNamespace);
    if (objects === null) throw new ApiError(403, 'Forbidden', 'not all namespaces may be listed; name them with -n');
    return { namespaces: objects.map((object) => stringAt(object, 'metadata', 'name')).sort(), missing: [], objects };
  }
  const namespaces: string[] = [];
  const missing: string[] = [];
  const objects: JsonObject[] = [];
  for (const name of [...new Set(wanted)].toSorted()) {
    try {
      objects.push(reduceNamespace(await api.get(`/api/v1/namespaces/${encodeURIComponent(name)}`)));
      namespaces.push(name);
    } catch (error) {
      if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
      // Without the right to see it, it may well be there.
      (error.status === 403 ? namespaces : missing).push(name);
    }
  }
  return { namespaces, missing, objects };
}

/** By namespace, kind and name: the same cluster gives the same bytes. */
export function sortItems(items: readonly JsonObject[]): readonly JsonObject[] {
  const keyed = items.map((item) => {
    const parts = [['metadata', 'namespace'], ['kind'], ['apiVersion'], ['metadata', 'name']];
    return { item, key: parts.map((path) => stringAt(item, ...path)).join('\0') };
  });
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item);
}
