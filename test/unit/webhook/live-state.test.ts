import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type ClusterApi, type Query, type WatchEvent } from '../../../src/cluster/api.ts';
import { clusterResources, listPath, ruleResources } from '../../../src/cluster/resources.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { stringAt } from '../../../src/manifest/fields.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { startLiveState, type RunningLiveState } from '../../../webhook/live-state.ts';
import { listByGet } from '../../helpers/cluster-fakes.ts';

const canary = 'CANARY-71d2';
const quota = (hard: string): JsonObject => ({
  metadata: { name: 'team', namespace: 'a' },
  spec: { hard: { pods: hard } },
  status: { hard: { pods: hard }, used: { pods: '0' } },
});
const rollout: JsonObject = {
  metadata: { name: 'shop', namespace: 'a', annotations: { note: canary } },
  spec: {
    replicas: 2,
    strategy: { canary: { steps: [{ note: canary }] } },
    template: { spec: { containers: [{ name: 'main', image: 'shop:1', env: [{ name: 'X', value: canary }] }] } },
  },
};
const rollouts = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', resource: 'rollouts', namespaced: true };
const forbidden = new ApiError(403, 'Forbidden', 'no');

const version = (object: JsonObject, resourceVersion: string): JsonObject => ({
  ...object,
  metadata: { name: stringAt(object, 'metadata', 'name'), namespace: 'a', resourceVersion },
});

let state: RunningLiveState | null = null;
afterEach(() => state?.stop());

