import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../src/cluster/api.ts';
import { reduceObject } from '../src/cluster/reduce.ts';
import { startReflector, type ObjectSink, type Reflector } from '../src/cluster/reflector.ts';
import { clusterResources, listPath, type ClusterResource } from '../src/cluster/resources.ts';
import { createClusterStore } from '../src/cluster/store.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import { isJsonObject, listAt, stringAt } from '../src/manifest/fields.ts';
import { emptyNamespace, readState } from '../src/state/state.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import type { KindTable } from '../src/workload/workload.ts';
import type { LiveState } from './judge.ts';

export interface LiveStateSettings {
  /** Custom workloads beside the built-in resources. */
  readonly customResources: readonly ClusterResource[];
  readonly kinds: KindTable;
  readonly kubernetesMinor: number;
  readonly pageSize: number;
  /** A resource that was not heard of for longer makes the state stale. */
  readonly staleMs: number;
  readonly now: () => number;
  /** Each write that the watches show. */
  readonly onSeen: (object: KubernetesObject) => void;
  readonly onError: (resource: ClusterResource, error: unknown) => void;
}

export interface RunningLiveState extends LiveState {
  /** Settles when every resource was listed once. */
  readonly synced: Promise<void>;
  /** Resources that were not listed yet. */
  readonly missing: () => readonly string[];
  readonly ages: () => ReadonlyMap<string, number>;
  readonly stop: () => Promise<void>;
}

/** Bookmarks come about once a minute; the server ends a watch after this long, and a silent one is given up soon after. */
const WATCH_SECONDS = 60;

/** Follows a cluster: what is in its namespaces, and how old that knowledge is. */
export function startLiveState(api: ClusterApi, settings: LiveStateSettings): RunningLiveState {
  const { kinds, kubernetesMinor, now, pageSize, staleMs } = settings;
  const resources = [...clusterResources, ...settings.customResources];
  const store = createClusterStore();
  const reflectors = new Map<string, Reflector>(
    resources.map((resource) => [
      resource.resource,
      startReflector(api, tellSeen(store.sinkFor(resource), resource, settings.onSeen), {
        path: listPath(resource),
        reduce: (object) => reduceObject(object, resource.apiVersion, resource.kind),
        pageSize,
        watchSeconds: WATCH_SECONDS,
        delay: (ms, signal) => sleep(ms, undefined, { signal }),
        now,
        onError: (error) => settings.onError(resource, error),
      }),
    ]),
  );
  const missing = (): readonly string[] =>
    [...reflectors].filter(([, reflector]) => reflector.lastContact() === null).map(([name]) => name);
  const ages = (): ReadonlyMap<string, number> =>
    new Map(
      [...reflectors].flatMap(([name, reflector]) => {
        const last = reflector.lastContact();
        return last === null ? [] : [[name, now() - last]];
      }),
    );

  return {
    synced: Promise.all([...reflectors.values()].map(({ synced }) => synced)).then(() => undefined),
    missing,
    ages,
    namespace: store.namespace,
    settings: () => ({
      cluster: store.cluster(),
      volumes: null,
      injected: [],
      options: { kubernetesMinor, kinds },
    }),
    fault: () => {
      if (missing().length > 0) return 'state-not-synced';
      return [...ages().values()].some((age) => age > staleMs) ? 'state-stale' : null;
    },
    reread: (name, waitMs) => within(waitMs, rereadNamespace(api, resources, name, pageSize)),
    async stop() {
      for (const reflector of reflectors.values()) reflector.stop();
      await Promise.all([...reflectors.values()].map(({ done }) => done));
    },
  };
}

function tellSeen(
  sink: ObjectSink,
  { apiVersion, kind }: ClusterResource,
  onSeen: (object: KubernetesObject) => void,
): ObjectSink {
  const seen = (value: JsonObject): void => {
    const metadata = { namespace: stringAt(value, 'metadata', 'namespace'), name: stringAt(value, 'metadata', 'name') };
    onSeen({ apiVersion, kind, ...metadata, value, source: null });
  };
  return {
    remove: (key) => sink.remove(key),
    upsert(key, object) {
      sink.upsert(key, object);
      seen(object);
    },
    replaceAll(objects) {
      sink.replaceAll(objects);
      for (const object of objects.values()) seen(object);
    },
  };
}

/** Lists one namespace past the watches. What it may not read there is as the watches have it: not at all. */
async function rereadNamespace(
  api: ClusterApi,
  resources: readonly ClusterResource[],
  name: string,
  pageSize: number,
): Promise<NamespaceState> {
  const lists = await Promise.all(
    resources
      .filter(({ namespaced }) => namespaced)
      .map(async (resource): Promise<readonly KubernetesObject[]> => {
        const { apiVersion, kind } = resource;
        const items = await listAll(api, listPath(resource, name), pageSize);
        return items.map((item) => {
          const value = reduceObject(item, apiVersion, kind);
          return { apiVersion, kind, namespace: name, name: stringAt(value, 'metadata', 'name'), value, source: null };
        });
      }),
  );
  return readState(lists.flat(), name).state.namespaces.get(name) ?? emptyNamespace(name);
}

/** @throws when it takes longer */
async function within<Value>(waitMs: number, work: Promise<Value>): Promise<Value> {
  const stop = new AbortController();
  const late = sleep(waitMs, undefined, { signal: stop.signal }).then((): never => {
    throw new Error(`no answer within ${waitMs} ms`);
  });
  // Whichever loses the race is of no more interest, nor is how it fails.
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}

async function listAll(api: ClusterApi, path: string, pageSize: number): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  let token = '';
  do {
    const page = await api.get(path, { limit: pageSize, ...(token === '' ? {} : { continue: token }) });
    items.push(...listAt(page, 'items').filter(isJsonObject));
    token = stringAt(page, 'metadata', 'continue');
  } while (token !== '');
  return items;
}
