import { describe, expect, it } from 'vitest';
import { factsOf, pod } from './facts-of.ts';

const amountOf = (resource: string, written: string) => {
  const text = pod('containers:', `- {name: web, image: web:1, resources: {limits: {${resource}: ${written}}}}`);
  return factsOf(text).amounts[0];
};

describe('an amount in its own spelling', () => {
  it.each([
    ['cpu', '500m', { unit: 'cores', written: '500m', value: 0.5 }],
    ['cpu', '0.5', { unit: 'cores', written: '0.5', value: 0.5, effective: '500m' }],
    ['cpu', '010', { unit: 'cores', written: '010', value: 8, effective: '8', notation: 'octal' }],
    ['cpu', '0o10', { unit: 'cores', written: '0o10', value: 8, effective: '8', notation: 'octal' }],
    ['cpu', '07', { unit: 'cores', written: '07', value: 7, effective: '7' }],
    ['cpu', '"010"', { unit: 'cores', written: '010', value: 10, effective: '10' }],
    ['cpu', '0x10', { unit: 'cores', written: '0x10', value: 16, effective: '16', notation: 'hexadecimal' }],
    ['cpu', '0b11', { unit: 'cores', written: '0b11', value: 3, effective: '3', notation: 'binary' }],
    ['cpu', '1_0', { unit: 'cores', written: '1_0', value: 10, effective: '10', notation: 'underscores' }],
    ['cpu', '1e1', { unit: 'cores', written: '1e1', value: 10, effective: '10', notation: 'exponent' }],
    ['cpu', '"1e1"', { unit: 'cores', written: '1e1', value: 10, effective: '10', notation: 'exponent' }],
    ['cpu', '0.5m', { unit: 'cores', written: '0.5m', value: 0.0005, effective: '1m' }],
    ['memory', '100m', { unit: 'bytes', written: '100m', value: 0.1, notation: 'thousandths' }],
    ['memory', '0m', { unit: 'bytes', written: '0m', value: 0, effective: '0' }],
    ['memory', '1024Mi', { unit: 'bytes', written: '1024Mi', value: 2 ** 30, effective: '1Gi' }],
    ['memory', '9223372036854775807', { unit: 'bytes', written: '9223372036854775807', value: 2 ** 63 }],
    ['hugepages-2Mi', '4Mi', { unit: 'bytes', written: '4Mi', value: 2 ** 22 }],
    ['nvidia.com/gpu', '2', { unit: 'count', written: '2', value: 2 }],
  ])('%s: %s', (resource, written, amount) => {
    expect(amountOf(resource, written)).toEqual({
      path: `/spec/containers/0/resources/limits/${resource.replace('/', '~1')}`,
      field: 'limit',
      container: 'web',
      resource,
      ...amount,
    });
  });
});

describe('an amount that the server refuses', () => {
  it.each([
    ['memory', '1GB', 'format'],
    ['memory', '10K', 'suffix'],
    ['memory', 'true', 'format'],
    ['memory', '""', 'format'],
    ['cpu', '-1', 'negative'],
    ['nvidia.com/gpu', '500m', 'fraction'],
  ])('%s: %s', (resource, written, error) => {
    expect(amountOf(resource, written)?.error).toBe(error);
  });
});

describe('amounts beside requests and limits', () => {
  it.each([
    [
      'a quota',
      'apiVersion: v1\nkind: ResourceQuota\nspec: {hard: {pods: 1.5}}',
      '/spec/hard/pods',
      'hard',
      'fraction',
    ],
    [
      'a limit range',
      'apiVersion: v1\nkind: LimitRange\nspec: {limits: [{type: Pod}, {type: Container, default: {cpu: 1x}}]}',
      '/spec/limits/1/default/cpu',
      'limit-range',
      'format',
    ],
    [
      'a claim',
      'apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {resources: {requests: {storage: 1gb}}}',
      '/spec/resources/requests/storage',
      'request',
      'format',
    ],
    [
      'a volume',
      'apiVersion: v1\nkind: PersistentVolume\nspec: {capacity: {storage: 5 Gi}}',
      '/spec/capacity/storage',
      'capacity',
      'format',
    ],
    [
      'a claim template',
      'apiVersion: apps/v1\nkind: StatefulSet\nspec: {template: {spec: {containers: []}}, volumeClaimTemplates: [{spec: {resources: {requests: {storage: x}}}}]}',
      '/spec/volumeClaimTemplates/0/spec/resources/requests/storage',
      'request',
      'format',
    ],
    [
      'a size limit',
      pod('volumes: [{name: a, emptyDir: {sizeLimit: 1GB}}]', 'containers: []'),
      '/spec/volumes/0/emptyDir/sizeLimit',
      'size',
      'format',
    ],
    ['overhead', pod('overhead: {cpu: -1}', 'containers: []'), '/spec/overhead/cpu', 'overhead', 'negative'],
    [
      'a divisor',
      pod(
        'containers: [{name: w, image: w, env: [{name: X, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1K}}}]}]',
      ),
      '/spec/containers/0/env/0/valueFrom/resourceFieldRef/divisor',
      'divisor',
      'suffix',
    ],
    [
      'a claim of the pod itself',
      pod(
        'containers: []',
        'volumes: [{name: a, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1GB}}}}}}]',
      ),
      '/spec/volumes/0/ephemeral/volumeClaimTemplate/spec/resources/requests/storage',
      'request',
      'format',
    ],
  ])('%s', (_, text, path, field, error) => {
    expect(factsOf(text).amounts).toEqual([expect.objectContaining({ path, field, error })]);
  });

  it('an object of another group has none, whatever its kind is called', () => {
    expect(factsOf('apiVersion: example.com/v1\nkind: ResourceQuota\nspec: {hard: {pods: x}}').amounts).toEqual([]);
  });
});
