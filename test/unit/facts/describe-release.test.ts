import { describe, expect, it } from 'vitest';
import { describeRelease } from '../../../src/facts/describe-release.ts';
import type { ReleaseFacts } from '../../../src/facts/schema.ts';
import type { JsonObject, JsonValue } from '../../../src/manifest/document.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { objectOf } from '../../rules/shipped-policy.ts';

function facts(...values: readonly JsonObject[]): ReleaseFacts {
  const objects = values.map((value) => {
    const object = objectOf(value);
    return { object, workload: readWorkload(object, shippedKinds) };
  });
  return describeRelease(objects, { kubernetesMinor: 37, namespace: '' });
}

function deployment(spec: JsonObject = {}, namespace = 'shop', pod: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { ...spec, template: { metadata: { labels: { app: 'web' } }, spec: pod } },
  };
}

function budget(spec: JsonObject, namespace = 'shop'): JsonObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  };
}

const autoscaler = (minReplicas: JsonValue, name = 'web'): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'scale', namespace: 'shop' },
  spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas },
});

describe('replicas', () => {
  it.each([
    ['are one when nothing is written', [deployment()], 1],
    ['are what is written', [deployment({ replicas: 3 })], 3],
    ['are the minimum of an autoscaler', [deployment({ replicas: 1 }), autoscaler(4)], 4],
    ['are one when the autoscaler names no minimum', [deployment({ replicas: 5 }), autoscaler(null)], 1],
    ['stay zero when switched off', [deployment({ replicas: 0 }), autoscaler(4)], 0],
    ['are not those of another target', [deployment({ replicas: 2 }), autoscaler(4, 'other')], 2],
    ['are not known when they cannot be read', [deployment({ replicas: 'many' })], undefined],
  ])('%s', (_, objects, replicas) => {
    expect(facts(...objects).workloads[0]?.replicas).toBe(replicas);
  });

  it('are kept by none but workloads that keep a number', () => {
    expect(
      facts({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'a' }, spec: { template: { spec: {} } } })
        .workloads,
    ).toEqual([]);
  });
});

describe('budgets', () => {
  it.each([
    [{ minAvailable: 1 }, 1, 'blocks'],
    [{ minAvailable: 1 }, 2, 'allows'],
    [{ minAvailable: '50%' }, 2, 'allows'],
    [{ minAvailable: '67%' }, 3, 'blocks'],
    [{ minAvailable: '100%' }, 9, 'blocks'],
    [{ maxUnavailable: 1 }, 1, 'allows'],
    [{ maxUnavailable: 0 }, 3, 'blocks'],
    [{ maxUnavailable: '0%' }, 3, 'blocks'],
    [{ maxUnavailable: '1%' }, 3, 'allows'],
    [{ minAvailable: 0 }, 1, 'allows'],
    [{ minAvailable: 1 }, 0, 'unknown'],
    [{ minAvailable: 'most' }, 2, 'unknown'],
  ])('%j over %i pods: %s', (spec, replicas, verdict) => {
    expect(facts(deployment({ replicas }), budget(spec)).budgets).toMatchObject([{ pods: replicas, verdict }]);
  });

  it('select in their own namespace only, and by every kind of selector', () => {
    expect(facts(deployment(), budget({ minAvailable: 1 }, 'other')).budgets).toMatchObject([
      { pods: 0, verdict: 'unknown' },
    ]);
    const expression = { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] } };
    expect(facts(deployment(), budget({ minAvailable: 1, ...expression })).workloads[0]?.budgets).toEqual(['web']);
    expect(facts(deployment(), budget({ minAvailable: 1, selector: null })).workloads[0]?.budgets).toEqual([]);
    expect(facts(deployment(), budget({ minAvailable: 1, selector: {} })).workloads[0]?.budgets).toEqual(['web']);
  });

  it('without a bound are none', () => {
    expect(facts(budget({})).budgets).toEqual([]);
  });
});

const object = (apiVersion: string, kind: string, namespace?: string, annotations?: JsonObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: {
    name: 'a',
    ...(namespace !== undefined && { namespace }),
    ...(annotations !== undefined && { annotations }),
  },
});

describe('duplicates', () => {
  it.each([
    ['one name twice', object('v1', 'Service'), object('v1', 'Service'), 1],
    ['another version of the group', object('apps/v1', 'Deployment'), object('apps/v1beta1', 'Deployment'), 1],
    [
      'the group that took the kind over',
      object('extensions/v1beta1', 'Ingress'),
      object('networking.k8s.io/v1', 'Ingress'),
      1,
    ],
    ['a cluster kind with a namespace', object('v1', 'Namespace'), object('v1', 'Namespace', 'b'), 1],
    ['annotations on one of them', object('v1', 'Service'), object('v1', 'Service', undefined, { note: 'x' }), 1],
    ['another namespace', object('v1', 'Service', 'a'), object('v1', 'Service', 'b'), 0],
    ['another kind', object('v1', 'Service'), object('v1', 'Secret'), 0],
    ['another group', object('v1', 'Service'), object('serving.knative.dev/v1', 'Service'), 0],
    [
      'another selector of Config Sync',
      object('v1', 'Service', 'a', { 'configmanagement.gke.io/namespace-selector': 'x' }),
      object('v1', 'Service', 'a', { 'configmanagement.gke.io/namespace-selector': 'y' }),
      0,
    ],
  ])('%s', (_, first, second, count) => {
    expect(facts(first, second).duplicates).toHaveLength(count);
  });

  it('objects without a name of their own are none', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'a-' } };
    expect(facts(job, job).duplicates).toEqual([]);
  });
});

const claim = (...accessModes: readonly string[]): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: { accessModes },
});

describe('shared claims', () => {
  const volumes: JsonObject = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
  it.each([
    ['several replicas', { replicas: 2, strategy: { type: 'Recreate' } }, ['ReadWriteOnce'], 'replicas'],
    ['a rolling update', { replicas: 1 }, ['ReadWriteOnce'], 'surge'],
    ['one pod for one node', { replicas: 1 }, ['ReadWriteOncePod'], 'surge'],
    ['Recreate', { replicas: 1, strategy: { type: 'Recreate' } }, ['ReadWriteOnce'], undefined],
    [
      'no surge',
      { replicas: 1, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
      ['ReadWriteOnce'],
      undefined,
    ],
    [
      'a first pod that may end at once',
      { replicas: 1, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } },
      ['ReadWriteOnce'],
      undefined,
    ],
    [
      'a first pod that may not end, as less than one is none',
      { replicas: 1, strategy: { rollingUpdate: { maxUnavailable: '50%' } } },
      ['ReadWriteOnce'],
      'surge',
    ],
    ['a claim for many', { replicas: 3 }, ['ReadWriteOnce', 'ReadWriteMany'], undefined],
    ['no pods', { replicas: 0 }, ['ReadWriteOnce'], undefined],
  ])('%s', (_, spec, modes, reason) => {
    expect(facts(deployment(spec, 'shop', volumes), claim(...modes)).sharedClaims[0]?.reason).toBe(reason);
  });

  it('claims that are not in the input are not judged', () => {
    expect(facts(deployment({ replicas: 2 }, 'other', volumes), claim('ReadWriteOnce')).sharedClaims).toEqual([]);
  });
});
