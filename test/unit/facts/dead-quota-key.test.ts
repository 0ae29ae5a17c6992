import { describe, expect, it } from 'vitest';
import { findDeadQuotaKeys } from '../../../src/facts/dead-quota-key.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectOf } from '../../rules/shipped-policy.ts';

function deadKeys(keys: readonly string[], spec: JsonObject = {}, kind = 'ResourceQuota') {
  const hard = Object.fromEntries(keys.map((key) => [key, '1']));
  return findDeadQuotaKeys(objectOf({ apiVersion: 'v1', kind, metadata: { name: 'q' }, spec: { hard, ...spec } }));
}

describe('a key that is never enforced', () => {
  it.each([
    ['nvidia.com/gpu', 'bare-extended', 'requests.nvidia.com/gpu'],
    ['limits.nvidia.com/gpu', 'extended-limit', 'requests.nvidia.com/gpu'],
    ['count/deployments', 'unknown-resource', 'count/deployments.apps'],
    ['count/deployment.apps', 'unknown-resource', 'count/deployments.apps'],
    ['count/ingress.networking.k8s.io', 'unknown-resource', 'count/ingresses.networking.k8s.io'],
    ['count/ingresses.extensions', 'unknown-resource', 'count/ingresses.networking.k8s.io'],
    ['count/networkpolicy.networking.k8s.io', 'unknown-resource', 'count/networkpolicies.networking.k8s.io'],
    ['count/jobs', 'unknown-resource', 'count/jobs.batch'],
    ['count/pod', 'unknown-resource', 'count/pods'],
    ['count/widgets', 'unknown-resource', undefined],
    ['count/pods.resize', 'unknown-resource', 'count/pods'],
    ['count/events', 'not-counted', undefined],
    ['count/nodes', 'cluster-scoped', undefined],
    ['count/clusterroles.rbac.authorization.k8s.io', 'cluster-scoped', undefined],
    ['gold.storageclass.storage.k8s.io/limits.storage', 'not-counted', undefined],
    ['gpu.deviceclass.resource.k8s.io/count', 'not-counted', undefined],
    ['requests.example.kubernetes.io/thing', 'not-counted', undefined],
  ])('%s: %s', (key, why, instead) => {
    const path = `/spec/hard/${key.replaceAll('/', '~1')}`;
    expect(deadKeys([key])).toEqual([{ path, key, why, ...(instead !== undefined && { instead }) }]);
  });

  it.each([
    ['cpu'],
    ['requests.nvidia.com/gpu'],
    ['hugepages-2Mi'],
    ['count/pods'],
    ['count/services'],
    ['count/deployments.apps'],
    ['count/endpointslices.discovery.k8s.io'],
    ['count/widgets.example.com'],
    ['count/leases.coordination.k8s.io'],
    ['gold.storageclass.storage.k8s.io/requests.storage'],
    ['gold.storageclass.storage.k8s.io/persistentvolumeclaims'],
    ['gpu.deviceclass.resource.k8s.io/devices'],
    ['requests.deviceclass.resource.kubernetes.io/gpu'],
    // The API server refuses it, which is told as that.
    ['deployments'],
  ])('is not %s', (key) => {
    expect(deadKeys([key])).toEqual([]);
  });

  it.each([
    ['scopes', { scopes: ['BestEffort'] }],
    ['a scope selector', { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] } }],
  ])('is one of other objects than pods beside %s', (_, spec) => {
    const keys = [
      'pods',
      'count/pods',
      'requests.nvidia.com/gpu',
      'count/configmaps',
      'a.storageclass.storage.k8s.io/requests.storage',
    ];
    expect(deadKeys(keys, spec).map(({ key, why }) => [key, why])).toEqual([
      ['count/configmaps', 'scope'],
      ['a.storageclass.storage.k8s.io/requests.storage', 'scope'],
    ]);
  });

  it('is one of other objects than claims beside a scope of claims', () => {
    const keys = ['persistentvolumeclaims', 'requests.storage', 'count/persistentvolumeclaims', 'count/services'];
    const spec = { scopes: ['VolumeAttributesClass'] };
    expect(deadKeys(keys, spec).map(({ key }) => key)).toEqual(['count/services']);
  });

  it('is looked for in quotas only', () => {
    expect(deadKeys(['nvidia.com/gpu'], {}, 'LimitRange')).toEqual([]);
  });
});
