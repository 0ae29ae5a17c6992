import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type ClusterApi } from '../../../src/cluster/api.ts';
import { followGovernors } from '../../../src/cluster/follow-governors.ts';
import { reduceObject } from '../../../src/cluster/reduce.ts';
import { startReflector, type Reflector } from '../../../src/cluster/reflector.ts';
import { listPath, type ClusterResource } from '../../../src/cluster/resources.ts';
import { createClusterStore } from '../../../src/cluster/store.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { listByGet } from '../../helpers/cluster-fakes.ts';

const groupOf = (name: string): JsonObject => ({ name, preferredVersion: { groupVersion: `${name}/v1` } });
const clusterQuota = (name: string, namespaces: readonly string[], selector: JsonObject): JsonObject => ({
  metadata: { name },
  spec: { selector, quota: { hard: { pods: '10' } } },
  status: { namespaces: namespaces.map((namespace) => ({ namespace, status: { used: { pods: '3' } } })) },
});
const openshift = '/apis/quota.openshift.io/v1/clusterresourcequotas';

let stop: (() => Promise<void>) | null = null;
afterEach(() => stop?.());

/** @param collections - lists by path; an error in the place of one is the server's answer */
function start(groups: string[], collections: Record<string, readonly JsonObject[] | Error>) {
  const get: ClusterApi['get'] = (path) => {
    if (path === '/apis') return Promise.resolve({ groups: groups.map(groupOf) });
    const items = collections[path] ?? [];
    if (items instanceof Error) return Promise.reject(items);
    return Promise.resolve({ metadata: { resourceVersion: '5' }, items });
  };
  const api: ClusterApi = {
    get,
    list: listByGet(get),
    send: () => Promise.reject(new Error('nothing is written')),
    watch: (_path, _query, _onEvent, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  };
  const store = createClusterStore();
  store.sinkFor({ apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false }).upsert({
    metadata: { name: 'a', labels: { team: 'oil' } },
  });
  /** Each wait lasts until the test lets time pass. */
  const waiting: (() => void)[] = [];
  const delay = (_ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  const follow = (
    resource: ClusterResource,
    sink: Parameters<typeof startReflector>[1],
    onError: (e: unknown) => void,
  ) =>
    startReflector(api, sink, {
      path: listPath(resource),
      reduce: (object) => reduceObject(object, resource.apiVersion, resource.kind),
      pageSize: 2,
      watchSeconds: 60,
      delay,
      now: () => 0,
      random: () => 1,
      onError,
    }) satisfies Reflector;
  const errors: string[] = [];
  const followed = followGovernors(api, { store, follow, delay, onError: (resource) => errors.push(resource) });
  ({ stop } = followed);
  const passTime = async (): Promise<void> => {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    for (const resolve of waiting.splice(0)) resolve();
  };
  const seen = () => {
    const { governedBy, unread } = store.namespace('a');
    return { governedBy: governedBy.map(({ kind, name }) => `${kind} ${name}`), unread };
  };
  return { seen, errors, passTime };
}

describe('followGovernors', () => {
  it.each([
    ['its status names the namespace', clusterQuota('q', ['b', 'a'], { annotations: { owner: 'me' } }), true],
    ['its selector takes the namespace', clusterQuota('q', [], { labels: { matchLabels: { team: 'oil' } } }), true],
    ['it covers others', clusterQuota('q', ['b'], { labels: { matchLabels: { team: 'gas' } } }), false],
  ])('sees a ClusterResourceQuota of OpenShift: %s', async (_case, quota, covers) => {
    const { seen } = start(['quota.openshift.io'], { [openshift]: [quota] });
    const governedBy = covers ? ['ClusterResourceQuota q'] : [];
    await vi.waitFor(() => expect(seen()).toEqual({ governedBy, unread: [] }));
  });

  it('sees quotas of HNC and queues of Kueue', async () => {
    const object = { metadata: { namespace: 'a', name: 'own' } };
    const { seen } = start(['hnc.x-k8s.io', 'kueue.x-k8s.io'], {
      '/apis/hnc.x-k8s.io/v1/hierarchicalresourcequotas': [object],
      '/apis/kueue.x-k8s.io/v1/localqueues': [object],
    });
    await vi.waitFor(() => expect(seen()).toEqual({ governedBy: ['HNC own', 'Kueue own'], unread: [] }));
  });

  it('sees what is installed later', async () => {
    const groups: string[] = [];
    const { seen, passTime } = start(groups, { [openshift]: [clusterQuota('late', ['a'], {})] });
    await vi.waitFor(() => expect(seen()).toEqual({ governedBy: [], unread: [] }));
    groups.push('quota.openshift.io');
    await passTime();
    await vi.waitFor(() => expect(seen().governedBy).toEqual(['ClusterResourceQuota late']));
  });

  it('names what it may not read, until it may', async () => {
    const collections: Record<string, readonly JsonObject[] | Error> = {
      [openshift]: new ApiError(403, 'Forbidden', 'cannot list'),
      '/apis/kueue.x-k8s.io/v1/localqueues': new ApiError(403, 'Forbidden', 'cannot list'),
    };
    const { seen, errors, passTime } = start(['quota.openshift.io', 'kueue.x-k8s.io'], collections);
    // Kueue takes only what is labelled for it.
    await vi.waitFor(() => expect(errors.toSorted()).toEqual(['clusterresourcequotas', 'localqueues']));
    expect(seen()).toEqual({ governedBy: [], unread: ['clusterresourcequotas'] });
    collections[openshift] = [clusterQuota('q', ['a'], {})];
    await passTime();
    await vi.waitFor(() => expect(seen()).toEqual({ governedBy: ['ClusterResourceQuota q'], unread: [] }));
  });
});
