import { describe, expect, it } from 'vitest';
import { fitRelease, type FitOptions } from '../../../src/fit/fit-release.ts';
import type { FitReport, WorkloadFit } from '../../../src/fit/fit-report.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectOf } from '../../helpers/kube-objects.ts';
import { createFitOptions } from '../../helpers/fit-options.ts';

const options = createFitOptions({ namespace: 'team-a' });

function fit(release: readonly JsonObject[], state: readonly JsonObject[], more: Partial<FitOptions> = {}): FitReport {
  const outcome = fitRelease(release.map(objectOf), state.map(objectOf), { ...options, ...more });
  if (outcome.kind === 'bad-state') throw new Error(outcome.problems.map(({ message }) => message).join());
  return outcome.report;
}

const first = (report: FitReport): WorkloadFit => {
  const [workload] = report.workloads;
  if (workload === undefined) throw new Error('no workload');
  return workload;
};

const quota = (hard: JsonObject, used?: JsonObject, name = 'team'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name, namespace: 'team-a' },
  spec: { hard },
  ...(used === undefined ? {} : { status: { hard, used } }),
});

const template = (cpu: string, name = 'web'): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'app', image: 'app:1', resources: { limits: { cpu } } }] },
});

const workload = (kind: string, spec: JsonObject, cpu = '1', name = 'web'): JsonObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'team-a' },
  spec: { selector: { matchLabels: { app: name } }, template: template(cpu, name), ...spec },
});

const own = (kind: string, name: string): JsonObject[] => [{ apiVersion: 'apps/v1', kind, name, controller: true }];

