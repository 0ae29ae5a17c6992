import { describe, expect, it } from 'vitest';
import { fitRelease } from '../../../src/fit/fit-release.ts';
import type { JsonObject, KubernetesObject } from '../../../src/manifest/document.ts';
import { suggestLimitRanges } from '../../../src/suggest/suggest-limit-range.ts';
import { suggestQuotas } from '../../../src/suggest/suggest-quota.ts';
import { suggestRequests } from '../../../src/suggest/suggest-requests.ts';
import { objectOf } from '../../helpers/kube-objects.ts';
import { createFitOptions } from '../../helpers/fit-options.ts';

const options = createFitOptions({ namespace: 'a', kinds: new Map(), state: { source: 'none', takenAt: null } });

function deployment(
  name: string,
  replicas: number,
  resources: JsonObject,
  initResources?: JsonObject,
): KubernetesObject {
  const spec = {
    containers: [{ name: 'app', image: 'app:1', resources }],
    ...(initResources === undefined
      ? {}
      : { initContainers: [{ name: 'init', image: 'init:1', resources: initResources }] }),
  };
  const template = { metadata: { labels: { app: name } }, spec };
  return objectOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'a' },
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
  });
}

const quota = (hard: JsonObject): KubernetesObject =>
  objectOf({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'a' }, spec: { hard } });

describe('a suggested quota', () => {
  it('holds a rollout beside the release', () => {
    const suggestion = suggestQuotas([deployment('web', 4, { requests: { cpu: '100m' } })], [], options);
    expect(suggestion).toMatchObject({
      kind: 'quotas',
      quotas: [
        {
          namespace: 'a',
          amounts: [
            { resource: 'pods', hard: '6', steady: '4' },
            { resource: 'requests.cpu', hard: '600m', steady: '400m' },
          ],
        },
      ],
    });
  });

  it('leaves out what not every container writes', () => {
    const suggestion = suggestQuotas([deployment('web', 1, { requests: { cpu: '100m' } })], [], options);
    expect(suggestion).toMatchObject({
      quotas: [
        { leftOut: [{ resource: 'limits.cpu' }, { resource: 'limits.memory' }, { resource: 'requests.memory' }] },
      ],
    });
  });

  it('holds what the state has already', () => {
    const suggestion = suggestQuotas([deployment('web', 1, {})], [deployment('api', 3, {})], options);
    expect(suggestion).toMatchObject({ quotas: [{ amounts: [{ resource: 'pods', hard: '5', steady: '4' }] }] });
  });
});

describe('suggested requests', () => {
  it('are equal shares of what is written, for init containers too', () => {
    const release = [
      deployment('web', 4, { limits: { cpu: '1' } }, { requests: { cpu: '500m' }, limits: { cpu: '800m' } }),
    ];
    const suggestion = suggestRequests(release, [quota({ 'limits.cpu': '2' })], options);
    expect(suggestion).toMatchObject({
      kind: 'requests',
      workloads: [
        {
          name: 'web',
          because: ['limits.cpu of quota q'],
          amounts: [
            { container: 'app', list: 'limits', resource: 'cpu', from: '1', to: '500m' },
            { container: 'init', list: 'requests', resource: 'cpu', from: '500m', to: '250m' },
            { container: 'init', list: 'limits', resource: 'cpu', from: '800m', to: '400m' },
          ],
        },
      ],
    });
  });

  it('write a request where the limit was the request', () => {
    const suggestion = suggestRequests(
      [deployment('web', 2, { limits: { memory: '1Gi' } })],
      [quota({ 'requests.memory': '1Gi' })],
      options,
    );
    expect(suggestion).toMatchObject({
      workloads: [{ amounts: [{ list: 'requests', resource: 'memory', from: 'nothing written', to: '512Mi' }] }],
    });
  });

  it('are none where lower amounts do not help', () => {
    const release = [deployment('web', 3, { limits: { cpu: '1' } })];
    expect(suggestRequests(release, [quota({ pods: '1' })], options)).toEqual({ kind: 'requests', workloads: [] });
  });
});

it('a suggested limit range is kept by every container of the release', () => {
  const release = [
    deployment('web', 1, { requests: { cpu: '100m' }, limits: { cpu: '2' } }),
    deployment('api', 1, { requests: { cpu: '300m' }, limits: { cpu: '500m' } }),
    deployment('idle', 1, {}),
  ];
  const [range] = suggestLimitRanges(release, 'a', new Map());
  expect(range?.bounds).toEqual([
    {
      resource: 'cpu',
      min: '100m',
      max: '2',
      default: '500m',
      defaultRequest: '100m',
      largest: 'container app of Deployment web',
    },
  ]);
  const limits = range?.bounds.map((bound) => ({
    type: 'Container',
    ...Object.fromEntries(
      (['min', 'max', 'default', 'defaultRequest'] as const).map((list) => [list, { cpu: bound[list] }]),
    ),
  }));
  const object = objectOf({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'l', namespace: 'a' },
    spec: { limits: limits ?? [] },
  });
  const outcome = fitRelease(release, [object], options);
  expect(outcome).toMatchObject({
    report: { workloads: [{ pods: { created: 1 } }, { pods: { created: 1 } }, { pods: { created: 1 } }] },
  });
});
