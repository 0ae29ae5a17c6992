import { expect, it } from 'vitest';
import { describeRelease } from '../../../src/facts/describe-release.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { objectOf } from '../../rules/shipped-policy.ts';

function promisesOf(...values: readonly JsonObject[]) {
  const objects = values.map((value) => {
    const object = objectOf(value);
    return { object, workload: readWorkload(object, shippedKinds) };
  });
  return describeRelease(objects, { kubernetesMinor: 37, namespace: '' }).memoryPromises;
}

function deployment(replicas: number, resources: JsonObject, namespace = 'shop'): JsonObject {
  const template = { spec: { containers: [{ name: 'web', resources }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas, template },
  };
}

const quota = (hard: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'shop' },
  spec: { hard },
});

it('a quota says what the limits may sum up to', () => {
  expect(promisesOf(quota({ 'limits.memory': '16Gi', 'requests.memory': '5Gi' }))).toEqual([
    { object: 0, path: '/spec/hard/limits.memory', by: 'quota', limits: '16Gi', gibibytes: 16, ratio: 3.2 },
  ]);
});

it('memory is the old name of requests.memory, and without either there is no ratio', () => {
  expect(promisesOf(quota({ 'limits.memory': '2Gi', memory: '1Gi' }))[0]?.ratio).toBe(2);
  expect(promisesOf(quota({ 'limits.memory': '2Gi' }))[0]).not.toHaveProperty('ratio');
});

it('without such a quota the workloads of a namespace say it together, times their replicas', () => {
  const large = deployment(3, { requests: { memory: '256Mi' }, limits: { memory: '1Gi' } });
  const small = deployment(1, { limits: { memory: '1Gi' } });
  const other = deployment(1, { limits: { memory: '8Gi' } }, 'other');
  expect(promisesOf(quota({ pods: '9' }), large, small, other)).toMatchObject([
    { object: 1, by: 'workloads', limits: '4Gi', ratio: 2.286 },
    { object: 3, by: 'workloads', limits: '8Gi', ratio: 1 },
  ]);
});

it('what cannot be read, or limits nothing, promises nothing', () => {
  expect(promisesOf(quota({ 'limits.memory': 'much' }), deployment(2, { requests: { memory: '1Gi' } }))).toEqual([]);
});
