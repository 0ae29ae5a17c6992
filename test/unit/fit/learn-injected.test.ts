import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../../src/fit/commitment.ts';
import { fitRelease } from '../../../src/fit/fit-release.ts';
import { judgeChange } from '../../../src/fit/judge-change.ts';
import { injectedInto, learnInjected } from '../../../src/fit/learn-injected.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { printQuantity } from '../../../src/quantity/print.ts';
import { emptyNamespace, readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { objectOf } from '../../helpers/kube-objects.ts';
import { createFitOptions } from '../../helpers/fit-options.ts';

const resources = (cpu: string): JsonObject => ({ requests: { cpu }, limits: { cpu } });
const app: JsonObject = { name: 'app', image: 'app:1', resources: resources('1') };
const proxy: JsonObject = { name: 'istio-proxy', image: 'proxyv2:1.30', resources: resources('500m') };
/** As Istio adds it since native sidecars are its default. */
const sidecar: JsonObject = { ...proxy, restartPolicy: 'Always' };
const init: JsonObject = { name: 'istio-init', image: 'proxyv2:1.30', resources: resources('10m') };

const templateOf = (name: string, containers: readonly JsonObject[] = [app]): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { containers },
});
const meta = (name: string, more: JsonObject = {}): JsonObject => ({ name, namespace: 'shop', generation: 1, ...more });
const ownedBy = (kind: string, name: string, apiVersion = 'apps/v1'): JsonObject => ({
  ownerReferences: [{ apiVersion, kind, name, controller: true }],
});

function deployment(name: string, replicas: number, template = templateOf(name)): JsonObject {
  const spec = { replicas, selector: { matchLabels: { app: name } }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta(name), spec };
}

/** A Deployment's ReplicaSet with one pod, as a cluster has them. */
function running(name: string, spec: JsonObject, at = '2026-11-01T00:00:00Z', hash = '5d'): readonly JsonObject[] {
  const set = `${name}-${hash}`;
  const labels = { app: name, 'pod-template-hash': hash };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta(set, ownedBy('Deployment', name)),
      spec: { replicas: 1, selector: { matchLabels: labels }, template: templateOf(name) },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(`${set}-x`, { ...ownedBy('ReplicaSet', set), labels, creationTimestamp: at }),
      spec,
      status: { phase: 'Running' },
    },
  ];
}

function stateful(name: string, status: JsonObject, revision: string): readonly JsonObject[] {
  const labels = { app: name, 'controller-revision-hash': revision };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: meta(name),
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: templateOf(name) },
      status,
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(`${name}-0`, { ...ownedBy('StatefulSet', name), labels }),
      spec: { containers: [app, proxy] },
      status: { phase: 'Running' },
    },
  ];
}

const stateOf = (values: readonly JsonObject[]) => readState(values.map(objectOf), 'shop').state;
const learn = (...values: readonly (readonly JsonObject[])[]) =>
  learnInjected(stateOf(values.flat()).namespaces.get('shop') ?? emptyNamespace('shop'));
/** Names of what a pod of this maker will get. */
const names = (injection: ReturnType<typeof learn>, maker: string, template: JsonObject = {}) => {
  const { before, after, containers } = injectedInto(injection, template, maker);
  return [before, after, containers].map((list) => list.map(({ name }) => name));
};

