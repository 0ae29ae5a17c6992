import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../../src/fit/commitment.ts';
import { judgeChange } from '../../../src/fit/judge-change.ts';
import type { JsonObject, KubernetesObject } from '../../../src/manifest/document.ts';
import { readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

const deployment = (replicas: number, labels: JsonObject = {}): KubernetesObject =>
  objectOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'a', labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
    },
  });
const quota = (pods: string): KubernetesObject =>
  objectOf({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'a' },
    spec: { hard: { pods } },
    status: { hard: { pods }, used: { pods: '0' } },
  });
const governor = (apiVersion: string, kind: string): KubernetesObject =>
  objectOf({ apiVersion, kind, metadata: { name: 'own', namespace: 'a' } });

function judge(
  object: KubernetesObject,
  old: KubernetesObject | null,
  governors: readonly KubernetesObject[],
  unread: readonly string[] = [],
) {
  const { state } = readState([quota('4'), ...governors], 'a', { listed: [], unread: { a: unread } });
  const namespace = state.namespaces.get('a');
  if (namespace === undefined) throw new Error('no namespace');
  const options = { kubernetesMinor: 37, kinds: shippedKinds };
  const settings = { cluster: state.cluster, volumes: null, injected: [], options };
  return judgeChange(createCommitter()(namespace, settings, []), object, old);
}

describe('judgeChange, where more than quotas decide', () => {
  const hnc = governor('hnc.x-k8s.io/v1alpha2', 'HierarchicalResourceQuota');
  const kueue = governor('kueue.x-k8s.io/v1beta1', 'LocalQueue');
  const queued = deployment(2, { 'kueue.x-k8s.io/queue-name': 'own' });

  it.each([
    ['what quotas take, HNC may not', deployment(2), null, [hnc], [], { kind: 'unknown', missing: ['HNC own'] }],
    ['what does not fit, does not fit', deployment(5), null, [hnc], [], { kind: 'short' }],
    ['what stays as it was is no news', deployment(2, { a: 'b' }), deployment(2), [hnc], [], { kind: 'fits' }],
    ['Kueue takes what is labelled', queued, null, [kueue], [], { kind: 'unknown', missing: ['Kueue own'] }],
    ['Kueue leaves all else', deployment(2), null, [kueue], [], { kind: 'fits' }],
    ['what may not be read may refuse', deployment(2), null, [], ['x'], { kind: 'unknown', missing: ['x'] }],
    ['nothing else decides', deployment(2), null, [], [], { kind: 'fits' }],
  ])('%s', (_case, object, old, governors, unread, verdict) => {
    expect(judge(object, old, governors, unread)).toMatchObject(verdict);
  });
});