/** An API server that holds objects by path; what it does not hold is an empty list. */
function start(
  held: Record<string, readonly JsonObject[]>,
  refused: readonly string[] = [],
  unserved: readonly string[] = [],
  staleMs = 120_000,
) {
  const requests: string[] = [];
  const queries: Query[] = [];
  const watchers = new Map<string, (event: WatchEvent) => void>();
  let time = 0;
  const errors: string[] = [];
  const gone: string[] = [];
  const get: ClusterApi['get'] = (path) => {
    requests.push(path);
    if (path === '/apis') {
      return Promise.resolve({
        groups: [{ name: 'hnc.x-k8s.io', preferredVersion: { groupVersion: 'hnc.x-k8s.io/v1' } }],
      });
    }
    if (refused.includes(`list ${path}`)) return Promise.reject(forbidden);
    if (unserved.includes(path)) return Promise.reject(new ApiError(404, 'NotFound', 'the server could not find it'));
    return Promise.resolve({ metadata: { resourceVersion: '5' }, items: held[path] ?? [] });
  };
  const api: ClusterApi = {
    get,
    list: listByGet(get),
    send: () => Promise.reject(new Error('nothing is written')),
    watch: (path, query, onEvent, signal) => {
      queries.push(query);
      if (refused.includes(`watch ${path}`)) return Promise.reject(forbidden);
      watchers.set(path, onEvent);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
  const started = startLiveState(api, {
    customResources: [rollouts],
    kinds: shippedKinds,
    kubernetesMinor: 37,
    pageSize: 500,
    staleMs,
    now: () => time,
    onSeen: () => undefined,
    onGone: ({ name }) => gone.push(name),
    onError: (resource, error) => errors.push(`${resource}: ${String(error)}`),
  });
  state = started;
  const emit = (path: string, type: WatchEvent['type'], object: JsonObject): void =>
    watchers.get(path)?.({ type, object });
  return { state: started, requests, queries, errors, gone, emit, waitFor: (ms: number) => (time += ms), watchers };
}

const agent = (image: string): JsonObject => ({
  metadata: { name: 'logs', namespace: 'kube-system', resourceVersion: '9' },
  spec: { template: { spec: { containers: [{ name: 'collector', image }] } } },
});

describe('startLiveState', () => {
  const needed = [...clusterResources, ...ruleResources, rollouts];

  it.each(needed.map((resource) => [resource.resource, listPath(resource)]))(
    'is not synced without the right to list %s, and names it',
    async (name, path) => {
      const { state: live, errors } = start({}, [`list ${path}`]);
      await vi.waitFor(() => expect(live.missing()).toEqual([name]));
      expect([live.fault(), errors]).toEqual(['state-not-synced', [`${name}: ApiError: no`]]);
    },
  );

  it.each(needed.map((resource) => [resource.resource, listPath(resource)]))(
    'grows stale without the right to watch %s, and names it',
    async (name, path) => {
      const { state: live, errors, waitFor, emit, watchers } = start({}, [`watch ${path}`]);
      await live.synced;
      await vi.waitFor(() => expect([errors, watchers.size]).toEqual([[`${name}: ApiError: no`], needed.length]));
      expect(live.fault()).toBeNull();
      waitFor(121_000);
      for (const heard of watchers.keys()) emit(heard, 'BOOKMARK', { metadata: { resourceVersion: '6' } });
      expect(live.fault()).toBe('state-stale');
      expect([...live.ages()].filter(([, age]) => age > 0)).toEqual([[name, 121_000]]);
    },
  );

  it('keeps of custom workloads what their description points to, and nothing else', async () => {
    const { state: live } = start({ [listPath(rollouts)]: [rollout] });
    await live.synced;
    const [held] = live.namespace('a').objects.get('Rollout.argoproj.io') ?? [];
    expect(held?.value['spec']).toMatchObject({
      replicas: 2,
      template: { spec: { containers: [{ image: 'shop:1' }] } },
    });
    expect(JSON.stringify(held)).not.toContain(canary);
  });

  it('looks at one namespace once more, past the watches, and only at what a denial hangs on', async () => {
    const held: Record<string, readonly JsonObject[]> = { '/api/v1/resourcequotas': [quota('4')] };
    const { state: live, requests } = start(held);
    await live.synced;
    requests.length = 0;
    held['/api/v1/namespaces/a/resourcequotas'] = [quota('9')];
    const looked = await live.reread('a', new Set(['apps/v1 Deployment', 'argoproj.io/v1alpha1 Rollout']), 5000);
    expect(looked.quotas[0]?.hard.get('pods')?.text).toBe('9');
    expect(live.namespace('a').quotas[0]?.hard.get('pods')?.text).toBe('4');
    expect(requests.toSorted()).toEqual([
      '/api/v1/namespaces/a/limitranges',
      '/api/v1/namespaces/a/resourcequotas',
      '/apis/apps/v1/namespaces/a/deployments',
      '/apis/argoproj.io/v1alpha1/namespaces/a/rollouts',
    ]);
  });

  it('does not read again, at the next look, what has the version that it was last seen with', async () => {
    const own = '/api/v1/namespaces/a/resourcequotas';
    const first = version(quota('4'), '7');
    const held: Record<string, readonly JsonObject[]> = { '/api/v1/resourcequotas': [first], [own]: [first] };
    const { state: live, watchers, emit } = start(held);
    await live.synced;
    const look = async () => (await live.reread('a', new Set(), 5000)).quotas[0]?.hard.get('pods')?.text;
    expect(await live.reread('a', new Set(), 5000)).toBe(live.namespace('a'));
    held[own] = [version(quota('6'), '7')];
    expect(await look()).toBe('4');
    held[own] = [version(quota('6'), '8')];
    expect(await look()).toBe('6');
    held[own] = [version(quota('5'), '7')];
    await vi.waitFor(() => expect(watchers.has('/api/v1/resourcequotas')).toBe(true));
    emit('/api/v1/resourcequotas', 'MODIFIED', version(quota('3'), '9'));
    expect(live.namespace('a').quotas[0]?.hard.get('pods')?.text).toBe('3');
    expect(await look()).toBe('5');
  });

  it('looks at all of a namespace where it is asked for all, past a kind that was taken away', async () => {
    const held: Record<string, readonly JsonObject[]> = {};
    const { state: live, requests } = start(held, [], ['/apis/argoproj.io/v1alpha1/namespaces/a/rollouts']);
    await live.synced;
    requests.length = 0;
    held['/api/v1/namespaces/a/resourcequotas'] = [quota('9')];
    const looked = await live.reread('a', null, 5000);
    expect(looked.quotas[0]?.hard.get('pods')?.text).toBe('9');
    const inNamespaces = needed.filter(({ namespaced }) => namespaced);
    expect(requests.toSorted()).toEqual(inNamespaces.map((resource) => listPath(resource, 'a')).toSorted());
  });

  it.each([
    [120_000, 60],
    [20_000, 10],
    [600_000, 60],
  ])(
    'hears twice of a quiet watch before it would be stale after %i ms: it ends after %i s',
    async (staleMs, seconds) => {
      const { state: live, queries } = start({}, [], [], staleMs);
      await live.synced;
      await vi.waitFor(() => expect(queries).not.toHaveLength(0));
      expect(queries[0]).toMatchObject({ timeoutSeconds: seconds });
    },
  );

  it('asks for another watch of the kind of what should have been shown, and of no other', async () => {
    const { state: live, queries, watchers } = start({});
    await live.synced;
    // HNC's quotas besides.
    await vi.waitFor(() => expect(watchers.size).toBe(needed.length + 1));
    const [opened, watch] = [queries.length, watchers.get('/apis/apps/v1/deployments')];
    live.doubt({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'a', name: 'web', value: {}, source: null });
    await vi.waitFor(() => expect(watchers.get('/apis/apps/v1/deployments')).not.toBe(watch));
    expect(queries).toHaveLength(opened + 1);
  });

  it('knows what runs on every node, by the DaemonSets of all namespaces', async () => {
    const path = '/apis/apps/v1/daemonsets';
    const { state: live, emit, watchers } = start({ [path]: [agent('fluent/fluent-bit:3')] });
    await live.synced;
    await vi.waitFor(() => expect(watchers.has(path)).toBe(true));
    const before = live.nodeAgents();
    expect(before).toEqual([{ namespace: 'kube-system', name: 'logs', images: ['docker.io/fluent/fluent-bit'] }]);
    expect(live.nodeAgents()).toBe(before);
    emit(path, 'MODIFIED', agent('timberio/vector:1'));
    expect(live.nodeAgents()).toMatchObject([{ images: ['docker.io/timberio/vector'] }]);
  });

  it('shows what the watches tell, and tells who is gone', async () => {
    const { state: live, emit, gone, watchers } = start({ '/api/v1/resourcequotas': [quota('4')] });
    await live.synced;
    await vi.waitFor(() => expect(watchers.has('/api/v1/resourcequotas')).toBe(true));
    const before = live.namespace('a');
    emit('/api/v1/resourcequotas', 'MODIFIED', version(quota('4'), '6'));
    expect(live.namespace('a')).toBe(before);
    emit('/api/v1/resourcequotas', 'MODIFIED', version(quota('7'), '7'));
    expect(live.namespace('a').quotas[0]?.hard.get('pods')?.text).toBe('7');
    emit('/api/v1/resourcequotas', 'DELETED', version(quota('7'), '8'));
    expect([live.namespace('a').quotas, gone]).toEqual([[], ['team']]);
  });

  it('sees what governs a namespace beside its quotas, and is synced without it', async () => {
    const path = '/apis/hnc.x-k8s.io/v1/hierarchicalresourcequotas';
    const { state: live } = start({ [path]: [{ metadata: { name: 'tree', namespace: 'a' } }] });
    await live.synced;
    await vi.waitFor(() => expect(live.namespace('a').governedBy).toEqual([{ kind: 'HNC', name: 'tree' }]));
    const { state: blind } = start({}, [`list ${path}`]);
    await blind.synced;
    await vi.waitFor(() => expect(blind.namespace('a').unread).toEqual(['hierarchicalresourcequotas']));
    expect([blind.missing(), blind.fault()]).toEqual([[], null]);
    await live.stop();
  });
});
