import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ClusterApi } from '../src/cluster/api.ts';
import { reduceObject } from '../src/cluster/reduce.ts';
import { startReflector, type ObjectSink, type Reflector } from '../src/cluster/reflector.ts';
import { clusterResources, listPath, type ClusterResource } from '../src/cluster/resources.ts';
import { createClusterStore, type ClusterStore } from '../src/cluster/store.ts';
import { kindOf } from '../src/fit/judge-change.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import { isJsonObject, listAt, stringAt } from '../src/manifest/fields.ts';
import { emptyNamespace, readState } from '../src/state/state.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import type { KindTable } from '../src/workload/workload.ts';
import type { LiveState } from './judge.ts';
import { shareNext } from './share-next.ts';
import { within } from './within.ts';

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
  /** Each object that the watches show deleted. */
  readonly onGone: (object: KubernetesObject) => void;
  readonly onError: (resource: ClusterResource, error: unknown) => void;
}

export interface RunningLiveState extends LiveState {
  /** Settles when every resource was listed once. */
  readonly synced: Promise<void>;
  /** Resources that were not listed yet. */
  readonly missing: () => readonly string[];
  readonly ages: () => ReadonlyMap<string, number>;
  /** The Namespace objects. */
  readonly namespaces: () => readonly KubernetesObject[];
  readonly stop: () => Promise<void>;
}

/** Bookmarks come about once a minute; the server ends a watch after this long, and a silent one is given up soon after. */
const WATCH_SECONDS = 60;

/** Follows a cluster: what is in its namespaces, and how old that knowledge is. */
export function startLiveState(api: ClusterApi, settings: LiveStateSettings): RunningLiveState {
  const { kinds, kubernetesMinor, now, pageSize, staleMs } = settings;
  const resources = [...clusterResources, ...settings.customResources];
  const store = createClusterStore();
  const fixed = { volumes: null, injected: [], options: { kubernetesMinor, kinds } };
  const reflectors = new Map<string, Reflector>(
    resources.map((resource) => [
      resource.resource,
      startReflector(api, tellSeen(store.sinkFor(resource), resource, settings), {
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
  const reread = shareNext((key) => {
    const [name = '', ...asked] = JSON.parse(key) as readonly string[];
    return rereadNamespace(api, { resources, store, pageSize }, name, new Set(asked));
  });
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
    namespaces: () => store.objectsIn('').filter(({ kind }) => kind === 'Namespace'),
    settings: () => ({ ...fixed, cluster: store.cluster() }),
    fault: () => {
      if (missing().length > 0) return 'state-not-synced';
      return [...ages().values()].some((age) => age > staleMs) ? 'state-stale' : null;
    },
    reread: (name, asked, waitMs) => within(waitMs, reread(JSON.stringify([name, ...[...asked].toSorted()]))),
    async stop() {
      for (const reflector of reflectors.values()) reflector.stop();
      await Promise.all([...reflectors.values()].map(({ done }) => done));
    },
  };
}

function tellSeen(
  sink: ObjectSink,
  { apiVersion, kind }: ClusterResource,
  { onGone, onSeen }: Pick<LiveStateSettings, 'onGone' | 'onSeen'>,
): ObjectSink {
  const read = (value: JsonObject): KubernetesObject => {
    const metadata = { namespace: stringAt(value, 'metadata', 'namespace'), name: stringAt(value, 'metadata', 'name') };
    return { apiVersion, kind, ...metadata, value, source: null };
  };
  return {
    remove(key, last) {
      sink.remove(key, last);
      onGone(read(last));
    },
    upsert(key, object) {
      sink.upsert(key, object);
      onSeen(read(object));
    },
    replaceAll(objects) {
      sink.replaceAll(objects);
      for (const object of objects.values()) onSeen(read(object));
    },
  };
}

interface RereadSettings {
  readonly resources: readonly ClusterResource[];
  readonly store: ClusterStore;
  readonly pageSize: number;
}

const bounds: ReadonlySet<string> = new Set(['v1 ResourceQuota', 'v1 LimitRange']);

/** Lists what bounds a namespace, and some kinds in it, past the watches; all else stays as they have it. */
async function rereadNamespace(
  api: ClusterApi,
  { resources, store, pageSize }: RereadSettings,
  name: string,
  kinds: ReadonlySet<string>,
): Promise<NamespaceState> {
  const held = store.objectsIn(name);
  const known = new Map(held.map((object) => [`${kindOf(object)} ${object.name}`, object]));
  const asked = resources.filter((resource) => bounds.has(kindOf(resource)) || kinds.has(kindOf(resource)));
  const lists = await Promise.all(
    asked.map(async (resource): Promise<readonly KubernetesObject[]> => {
      const { apiVersion, kind } = resource;
      const items = await listAll(api, listPath(resource, name), pageSize);
      return items.map((item) => {
        const value = reduceObject(item, apiVersion, kind);
        const own = stringAt(value, 'metadata', 'name');
        const before = known.get(`${kindOf(resource)} ${own}`);
        // What is as it was stays the same object: its price is known.
        if (before !== undefined && isDeepStrictEqual(before.value, value)) return before;
        return { apiVersion, kind, namespace: name, name: own, value, source: null };
      });
    }),
  );
  const names = new Set(asked.map(kindOf));
  const rest = [...store.objectsIn(''), ...held].filter((object) => !names.has(kindOf(object)));
  return readState([...rest, ...lists.flat()], name).state.namespaces.get(name) ?? emptyNamespace(name);
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
