import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../../src/fit/commitment.ts';
import { judgeChange, listBlocking } from '../../../src/fit/judge-change.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { printQuantity } from '../../../src/quantity/print.ts';
import { emptyNamespace, readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

const podSpec = (cpu: string): JsonObject => ({
  containers: [{ name: 'app', image: 'app:1', resources: { limits: { cpu } } }],
});
const metadata = (name: string, more: JsonObject = {}): JsonObject => ({ name, namespace: 'a', uid: name, ...more });
const ownedBy = (apiVersion: string, kind: string, name: string): JsonObject => ({
  ownerReferences: [{ apiVersion, kind, name, uid: name, controller: true }],
});
const bound = (hard: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: metadata('team'),
  spec: { hard },
});
/** At rest, as its status says, unless the rest says otherwise. */
const workload = (kind: string, replicas: number, spec: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: metadata('web', { generation: 2 }),
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: podSpec('1') },
    ...spec,
  },
  status: { observedGeneration: 2, replicas, updatedReplicas: replicas, ...status },
});
const replicaSet = (name: string, replicas: number, owner = 'web'): JsonObject => ({
  ...workload('ReplicaSet', replicas),
  metadata: metadata(name, ownedBy('apps/v1', 'Deployment', owner)),
});
const pods = (count: number, cpu: string, owner: JsonObject): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(`pod-${cpu}-${index}`, owner),
    spec: podSpec(cpu),
    status: { phase: 'Running' },
  }));
const ofSet = ownedBy('apps/v1', 'ReplicaSet', 'web-1');
const ofStatefulSet = ownedBy('apps/v1', 'StatefulSet', 'web');

const options = { kubernetesMinor: 37, kinds: shippedKinds };
const tooMuch = objectOf({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata('probe'),
  spec: {
    replicas: 1_000_000,
    selector: { matchLabels: { app: 'probe' } },
    template: { metadata: { labels: { app: 'probe' } }, spec: podSpec('1') },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
});

function readNamespace(state: readonly JsonObject[], unread: readonly string[] = []) {
  const { cluster, namespaces, volumes } = readState(state.map(objectOf), 'a').state;
  const namespace = { ...(namespaces.get('a') ?? emptyNamespace('a')), unread };
  return { namespace, settings: { cluster, volumes, injected: [], options } };
}

function commitTo(state: readonly JsonObject[], pending: readonly JsonObject[] = []) {
  const { namespace, settings } = readNamespace(state);
  return createCommitter()(namespace, settings, pending.map(objectOf));
}

/** @returns asks one webhook's memory about one state after the other: what others have, by resource */
function watch() {
  const commit = createCommitter();
  return (state: readonly JsonObject[], unread: readonly string[] = []) => {
    const { namespace, settings } = readNamespace(state, unread);
    const verdict = judgeChange(commit(namespace, settings, []), tooMuch, null);
    if (verdict.kind !== 'short') throw new Error(`the probe is ${verdict.kind}`);
    return Object.fromEntries(verdict.shortages.map(({ resource, others }) => [resource, printQuantity(others)]));
  };
}

/** @returns how many replicas fit, where not all do */
function judge(...of: Parameters<typeof judgeChange>): number | string | null {
  const verdict = judgeChange(...of);
  return verdict.kind === 'short' ? verdict.largest : verdict.kind;
}

const cpu = bound({ 'limits.cpu': '100' });
const narrow: JsonObject = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: metadata('narrow'),
  spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] },
};

describe('what others have of a quota', () => {
  it.each<[string, readonly JsonObject[], string]>([
    [
      'pods of an earlier template, while a rollout is paused',
      [workload('Deployment', 2, { paused: true }), replicaSet('web-1', 2), ...pods(2, '3', ofSet)],
      '6',
    ],
    [
      'what a paused rollout asks for once it goes on, where that is more',
      [workload('Deployment', 2, { paused: true }), replicaSet('web-1', 2), ...pods(2, '500m', ofSet)],
      '2',
    ],
    [
      'the template alone, while pods are being replaced',
      [
        workload('Deployment', 2, {}, { updatedReplicas: 1, replicas: 3 }),
        replicaSet('web-1', 2),
        ...pods(2, '3', ofSet),
      ],
      '2',
    ],
    [
      'the template alone, before its controller has looked at it',
      [workload('Deployment', 2, {}, { observedGeneration: 1 }), replicaSet('web-1', 2), ...pods(2, '3', ofSet)],
      '2',
    ],
    [
      'pods that were resized in place',
      [workload('Deployment', 2), replicaSet('web-1', 2), ...pods(1, '3', ofSet), ...pods(1, '1', ofSet)],
      '4',
    ],
    [
      'no pods that are about to be scaled away',
      [workload('Deployment', 2), replicaSet('web-1', 2), ...pods(3, '3', ofSet)],
      '2',
    ],
    [
      'pods of a workload that a limit range now bars',
      [
        narrow,
        workload('Deployment', 2, { template: { metadata: { labels: { app: 'web' } }, spec: podSpec('2') } }),
        replicaSet('web-1', 2),
        ...pods(2, '2', ofSet),
      ],
      '4',
    ],
    [
      'pods below the partition of a StatefulSet',
      [
        workload('StatefulSet', 2, { updateStrategy: { rollingUpdate: { partition: 1 } } }, { updatedReplicas: 1 }),
        ...pods(1, '3', ofStatefulSet),
        ...pods(1, '1', ofStatefulSet),
      ],
      '4',
    ],
    [
      'pods that are replaced when somebody deletes them',
      [
        workload('StatefulSet', 2, { updateStrategy: { type: 'OnDelete' } }, { updatedReplicas: 0 }),
        ...pods(2, '3', ofStatefulSet),
      ],
      '6',
    ],
    [
      'pods of a bare ReplicaSet, whose template changes none of them',
      [{ ...workload('ReplicaSet', 2), metadata: metadata('web-1') }, ...pods(2, '3', ofSet)],
      '6',
    ],
    [
      'nothing of what the garbage collector has next, since its owner is gone',
      [replicaSet('web-1', 2), ...pods(2, '1', ofSet)],
      '0',
    ],
    ['pods that a node runs of its own', pods(2, '1', ownedBy('v1', 'Node', 'node-1')), '2'],
    [
      'children of a custom controller, of which nobody knows whether it is there',
      [{ ...replicaSet('web-1', 2), metadata: metadata('web-1', ownedBy('example.com/v1', 'Fleet', 'web')) }],
      '2',
    ],
  ])('is %s', (_case, state, others) => {
    expect(watch()([cpu, ...state])).toEqual({ 'limits.cpu': others });
  });

  it('is what children ask for whose owners may not be read', () => {
    expect(watch()([cpu, replicaSet('web-1', 2)], ['deployments'])).toEqual({ 'limits.cpu': '2' });
  });

  it.each([
    ['all that are kept', {}, '3'],
    ['no more than are kept at rest', { revisionHistoryLimit: 1 }, '2'],
  ])('is the ReplicaSets that Deployments keep for rollbacks: %s', (_case, spec, others) => {
    const sets = ['web-1', 'web-2', 'web-3'].map((name) => replicaSet(name, name === 'web-3' ? 2 : 0));
    const state = [bound({ 'count/replicasets.apps': '3' }), workload('Deployment', 2, spec), ...sets];
    expect([...commitTo(state).total.values()].map((nano) => String(nano / 1_000_000_000n))).toEqual([others]);
  });

  it('is the ControllerRevisions that their quota counts, which nobody sees', () => {
    const hard = { 'count/controllerrevisions.apps': '3' };
    const counted = { ...bound(hard), status: { hard, used: { 'count/controllerrevisions.apps': '3' } } };
    expect(watch()([counted, workload('StatefulSet', 1)])).toEqual({ 'count/controllerrevisions.apps': '3' });
  });
});

