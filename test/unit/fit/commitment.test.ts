import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../../src/fit/commitment.ts';
import { judgeChange, type ChangeVerdict } from '../../../src/fit/judge-change.ts';
import type { JsonObject, KubernetesObject } from '../../../src/manifest/document.ts';
import { printQuantity } from '../../../src/quantity/print.ts';
import { emptyNamespace, readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';

function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject,
  metadata: JsonObject = {},
): KubernetesObject {
  const value = { apiVersion, kind, metadata: { name, namespace: 'a', uid: `${kind}-${name}`, ...metadata }, ...rest };
  return { apiVersion, kind, namespace: 'a', name, value, source: null };
}
const podSpec = (cpu: string | null) => ({
  containers: [{ name: 'app', image: 'app:1', ...(cpu === null ? {} : { resources: { limits: { cpu } } }) }],
});
const template = (name: string, cpu: string | null) => ({ metadata: { labels: { app: name } }, spec: podSpec(cpu) });
const deployment = (name: string, replicas: number, cpu: string | null = '1', metadata: JsonObject = {}) =>
  object(
    'apps/v1',
    'Deployment',
    name,
    { spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name, cpu) } },
    metadata,
  );
const pod = (name: string, owner: JsonObject | null, metadata: JsonObject = {}) =>
  object(
    'v1',
    'Pod',
    name,
    { spec: podSpec('1'), status: { phase: 'Running' } },
    { ...(owner === null ? {} : { ownerReferences: [{ ...owner, controller: true }] }), ...metadata },
  );
const quota = (cpu: string) => object('v1', 'ResourceQuota', 'team', { spec: { hard: { 'limits.cpu': cpu } } });

function judge(
  state: readonly KubernetesObject[],
  next: KubernetesObject,
  old: KubernetesObject | null = null,
  pending: readonly KubernetesObject[] = [],
): ChangeVerdict {
  const { cluster, namespaces, volumes } = readState(state, 'a').state;
  const settings = { cluster, volumes, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
  return judgeChange(createCommitter()(namespaces.get('a') ?? emptyNamespace('a'), settings, pending), next, old);
}
const print = (verdict: ChangeVerdict) =>
  verdict.kind === 'short'
    ? {
        largest: verdict.largest,
        shortages: verdict.shortages.map(
          ({ quota: name, resource, hard, others, wanted }) =>
            `${name} ${resource}: ${printQuantity(others)} + ${printQuantity(wanted)} > ${printQuantity(hard)}`,
        ),
      }
    : verdict.kind;

const ownedSet = (replicas: number) =>
  object(
    'apps/v1',
    'ReplicaSet',
    'api-1',
    { spec: { replicas, template: template('api', '1') } },
    { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', controller: true }] },
  );

describe('judgeChange', () => {
  it.each<[string, () => ChangeVerdict, unknown]>([
    ['fits exactly', () => judge([quota('4')], deployment('web', 4)), 'fits'],
    [
      'names what is short and how many would fit',
      () => judge([quota('4')], deployment('web', 8)),
      { largest: 4, shortages: ['team limits.cpu: 0 + 8 > 4'] },
    ],
    [
      'counts what others were promised, though none of their pods exist yet',
      () => judge([quota('4'), deployment('api', 3)], deployment('web', 2)),
      { largest: 1, shortages: ['team limits.cpu: 3 + 2 > 4'] },
    ],
    [
      'counts pods once, whose owner speaks for them',
      () => {
        const set = object(
          'apps/v1',
          'ReplicaSet',
          'api-1',
          { spec: { replicas: 2, template: template('api', '1') } },
          {
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', controller: true }],
          },
        );
        const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-1' };
        return judge(
          [quota('4'), deployment('api', 2), set, pod('api-1-x', owner), pod('api-1-y', owner)],
          deployment('web', 2),
        );
      },
      'fits',
    ],
    [
      'folds the children of a Rollout into it',
      () => {
        const rollout = object('argoproj.io/v1alpha1', 'Rollout', 'api', {
          spec: { replicas: 2, template: template('api', '1') },
        });
        const set = object(
          'apps/v1',
          'ReplicaSet',
          'api-1',
          { spec: { replicas: 2, template: template('api', '1') } },
          {
            ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'api', controller: true }],
          },
        );
        return judge([quota('4'), rollout, set], deployment('web', 2));
      },
      'fits',
    ],
    [
      'takes a child for no news that its owner has promised, though the owner does not fit',
      () => judge([quota('4'), deployment('api', 8)], ownedSet(8), ownedSet(4)),
      'fits',
    ],
    [
      'judges a child that asks for more than its owner says',
      () => judge([quota('4'), deployment('api', 2)], ownedSet(8)),
      { largest: 4, shortages: ['team limits.cpu: 0 + 8 > 4'] },
    ],
    [
      'counts pods that belong to nobody',
      () => judge([quota('4'), pod('lone', null)], deployment('web', 4)),
      { largest: 3, shortages: ['team limits.cpu: 1 + 4 > 4'] },
    ],
    [
      'leaves out pods that are told to stop',
      () => judge([quota('4'), pod('lone', null, { deletionTimestamp: '2026-01-01T00:00:00Z' })], deployment('web', 4)),
      'fits',
    ],
    [
      'lets a scale-down pass that is still too much',
      () => judge([quota('4'), deployment('web', 9)], deployment('web', 8), deployment('web', 9)),
      'fits',
    ],
    [
      'lets a label edit pass while over quota',
      () =>
        judge(
          [quota('4'), deployment('web', 9)],
          deployment('web', 9, '1', { labels: { a: 'b' } }),
          deployment('web', 9),
        ),
      'fits',
    ],
    [
      'lets a smaller template pass while over quota',
      () => judge([quota('4'), deployment('web', 9)], deployment('web', 9, '900m'), deployment('web', 9)),
      'fits',
    ],
    [
      'stops a larger template',
      () => judge([quota('4'), deployment('web', 4)], deployment('web', 4, '2'), deployment('web', 4)),
      { largest: 2, shortages: ['team limits.cpu: 0 + 8 > 4'] },
    ],
    [
      'counts what was admitted a moment ago',
      () => judge([quota('4')], deployment('web', 2), null, [deployment('api', 3)]),
      { largest: 1, shortages: ['team limits.cpu: 3 + 2 > 4'] },
    ],
    [
      'takes an autoscaler at its word, not the manifest',
      () => {
        const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'api', {
          spec: {
            minReplicas: 3,
            maxReplicas: 9,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
          },
        });
        return judge([quota('4'), deployment('api', 1), scaler], deployment('web', 2));
      },
      { largest: 1, shortages: ['team limits.cpu: 3 + 2 > 4'] },
    ],
  ])('%s', (_case, run, expected) => {
    expect(print(run())).toEqual(expected);
  });

  it('stops pods that no room would help, and says why', () => {
    const verdict = judge([quota('4')], deployment('web', 1, null));
    expect(verdict).toMatchObject({
      kind: 'barred',
      refusal: {
        reason: 'must-specify',
        message: expect.stringContaining('must specify limits.cpu for: app') as string,
      },
    });
  });

  it('tells what could make no pods before from what cannot any more', () => {
    const [one, two] = [deployment('web', 1, null), deployment('web', 2, null)];
    expect(judge([quota('4'), one], two, one)).toMatchObject({ kind: 'barred', isOld: true });
    expect(judge([quota('4'), one], two, deployment('web', 1))).toMatchObject({ kind: 'barred', isOld: false });
    expect(judge([quota('4'), one], deployment('web', 1, null, { labels: { a: 'b' } }), one).kind).toBe('fits');
  });

  it('counts what was admitted only until the state shows it, or what became of it', () => {
    const state = (generation: number) => [quota('4'), deployment('api', 2, '1', { generation })];
    const admitted = deployment('api', 4, '1', { generation: 2 });
    expect(judge(state(1), deployment('web', 1), null, [admitted]).kind).toBe('short');
    expect(judge(state(2), deployment('web', 1), null, [admitted]).kind).toBe('fits');
    expect(judge(state(3), deployment('web', 1), null, [admitted]).kind).toBe('fits');
    const again = deployment('api', 4, '1', { generation: 1, uid: 'of another object' });
    expect(judge(state(3), deployment('web', 1), null, [again]).kind).toBe('short');
  });

  it('says what it would have to know', () => {
    const daemon = object('apps/v1', 'DaemonSet', 'agent', {
      spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', '1') },
    });
    expect(judge([quota('4')], daemon)).toEqual({ kind: 'unknown', missing: ['nodes'] });
  });
});

