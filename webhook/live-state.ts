import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../src/cluster/api.ts';
import { followGovernors } from '../src/cluster/follow-governors.ts';
import { reduceWritten } from '../src/cluster/reduce-written.ts';
import { startReflector, type ObjectSink, type Reflector } from '../src/cluster/reflector.ts';
import { clusterResources, listPath, ruleResources, type ClusterResource } from '../src/cluster/resources.ts';
import { createClusterStore } from '../src/cluster/store.ts';
import { listNodeAgents } from '../src/facts/node-agent.ts';
import type { NodeAgentFacts } from '../src/facts/object-schema.ts';
import { kindOf } from '../src/fit/judge-change.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import { stringAt } from '../src/manifest/fields.ts';
import type { KindTable } from '../src/workload/workload.ts';
import type { LiveState } from './judge.ts';
import { createReread } from './reread-namespace.ts';
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
  /** @param resource - its plural */
  readonly onError: (resource: string, error: unknown) => void;
}

export interface RunningLiveState extends LiveState {
  /** Settles when every resource was listed once. */
  readonly synced: Promise<void>;
  /** Resources that were not listed yet. */
  readonly missing: () => readonly string[];
  readonly ages: () => ReadonlyMap<string, number>;
  /** An object should have been shown by now: its watch may have lost it. */
  readonly doubt: (object: KubernetesObject) => void;
  /** The DaemonSets of the cluster; the same array for as long as they stay as they are. */
  readonly nodeAgents: () => readonly NodeAgentFacts[];
  /** The Namespace objects. */
  readonly namespaces: () => readonly KubernetesObject[];
  readonly stop: () => Promise<void>;
}

/** Little beside the list of a namespace. */
const REREAD_REST_MS = 10;

/** Bookmarks come about once a minute; the server ends a watch after this long, and a silent one is given up soon after. */
const LONGEST_WATCH_SECONDS = 60;

/** A watch that nothing happens in is heard of when it ends: twice, before its silence makes the state stale. */
const watchSecondsFor = (staleMs: number): number => Math.min(LONGEST_WATCH_SECONDS, Math.floor(staleMs / 2000));

const delay = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

/** Follows a cluster: what is in its namespaces, and how old that knowledge is. */
export function startLiveState(api: ClusterApi, settings: LiveStateSettings): RunningLiveState {
  const { kinds, kubernetesMinor, now, pageSize, staleMs } = settings;
  const resources = [...clusterResources, ...ruleResources, ...settings.customResources];
  const store = createClusterStore();
  const fixed = { volumes: null, injected: [], options: { kubernetesMinor, kinds, decoded: true as const } };
  const follow = (resource: ClusterResource, sink: ObjectSink, onError: (error: unknown) => void): Reflector =>
    startReflector(api, sink, {
      path: listPath(resource),
      reduce: (object) => reduceWritten(object, resource.apiVersion, resource.kind, kinds),
      pageSize,
      watchSeconds: watchSecondsFor(staleMs),
      delay,
      now,
      random: Math.random,
      onError,
    });
  const reflectors = new Map<string, Reflector>(
    resources.map((resource) => [
      resource.resource,
      follow(resource, tellSeen(store.sinkFor(resource), resource, settings), (error) =>
        settings.onError(resource.resource, error),
      ),
    ]),
  );
  const governors = followGovernors(api, { store, follow, delay, onError: settings.onError });
  const rereadOnce = createReread(api, { resources, kinds, store, pageSize });
  const reread = shareNext(
    (key) => {
      const [name, asked] = JSON.parse(key) as readonly [string, readonly string[] | null];
      return rereadOnce(name, asked === null ? null : new Set(asked));
    },
    () => sleep(REREAD_REST_MS),
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
    doubt(object) {
      const resource = resources.find((one) => kindOf(one) === kindOf(object));
      if (resource !== undefined) reflectors.get(resource.resource)?.renew();
    },
    namespace: store.namespace,
    nodeAgents: listAgentsOf(() => store.allOf(daemonSetResource)),
    namespaces: () => [...store.objectsOf(namespaceResource, '').values()],
    settings: () => ({ ...fixed, cluster: store.cluster() }),
    fault: () => {
      // Asked for with each review.
      const eldest = now() - staleMs;
      let isStale = false;
      for (const reflector of reflectors.values()) {
        const last = reflector.lastContact();
        if (last === null) return 'state-not-synced';
        if (last < eldest) isStale = true;
      }
      return isStale ? 'state-stale' : null;
    },
    reread: (name, asked, waitMs) =>
      within(waitMs, reread(JSON.stringify([name, asked === null ? null : [...asked].toSorted()]))),
    async stop() {
      for (const reflector of reflectors.values()) reflector.stop();
      await Promise.all([governors.stop(), ...[...reflectors.values()].map(({ done }) => done)]);
    },
  };
}

const daemonSetResource = { apiVersion: 'apps/v1', kind: 'DaemonSet', resource: 'daemonsets', namespaced: true };
const namespaceResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };

/** Read again only when they changed. */
function listAgentsOf(daemonSets: () => readonly KubernetesObject[]): () => readonly NodeAgentFacts[] {
  let read: readonly KubernetesObject[] = [];
  let agents: readonly NodeAgentFacts[] = [];
  return () => {
    const now = daemonSets();
    if (now !== read) [read, agents] = [now, listNodeAgents(now)];
    return agents;
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
    beginList: () => sink.beginList(),
    remove(last) {
      sink.remove(last);
      onGone(read(last));
    },
    upsert(object) {
      sink.upsert(object);
      onSeen(read(object));
    },
  };
}
