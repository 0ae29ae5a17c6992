import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { readState, type StateReading } from '../../../src/state/state.ts';
import { objectOf, printed } from '../../helpers/kube-objects.ts';

const read = (...objects: readonly JsonObject[]): StateReading => readState(objects.map(objectOf), 'here');

const inNamespace = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject = {},
  namespace = 'a',
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...rest,
});

const ofCluster = (apiVersion: string, kind: string, name: string, rest: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

describe('a state', () => {
  it('is ordered by namespace and kind; what names no namespace stands in the one given', () => {
    const { state } = read(
      inNamespace('v1', 'Pod', 'one'),
      inNamespace('apps/v1', 'Deployment', 'two', {}, 'b'),
      ofCluster('v1', 'ConfigMap', 'three'),
      ofCluster('v1', 'Namespace', 'empty'),
    );
    const names = [...state.namespaces].map(([name, { objects }]) => [name, [...objects.keys()]]);
    expect(names).toEqual([
      ['a', ['Pod']],
      ['b', ['Deployment.apps']],
      ['here', ['ConfigMap']],
      ['empty', []],
    ]);
  });

  it('has of the same object twice the later', () => {
    const { state } = read(
      inNamespace('v1', 'Pod', 'one', { spec: { x: 1 } }),
      inNamespace('v1', 'Pod', 'one', { spec: { x: 2 } }),
    );
    expect(state.namespaces.get('a')?.objects.get('Pod')).toMatchObject([{ value: { spec: { x: 2 } } }]);
  });

  it('does not take for none what it does not list', () => {
    expect(read(inNamespace('v1', 'Pod', 'one')).state.cluster).toEqual({
      priorityClasses: null,
      runtimeClasses: null,
      storageClasses: null,
      deviceClasses: null,
      nodes: null,
    });
  });

  it('knows the classes of a cluster', () => {
    const { cluster } = read(
      ofCluster('scheduling.k8s.io/v1', 'PriorityClass', 'gold', { value: 7, globalDefault: true }),
      ofCluster('scheduling.k8s.io/v1', 'PriorityClass', 'system-node-critical', { value: 9 }),
      ofCluster('node.k8s.io/v1', 'RuntimeClass', 'heavy', { overhead: { podFixed: { cpu: '100u' } } }),
      ofCluster('storage.k8s.io/v1', 'StorageClass', 'fast', { provisioner: 'p', allowVolumeExpansion: true }),
    ).state;
    expect(cluster.priorityClasses).toEqual([
      { name: 'gold', value: 7, globalDefault: true, preemptionPolicy: 'PreemptLowerPriority' },
    ]);
    expect(cluster.storageClasses).toMatchObject([
      { name: 'fast', isDefault: false, provisioner: 'p', allowVolumeExpansion: true },
    ]);
    expect(printed(cluster.runtimeClasses?.[0]?.overhead ?? new Map())).toEqual({ cpu: '100u' });
  });

  it('has quotas with their usage, in thousandths at least, and their scopes', () => {
    const spec = {
      hard: { cpu: '1100u', pods: 3 },
      scopes: ['NotTerminating'],
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }] },
    };
    const status = { hard: { cpu: '1' }, used: { cpu: '500m' } };
    const [quota] =
      read(inNamespace('v1', 'ResourceQuota', 'q', { spec, status })).state.namespaces.get('a')?.quotas ?? [];
    expect(printed(quota?.hard ?? new Map())).toEqual({ cpu: '2m', pods: '3' });
    expect(printed(quota?.used ?? new Map())).toEqual({ cpu: '500m' });
    expect(quota?.scopes).toEqual([
      { scope: 'NotTerminating', operator: 'Exists', values: [] },
      { scope: 'PriorityClass', operator: 'In', values: ['gold'] },
    ]);
  });

  it('does not know what a quota without status holds', () => {
    const { state } = read(inNamespace('v1', 'ResourceQuota', 'q', { spec: { hard: { pods: '3' } } }));
    expect(state.namespaces.get('a')?.quotas[0]?.used).toBeNull();
  });

  it.each<readonly [string, JsonObject, string]>([
    [
      'an amount of a quota',
      inNamespace('v1', 'ResourceQuota', 'q', { spec: { hard: { 'a/b': '1x' } } }),
      '/spec/hard/a~1b',
    ],
    [
      'what a quota has used',
      inNamespace('v1', 'ResourceQuota', 'q', { spec: { hard: {} }, status: { used: { pods: 'many' } } }),
      '/status/used/pods',
    ],
    ['a list of amounts', inNamespace('v1', 'ResourceQuota', 'q', { spec: { hard: ['pods'] } }), '/spec/hard'],
    [
      'a bound of a limit range',
      inNamespace('v1', 'LimitRange', 'l', { spec: { limits: [{ type: 'Pod', max: { cpu: '1 core' } }] } }),
      '/spec/limits/0/max/cpu',
    ],
  ])('that has broken %s is none', (_, object, pointer) => {
    expect(read(object).problems.map((problem) => problem.pointer)).toEqual([pointer]);
  });
});

const namespace = (labels: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'a', labels },
});

describe('a namespace is governed by', () => {
  const pod = inNamespace('v1', 'Pod', 'one');
  it.each<readonly [string, readonly JsonObject[], readonly JsonObject[]]>([
    ['nothing else', [namespace({})], []],
    [
      'a ClusterResourceQuota that selects it',
      [
        namespace({ team: 'x' }),
        ofCluster('quota.openshift.io/v1', 'ClusterResourceQuota', 'all', {
          spec: { selector: { labels: { matchLabels: { team: 'x' } } } },
        }),
      ],
      [{ kind: 'ClusterResourceQuota', name: 'all' }],
    ],
    [
      'no ClusterResourceQuota that selects others',
      [
        namespace({ team: 'y' }),
        ofCluster('quota.openshift.io/v1', 'ClusterResourceQuota', 'all', {
          spec: { selector: { labels: { matchLabels: { team: 'x' } } } },
        }),
      ],
      [],
    ],
    [
      'a ClusterResourceQuota that may select it',
      [
        ofCluster('quota.openshift.io/v1', 'ClusterResourceQuota', 'all', {
          spec: { selector: { labels: { matchLabels: { team: 'x' } } } },
        }),
      ],
      [{ kind: 'ClusterResourceQuota', name: 'all' }],
    ],
    ['a tenant of Capsule', [namespace({ 'capsule.clastix.io/tenant': 'oil' })], [{ kind: 'Capsule', name: 'oil' }]],
    ['a tree of HNC', [namespace({ 'root.tree.hnc.x-k8s.io/depth': '1' })], [{ kind: 'HNC', name: 'root' }]],
    [
      'a queue of Kueue',
      [inNamespace('kueue.x-k8s.io/v1beta1', 'LocalQueue', 'main')],
      [{ kind: 'Kueue', name: 'main' }],
    ],
  ])('%s', (_, objects, governors) => {
    expect(read(pod, ...objects).state.namespaces.get('a')?.governedBy).toEqual(governors);
  });
});