describe('learnInjected', () => {
  it('learns what a pod has beside its template, for its Deployment and for nobody else', () => {
    const seen = learn(running('web', { containers: [app, proxy], initContainers: [init] }));
    expect(names(seen, 'web')).toEqual([['istio-init'], [], ['istio-proxy']]);
    expect(names(seen, 'web-5d')).toEqual([['istio-init'], [], ['istio-proxy']]);
    expect(names(seen, 'api')).toEqual([[], [], []]);
  });

  it('keeps of a container only what it costs', () => {
    const seen = learn(running('web', { containers: [app, { ...proxy, env: [{ name: 'A', value: 'secret' }] }] }));
    expect(injectedInto(seen, {}, 'web').containers).toEqual([{ name: 'istio-proxy', resources: resources('500m') }]);
  });

  it('believes that all get what two workloads have in common', () => {
    const seen = learn(
      running('web', { containers: [app, proxy] }),
      running('api', { containers: [app, proxy, { name: 'vault-agent' }] }),
    );
    expect(names(seen, 'new')).toEqual([[], [], ['istio-proxy']]);
    expect(names(seen, 'api')).toEqual([[], [], ['istio-proxy', 'vault-agent']]);
  });

  it('does not believe it when one workload has nothing', () => {
    const seen = learn(
      running('web', { containers: [app, proxy] }),
      running('api', { containers: [app, proxy] }),
      running('old', { containers: [app] }),
    );
    expect(names(seen, 'new')).toEqual([[], [], []]);
  });

  it('goes by the youngest pod: what was injected before is of yesterday', () => {
    const seen = learn(
      running('web', { containers: [app] }, '2026-11-02T00:00:00Z', 'new'),
      running('web', { containers: [app, proxy] }, '2026-11-01T00:00:00Z', 'old'),
    );
    expect(names(seen, 'web')).toEqual([[], [], []]);
  });

  it.each<[string, JsonObject, boolean]>([
    ['labels', { labels: { 'sidecar.istio.io/inject': 'false' } }, true],
    ['annotations', { annotations: { 'linkerd.io/inject': 'disabled' } }, true],
    ['annotations', { annotations: { 'vault.hashicorp.com/agent-inject': 'true' } }, false],
  ])('leaves out a template whose %s refuse it', (_, metadata, refuses) => {
    const seen = learn(running('web', { containers: [app, proxy] }));
    expect(names(seen, 'web', { metadata })).toEqual([[], [], refuses ? [] : ['istio-proxy']]);
  });

  it.each<[string, JsonObject, string, boolean]>([
    ['has its revision', { observedGeneration: 1, updateRevision: 'db-2' }, 'db-2', true],
    ['is of an earlier revision', { observedGeneration: 1, updateRevision: 'db-2' }, 'db-1', false],
    [
      'is of a revision that nobody has looked at yet',
      { observedGeneration: 0, updateRevision: 'db-1' },
      'db-1',
      false,
    ],
  ])('learns from the pod of a StatefulSet that %s: %o', (_, status, revision, learns) => {
    expect(names(learn(stateful('db', status, revision)), 'db')).toEqual([[], [], learns ? ['istio-proxy'] : []]);
  });
});

const quota = (cpu: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: meta('team'),
  spec: { hard: { 'limits.cpu': cpu } },
});
const judge = (state: readonly JsonObject[], next: JsonObject) => {
  const { cluster, namespaces, volumes } = stateOf(state);
  const settings = { cluster, volumes, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
  const commitments = createCommitter()(namespaces.get('shop') ?? emptyNamespace('shop'), settings, []);
  const verdict = judgeChange(commitments, objectOf(next), null);
  return verdict.kind === 'short'
    ? [
        ...verdict.shortages.map(({ others, wanted }) => `${printQuantity(others)} + ${printQuantity(wanted)}`),
        ...verdict.injected,
      ]
    : verdict.kind;
};

describe('what is injected', () => {
  it.each<[string, JsonObject]>([
    ['a container', { containers: [app, proxy] }],
    ['a native sidecar', { containers: [app], initContainers: [sidecar] }],
  ])('counts in what a namespace has promised, and in a new rollout: %s', (_, spec) => {
    const state = [quota('4'), deployment('web', 2), ...running('web', spec)];
    expect(judge(state, deployment('web', 3))).toEqual(['0 + 4500m', 'istio-proxy']);
    expect(judge(state, deployment('api', 2))).toEqual(['3 + 2']);
    const both = [...state, deployment('api', 1), ...running('api', spec)];
    expect(judge(both, deployment('api', 2))).toEqual(['3 + 3', 'istio-proxy']);
    expect(judge(both, deployment('new', 1))).toEqual(['4500m + 1500m', 'istio-proxy']);
  });

  it('is counted once where the template names it itself', () => {
    const state = [quota('2'), deployment('web', 1), ...running('web', { containers: [app, proxy] })];
    expect(judge(state, deployment('web', 2, templateOf('web', [app, proxy])))).toEqual(['0 + 3']);
  });

  it('is known to quotafit fit too, which says so', () => {
    const options = createFitOptions({ namespace: 'shop' });
    const state = [quota('4'), deployment('web', 1), ...running('web', { containers: [app, proxy] })];
    const outcome = fitRelease([objectOf(deployment('web', 3))], state.map(objectOf), options);
    if (outcome.kind === 'bad-state') throw new Error('bad state');
    expect(outcome.report.workloads[0]?.maxReplicas).toBe(2);
    expect(outcome.report.assumptions).toContain('injected containers, as live pods of shop have them: istio-proxy');
  });
});
