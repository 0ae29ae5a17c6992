import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/manifest/document.ts';
import { auditFit } from '../../../../webhook/audit/audit-fit.ts';
import type { Pace } from '../../../../webhook/audit/pace.ts';
import type { ConfiguredDeps } from '../../../../webhook/running.ts';
import { autoscaler, childrenOf, deployment, namespace, quota, startCluster } from './audited-cluster.ts';

const pace: Pace = { step: (work) => Promise.resolve(work()) };
const everythingCounts: ConfiguredDeps['levelOf'] = () => 'error';

async function audit(objects: readonly JsonObject[], levelOf = everythingCounts) {
  const { state } = startCluster([namespace('a'), ...objects]);
  const deps = { namespace: state.namespace('a'), settings: state.settings(), configured: { levelOf } };
  const findings = await auditFit(deps, pace);
  return findings.map(({ rule, level, message, object }) => [rule, level, object.kind, message]);
}

const web = (replicas: number, pods: number, options = {}): readonly JsonObject[] => {
  const parent = deployment(replicas, options);
  return [parent, ...childrenOf(parent, pods)];
};

const lacking =
  'Deployment web has 4 of 8 pods: a new pod asks for 1 of limits.cpu, and quota team has 4 of 4 used; 4 replicas fit';

describe('auditFit', () => {
  it('finds a workload that lacks pods, and what would be enough', async () => {
    expect(await audit([quota('4', '4'), ...web(8, 4)])).toEqual([['quota/exceeded', 'error', 'Deployment', lacking]]);
  });

  it('finds nothing where all that is asked for is there, or will be', async () => {
    expect(await audit([quota('4', '4'), ...web(4, 4)])).toEqual([]);
    expect(await audit([quota('4', '2'), ...web(4, 2)])).toEqual([]);
  });

  it('finds a quota of which more is used than it allows', async () => {
    const message = 'quota team has 4 of limits.cpu in use, and allows 2: what ends there is not replaced';
    expect(await audit([quota('2', '4'), ...web(4, 4)])).toEqual([
      ['quota/exceeded', 'warning', 'ResourceQuota', message],
    ]);
  });

  it('finds a rollout that will not complete', async () => {
    const [, ...children] = web(4, 4);
    const newer = deployment(4, { image: 'registry.example.com/web:2' });
    const found = await audit([quota('4', '4'), newer, ...children]);
    expect(found).toEqual([
      ['quota/rollout-stuck', 'warning', 'Deployment', expect.stringContaining('maxUnavailable: 1') as string],
    ]);
  });

  it('finds an autoscaler that may ask for more than there is', async () => {
    const found = await audit([quota('4', '2'), ...web(2, 2), autoscaler(6)]);
    expect(found).toEqual([
      ['quota/autoscaler-ceiling', 'warning', 'HorizontalPodAutoscaler', expect.stringContaining('4 replicas fit')],
    ]);
    expect(await audit([quota('4', '2'), ...web(2, 2), autoscaler(4)])).toEqual([]);
  });

  it('says nothing of pods that no quota refuses, and that wait for a volume', async () => {
    const claims = [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
    const { spec, ...rest } = deployment(3);
    const set = { ...rest, kind: 'StatefulSet', spec: { ...(spec as JsonObject), volumeClaimTemplates: claims } };
    const classes = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'manual' } };
    const provisioner = 'kubernetes.io/no-provisioner';
    const scaler = autoscaler(4, 'StatefulSet');
    expect(await audit([quota('4', '1'), set, scaler, { ...classes, provisioner }])).toEqual([]);
  });

  it('tells of no child of a workload beside it', async () => {
    const found = await audit([quota('4', '4'), ...web(8, 4)]);
    expect(found.map(([, , kind]) => kind)).toEqual(['Deployment']);
  });

  it.each([
    ['off', []],
    ['warning', [['quota/exceeded', 'warning', 'Deployment', lacking]]],
  ] as const)('weighs what it finds as the organisation does: %s', async (level, expected) => {
    expect(await audit([quota('4', '4'), ...web(8, 4)], () => level)).toEqual(expected);
  });

  it('says nothing where nothing is bounded', async () => {
    expect(await audit([...web(8, 4)])).toEqual([]);
  });
});