describe('a release', () => {
  it('counts what kubectl get all prints of a Deployment once', () => {
    const deployment = workload('Deployment', { replicas: 1 });
    const set = workload('ReplicaSet', { replicas: 1 }, '1', 'web-5d');
    const { spec, metadata } = template('1');
    const pod = { ...(metadata as JsonObject), name: 'web-5d-x', namespace: 'team-a' };
    const report = fit(
      [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { ...pod, ownerReferences: own('ReplicaSet', 'web-5d') },
          spec: spec ?? {},
        },
        deployment,
        { ...set, metadata: { name: 'web-5d', namespace: 'team-a', ownerReferences: own('Deployment', 'web') } },
      ],
      [quota({ 'limits.cpu': '1' })],
    );
    expect(report.workloads.map(({ kind }) => kind)).toEqual(['Deployment']);
    expect(report.quotas[0]?.resources['limits.cpu']).toMatchObject({ wanted: '1', fits: true });
    expect(report.diagnostics.map(({ message }) => message)).toEqual([
      'Pod team-a/web-5d-x and 1 more: made by controllers of the same input, and counted with them.',
    ]);
  });

  it('gets the pods that quota has room for, and is told what blocks the rest', () => {
    const report = fit(
      [workload('Deployment', { replicas: 8 })],
      [quota({ 'limits.cpu': '4' }, { 'limits.cpu': '0' })],
    );
    expect(first(report)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'team-a',
      name: 'web',
      admitted: true,
      reason: null,
      message: null,
      blockedBy: [],
      unknown: [],
      pods: {
        desired: 8,
        created: 4,
        reason: 'exceeded-quota',
        message:
          'Error creating: pods "web-*" is forbidden: exceeded quota: team, requested: limits.cpu=1, used: limits.cpu=4, limited: limits.cpu=4',
        blockedBy: [{ quota: 'team', resource: 'limits.cpu', requested: '1', used: '4', hard: '4' }],
      },
      rollout: null,
      maxReplicas: 4,
    });
    expect(report.quotas).toEqual([
      {
        namespace: 'team-a',
        name: 'team',
        resources: {
          'limits.cpu': { hard: '4', used: '0', after: '4', wanted: '8', peak: '8', fits: false, fitsPeak: false },
        },
      },
    ]);
  });

  it('that is in the state already is not charged twice', () => {
    const deployed = { ...workload('Deployment', { replicas: 3 }), status: { replicas: 3 } };
    const report = fit([workload('Deployment', { replicas: 3 })], [quota({ pods: '3' }, { pods: '3' }), deployed]);
    expect(first(report).pods).toMatchObject({ desired: 3, created: 3 });
    expect(report.quotas[0]?.resources['pods']).toMatchObject({ used: '3', after: '3', wanted: '3' });
  });

  it('whose state has no status is counted', () => {
    const report = fit(
      [workload('Deployment', { replicas: 1 }, '1', 'api')],
      [quota({ pods: '5' }), workload('Deployment', { replicas: 3 })],
    );
    expect(report.quotas[0]?.resources['pods']).toMatchObject({ used: '3', after: '4' });
  });

  it('brings its own quota, which comes first', () => {
    const report = fit([workload('Deployment', { replicas: 8 }), quota({ pods: '2' })], []);
    expect(first(report).pods).toMatchObject({ desired: 8, created: 2 });
  });

  it('leaves replicas as they are when it does not write them', () => {
    const deployed = { ...workload('Deployment', { replicas: 5 }), status: { replicas: 5 } };
    expect(first(fit([workload('Deployment', {})], [deployed])).pods).toMatchObject({ desired: 5, created: 5 });
  });

  it('with the same object twice is judged by the last, and told so', () => {
    const report = fit(
      [workload('Deployment', { replicas: 9 }), workload('Deployment', { replicas: 2 })],
      [quota({ pods: '3' })],
    );
    expect(report.workloads.map(({ pods }) => pods?.desired)).toEqual([2]);
    expect(report.diagnostics).toMatchObject([
      { level: 'warning', message: expect.stringContaining('defined again') as string },
    ]);
  });

  it('with too much for one namespace says that the order matters', () => {
    const both = ['web', 'api'].map((name) => workload('Deployment', { replicas: 3 }, '1', name));
    const report = fit(both, [quota({ pods: '4' }, { pods: '0' })]);
    expect(report.workloads.map(({ pods }) => pods?.created)).toEqual([3, 1]);
    expect(report.diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('another order')]);
  });

  it('frees room that a blocked neighbour takes', () => {
    const deployed = (name: string, replicas: number, pods: number): readonly JsonObject[] => [
      { ...workload('ReplicaSet', { replicas }, '1', name), status: { replicas: pods } },
      ...Array.from({ length: pods }, (_, index) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${name}-${index}`,
          namespace: 'team-a',
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, controller: true }],
        },
        spec: { containers: [{ name: 'app' }] },
        status: { phase: 'Running' },
      })),
    ];
    const state = [quota({ pods: '4' }, { pods: '4' }), ...deployed('web', 3, 3), ...deployed('first', 3, 1)];
    const report = fit([workload('ReplicaSet', { replicas: 1 })], state);
    expect(report.quotas[0]?.resources['pods']).toMatchObject({ used: '4', after: '4' });
    expect(first(report).pods).toMatchObject({ created: 1 });
  });
});

const deployed = (replicas: number): JsonObject => ({
  ...workload('Deployment', { replicas }),
  status: { replicas },
});

describe('a rollout', () => {
  it.each([
    ['that has no room for one more pod gets stuck', 2, '2', { completes: false, peakPods: 3 }],
    ['with room for one more completes', 2, '3', { completes: true, peakPods: 3 }],
    ['of four replicas completes without room', 4, '4', { completes: true, peakPods: 6 }],
  ])('%s', (_, replicas, hard, rollout) => {
    const report = fit(
      [workload('Deployment', { replicas }, '500m')],
      [quota({ pods: hard }, { pods: String(replicas) }), deployed(replicas)],
    );
    expect(first(report).rollout).toEqual(rollout);
    expect(first(report).pods).toMatchObject({ desired: replicas, created: replicas });
  });

  it.each([
    ['optimistic', '5', 5],
    ['realistic', '6', 6],
    ['worst', '8', 8],
  ] as const)('peaks by how long pods take to stop: %s', (termination, peak, peakPods) => {
    const report = fit(
      [workload('Deployment', { replicas: 4 }, '500m')],
      [quota({ pods: '9' }, { pods: '4' }), deployed(4)],
      { termination },
    );
    expect([report.quotas[0]?.resources['pods']?.peak, first(report).rollout?.peakPods]).toEqual([peak, peakPods]);
  });

  it('does not peak with all others when only one may roll at a time', () => {
    const names = ['web', 'api'];
    const state = names.map((name) => ({
      ...workload('Deployment', { replicas: 4 }, '1', name),
      status: { replicas: 4 },
    }));
    const release = names.map((name) => workload('Deployment', { replicas: 4 }, '2', name));
    const peakOf = (concurrentRollouts: number | 'all'): string | undefined =>
      fit(release, [quota({ pods: '99' }, { pods: '8' }), ...state], { concurrentRollouts }).quotas[0]?.resources[
        'pods'
      ]?.peak;
    expect([peakOf('all'), peakOf(1)]).toEqual(['12', '10']);
  });
});

describe('other kinds', () => {
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'team-a' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 3,
      maxReplicas: 7,
    },
  };

  it('an autoscaler lifts replicas to its minimum, and the peak to its maximum', () => {
    const report = fit([workload('Deployment', { replicas: 1 }), autoscaler], [quota({ pods: '9' }, { pods: '0' })]);
    expect(first(report).pods).toMatchObject({ desired: 3, created: 3 });
    expect(report.quotas[0]?.resources['pods']).toMatchObject({ after: '3', peak: '7' });
  });

  it('a DaemonSet without known nodes is not guessed', () => {
    expect(first(fit([workload('DaemonSet', {})], [quota({ pods: '2' }, { pods: '0' })]))).toMatchObject({
      unknown: ['nodes'],
      pods: { desired: null, created: null },
    });
  });

  it('a DaemonSet has as many pods as nodes are given', () => {
    const report = fit([workload('DaemonSet', {})], [quota({ pods: '2' }, { pods: '0' })], { nodes: 5 });
    expect(first(report).pods).toMatchObject({ desired: 5, created: 2 });
    expect(first(report).maxReplicas).toBeNull();
  });

  it('a CronJob charges nothing between its runs, and its pods at the peak', () => {
    const cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'night', namespace: 'team-a' },
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: {
            parallelism: 2,
            completions: 4,
            template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } },
          },
        },
      },
    };
    const report = fit([cronJob], [quota({ pods: '1' }, { pods: '0' })]);
    expect(first(report).pods).toMatchObject({ desired: 0, created: 0 });
    expect(report.quotas[0]?.resources['pods']).toMatchObject({ after: '0', peak: '2', fits: true, fitsPeak: false });
  });

  it('a Job of a file runs, whatever its status says: the server keeps none of a write', () => {
    const status = { conditions: [{ type: 'Complete', status: 'True' }], succeeded: 1 };
    const spec = { ...(template('1')['spec'] as JsonObject), restartPolicy: 'Never' };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once', namespace: 'team-a' },
      spec: { template: { spec } },
    };
    const bound = quota({ pods: '1' }, { pods: '0' });
    expect(first(fit([{ ...job, status }], [bound])).pods?.desired).toBe(1);
    expect(first(fit([job], [bound, { ...job, status }])).pods?.desired).toBe(0);
  });

  it('a Service that is refused tells so in the words of the server', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'front', namespace: 'team-a' },
      spec: { ports: [{ port: 80 }] },
    };
    expect(first(fit([service], [quota({ services: '0' }, { services: '0' })]))).toMatchObject({
      admitted: false,
      reason: 'exceeded-quota',
      message:
        'services "front" is forbidden: exceeded quota: team, requested: services=1, used: services=0, limited: services=0',
      pods: null,
    });
  });

  it('containers that webhooks inject count in every pod', () => {
    const injected = [{ name: 'proxy', resources: { limits: { cpu: '1' } } }];
    const report = fit(
      [workload('Deployment', { replicas: 3 })],
      [quota({ 'limits.cpu': '4' }, { 'limits.cpu': '0' })],
      { injected },
    );
    expect(first(report).pods).toMatchObject({ created: 2 });
    expect(report.assumptions).toContain('injected containers: proxy');
  });

  it('a namespace under a ClusterResourceQuota is not known', () => {
    const cluster = {
      apiVersion: 'quota.openshift.io/v1',
      kind: 'ClusterResourceQuota',
      metadata: { name: 'all' },
      spec: {},
    };
    expect(
      first(fit([workload('Deployment', { replicas: 1 })], [quota({ pods: '2' }, { pods: '0' }), cluster])),
    ).toMatchObject({
      unknown: ['ClusterResourceQuota all'],
      pods: { created: null },
    });
  });

  it('pods of a StatefulSet wait for volumes that nobody provides', () => {
    const storageClass = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'manual' },
      provisioner: 'kubernetes.io/no-provisioner',
    };
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'manual', resources: { requests: { storage: '1Gi' } } },
    };
    const report = fit(
      [workload('StatefulSet', { replicas: 3, serviceName: 'web', volumeClaimTemplates: [claim] })],
      [storageClass],
    );
    expect(first(report).pods).toMatchObject({ desired: 3, created: 1, reason: null });
    expect(report.diagnostics).toMatchObject([
      { message: expect.stringContaining('volumes that nobody provides') as string },
    ]);
  });
});

it('a quota with a broken amount is no state', () => {
  const outcome = fitRelease([], [objectOf(quota({ cpu: '1x' }))], options);
  expect(outcome).toMatchObject({ kind: 'bad-state', problems: [{ pointer: '/spec/hard/cpu' }] });
});