const storage = bound({ 'requests.storage': '3Gi' });
const set = (name: string, replicas: number): JsonObject => ({
  ...tooMuch.value,
  metadata: metadata(name),
  spec: { ...(tooMuch.value['spec'] as JsonObject), replicas },
});
const claims = (sizes: readonly string[], name = 'web'): readonly JsonObject[] =>
  sizes.map((size, ordinal) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: metadata(`data-${name}-${ordinal}`),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
  }));
const judgeSet = (state: readonly JsonObject[], replicas: number, pending: readonly JsonObject[] = []) =>
  judge(commitTo([storage, ...state], pending), objectOf(set('web', replicas)), null);

describe('claims of StatefulSets', () => {
  it('that an earlier one left are not asked for once more', () => {
    expect(judgeSet(claims(['1Gi', '1Gi', '1Gi']), 3)).toBe('fits');
    expect(judgeSet(claims(['1Gi', '1Gi', '1Gi']), 4)).toBe(3);
    expect(judgeSet(claims(['1Gi', '1Gi']), 5)).toBe(3);
  });

  it('count once while one of the same name is admitted, and not shown yet', () => {
    const left = claims(['1Gi', '1Gi'], 'db');
    expect(judgeSet(left, 1, [set('db', 2)])).toBe('fits');
    expect(judgeSet(left, 2, [set('db', 2)])).toBe(1);
  });

  it('count as they are, also when only they change', () => {
    const others = watch();
    const web = set('web', 1);
    const [first, second] = claims(['1Gi', '1Gi']);
    const seen = [[first, second], [first], claims(['2Gi'])].map((held) =>
      others([storage, web, ...held.filter((claim) => claim !== undefined)]),
    );
    expect(seen.map((amounts) => amounts['requests.storage'])).toEqual(['2Gi', '1Gi', '2Gi']);
  });

  it('stand for themselves once their StatefulSet is going away', () => {
    const going = { ...set('web', 2), metadata: metadata('web', { deletionTimestamp: '2026-01-01T00:00:00Z' }) };
    expect(watch()([storage, going, ...claims(['1Gi', '1Gi'])])['requests.storage']).toBe('2Gi');
  });
});

function judgeScale(quota: JsonObject, from: number, to: number) {
  const old = workload('Deployment', from);
  return judge(commitTo([quota, old]), objectOf(workload('Deployment', to)), objectOf(old));
}

function listReread(state: readonly JsonObject[]): readonly string[] {
  const commitments = commitTo([cpu, ...state]);
  return [...listBlocking(commitments, judgeChange(commitments, tooMuch, null))].toSorted();
}

describe('what is looked at once more before a denial', () => {
  it('is who asks for what is short, and the pods of who has more than that', () => {
    const old = [replicaSet('web-1', 2), ...pods(2, '3', ofSet)];
    expect(listReread([workload('Deployment', 2), replicaSet('web-1', 2), ...pods(2, '1', ofSet)])).toEqual([
      'apps/v1 Deployment',
    ]);
    expect(listReread([workload('Deployment', 2, { paused: true }), ...old])).toEqual([
      'apps/v1 Deployment',
      'apps/v1 ReplicaSet',
      'v1 Pod',
    ]);
  });
});

describe('the largest count that fits', () => {
  it('is no more because there were more before', () => {
    expect(judgeScale(bound({ 'limits.cpu': '2' }), 4, 5)).toBe(2);
  });

  it('hangs on nothing that is there already without any replica', () => {
    expect(judgeScale(bound({ 'limits.cpu': '6', 'count/replicasets.apps': '0' }), 4, 8)).toBe(6);
  });
});
