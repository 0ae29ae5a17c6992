import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import type { Charge } from '../../../src/quota/charge.ts';
import { judgeQuotas } from '../../../src/quota/judge.ts';
import { chargeObject } from '../../../src/quota/object-charge.ts';
import { groupResourceOf, isNamespaced } from '../../../src/quota/resource-name.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { objectOf, printed, quotaOf } from '../../helpers/kube-objects.ts';

function charge(apiVersion: string, kind: string, rest: JsonObject = {}, kubernetesMinor = 37): Charge {
  const object = objectOf({ apiVersion, kind, metadata: { name: 'a' }, ...rest });
  const deviceClasses = [{ name: 'gpu', extendedResourceName: 'example.com/gpu' }];
  return chargeObject(object, groupResourceOf(object, shippedKinds), { kubernetesMinor, deviceClasses });
}

describe('objects are counted', () => {
  it.each([
    ['v1', 'ConfigMap', { configmaps: '1', 'count/configmaps': '1' }],
    ['v1', 'Secret', { secrets: '1', 'count/secrets': '1' }],
    ['v1', 'ServiceAccount', { 'count/serviceaccounts': '1' }],
    ['v1', 'ResourceQuota', { resourcequotas: '1', 'count/resourcequotas': '1' }],
    ['apps/v1', 'Deployment', { 'count/deployments.apps': '1' }],
    ['networking.k8s.io/v1', 'Ingress', { 'count/ingresses.networking.k8s.io': '1' }],
    ['argoproj.io/v1alpha1', 'Rollout', { 'count/rollouts.argoproj.io': '1' }],
    ['serving.knative.dev/v1', 'Service', { 'count/services.serving.knative.dev': '1' }],
    ['v1', 'Event', {}],
    ['example.com/v1', 'Widget', {}],
  ])('%s %s', (apiVersion, kind, usage) => {
    expect(printed(charge(apiVersion, kind).usage)).toEqual(usage);
  });

  it('unless they belong to no namespace', () => {
    expect(isNamespaced({ apiVersion: 'v1', kind: 'Namespace' })).toBe(false);
    expect(isNamespaced({ apiVersion: 'example.com/v1', kind: 'Namespace' })).toBe(true);
  });

  it('and a custom kind without a known plural leaves quotas on its group open', () => {
    const request = { charge: charge('example.com/v1', 'Widget'), old: null };
    expect(judgeQuotas([quotaOf({ 'count/widgets.example.com': '0' })], request).kind).toBe('unknown');
    expect(judgeQuotas([quotaOf({ 'count/widgets.example.org': '0' })], request).kind).toBe('admitted');
  });
});

describe('services', () => {
  const ports = [{ port: 80 }, { port: 443, nodePort: 30443 }, { port: 9090 }];

  it.each<[string, JsonObject, string, string]>([
    ['ClusterIP', { ports }, '0', '0'],
    ['NodePort', { type: 'NodePort', ports }, '0', '3'],
    ['LoadBalancer', { type: 'LoadBalancer', ports }, '1', '3'],
    [
      'LoadBalancer without node ports',
      { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports },
      '1',
      '1',
    ],
    ['ExternalName', { type: 'ExternalName' }, '0', '0'],
  ])('%s', (_, spec, loadBalancers, nodePorts) => {
    expect(printed(charge('v1', 'Service', { spec }).usage)).toEqual({
      'count/services': '1',
      services: '1',
      'services.loadbalancers': loadBalancers,
      'services.nodeports': nodePorts,
    });
  });

  it('never come under a scope', () => {
    const quota = quotaOf({ services: '0' }, { scopes: [{ scope: 'NotTerminating', operator: 'Exists', values: [] }] });
    expect(judgeQuotas([quota], { charge: charge('v1', 'Service'), old: null }).kind).toBe('admitted');
  });
});

const request = (storage: string): JsonObject => ({ resources: { requests: { storage } } });

describe('claims', () => {
  it('count in whole bytes, under their class too', () => {
    const usage = charge('v1', 'PersistentVolumeClaim', {
      spec: { storageClassName: 'fast', ...request('1.1Gi') },
    }).usage;
    expect(printed(usage)).toEqual({
      'count/persistentvolumeclaims': '1',
      'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
      'fast.storageclass.storage.k8s.io/requests.storage': '1181116007',
      persistentvolumeclaims: '1',
      'requests.storage': '1181116007',
    });
  });

  it('take their class from the old annotation first, even an empty one', () => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': '' };
    const usage = charge('v1', 'PersistentVolumeClaim', {
      metadata: { name: 'a', annotations },
      spec: { storageClassName: 'fast', ...request('1Gi') },
    }).usage;
    expect([...usage.keys()].filter((key) => key.includes('storageclass'))).toEqual([]);
  });

  it('count what an expansion was given where that is more', () => {
    const status = { allocatedResources: { storage: '8Gi' } };
    const usage = charge('v1', 'PersistentVolumeClaim', { spec: request('5Gi'), status }).usage;
    expect(printed(usage)['requests.storage']).toBe('8Gi');
  });

  it.each([
    ['In', ['gold'], true],
    ['In', ['silver'], false],
    ['NotIn', ['gold'], true],
    ['DoesNotExist', [], false],
    ['Exists', [], true],
  ])('come under VolumeAttributesClass %s %j by any of their classes', (operator, values, isCovered) => {
    const claim = charge('v1', 'PersistentVolumeClaim', {
      spec: { volumeAttributesClassName: 'gold', ...request('1Gi') },
      status: { currentVolumeAttributesClassName: 'bronze' },
    });
    const quota = quotaOf(
      { persistentvolumeclaims: '0' },
      { scopes: [{ scope: 'VolumeAttributesClass', operator, values }] },
    );
    expect(judgeQuotas([quota], { charge: claim, old: null }).kind).toBe(isCovered ? 'refused' : 'admitted');
  });
});

describe('resource claims', () => {
  const requests = [
    { name: 'a', exactly: { deviceClassName: 'gpu' } },
    { name: 'b', exactly: { deviceClassName: 'gpu', count: 2 } },
    { name: 'c', exactly: { deviceClassName: 'nic', allocationMode: 'All' } },
    {
      name: 'd',
      firstAvailable: [{ deviceClassName: 'gpu', count: 4 }, { deviceClassName: 'gpu' }, { deviceClassName: 'nic' }],
    },
  ];
  const spec = { devices: { requests } };

  it('count their devices by class: sums of requests, the most of alternatives', () => {
    expect(printed(charge('resource.k8s.io/v1', 'ResourceClaim', { spec }, 35).usage)).toEqual({
      'count/resourceclaims.resource.k8s.io': '1',
      'gpu.deviceclass.resource.k8s.io/devices': '7',
      'nic.deviceclass.resource.k8s.io/devices': '33',
    });
  });

  it('count as extended resources as well from 1.36 on', () => {
    expect(printed(charge('resource.k8s.io/v1', 'ResourceClaim', { spec }).usage)).toMatchObject({
      'requests.deviceclass.resource.kubernetes.io/gpu': '7',
      'requests.deviceclass.resource.kubernetes.io/nic': '33',
      'requests.example.com/gpu': '7',
    });
  });
});