describe('prices, step by step', () => {
  // With the quota, which counts against others, 151 objects.
  const crowd = Array.from({ length: 150 }, (_, index) => deployment(`d-${index}`, 1));
  const { state } = readState([quota('200'), ...crowd], 'a');
  const settings = {
    cluster: state.cluster,
    volumes: state.volumes,
    injected: [],
    options: { kubernetesMinor: 37, kinds: shippedKinds },
  };
  const namespace = state.namespaces.get('a') ?? emptyNamespace('a');

  it('are those that would be worked out at once', () => {
    const [stepwise, atOnce] = [createCommitter(), createCommitter()];
    const steps = [...(stepwise.prepare(namespace, settings) ?? [])];
    expect(steps).toHaveLength(151);
    const totals = [stepwise, atOnce].map((commit) => commit(namespace, settings, []).total);
    expect(totals[0]).toEqual(totals[1]);
  });

  it('are not made again where somebody else has made the others', () => {
    const commit = createCommitter();
    const [one, other] = [commit.prepare(namespace, settings), commit.prepare(namespace, settings)];
    expect([...(one ?? [])]).toHaveLength(151);
    expect([...(other ?? [])]).toHaveLength(0);
  });

  it('need no steps where they are known, or few', () => {
    const commit = createCommitter();
    commit(namespace, settings, []);
    expect(commit.prepare(namespace, settings)).toBeNull();
    expect(commit.prepare({ ...namespace }, settings)).toBeNull();
    const few = { ...namespace, name: 'few', objects: new Map([['Deployment.apps', crowd.slice(0, 100)]]) };
    expect(commit.prepare(few, settings)).toBeNull();
  });

  it('are worked out anew once a quota has another bound', () => {
    const commit = createCommitter();
    commit(namespace, settings, []);
    const raised = { ...namespace, quotas: namespace.quotas.map((one) => ({ ...one, name: 'other' })) };
    expect([...(commit.prepare(raised, settings) ?? [])]).toHaveLength(151);
  });
});
