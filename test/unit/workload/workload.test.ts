import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { isAmountError, readPodShape } from '../../../src/workload/pod-shape.ts';
import { readWorkload, type KindTable, type Workload } from '../../../src/workload/workload.ts';
import { objectOf, printed } from '../../helpers/kube-objects.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };

function read(apiVersion: string, kind: string, rest: JsonObject, kinds: KindTable = shippedKinds): Workload | null {
  return readWorkload(objectOf({ apiVersion, kind, metadata: { name: 'web' }, ...rest }), kinds);
}

describe('pod templates and their number', () => {
  it.each<[string, string, JsonObject, string, object]>([
    ['apps/v1', 'Deployment', { replicas: 3 }, '/spec/template', { kind: 'count', written: 3, count: 3 }],
    ['apps/v1', 'Deployment', {}, '/spec/template', { kind: 'count', written: null, count: 1 }],
    ['apps/v1', 'Deployment', { replicas: '3' }, '/spec/template', { kind: 'unknown', missing: 'spec.replicas' }],
    ['apps/v1', 'StatefulSet', { replicas: 0 }, '/spec/template', { kind: 'count', written: 0, count: 0 }],
    ['apps/v1', 'DaemonSet', {}, '/spec/template', { kind: 'per-node' }],
    ['v1', 'ReplicationController', { replicas: 2 }, '/spec/template', { kind: 'count', written: 2, count: 2 }],
    ['batch/v1', 'Job', { parallelism: 5, completions: 3 }, '/spec/template', { kind: 'count', written: 5, count: 3 }],
    ['batch/v1', 'Job', { parallelism: 5 }, '/spec/template', { kind: 'count', written: 5, count: 5 }],
    ['batch/v1', 'Job', { suspend: true }, '/spec/template', { kind: 'count', written: null, count: 0 }],
  ])('%s %s with %j', (apiVersion, kind, spec, pointer, replicas) => {
    const workload = read(apiVersion, kind, { spec: { ...spec, template } });
    expect(workload).toMatchObject({ family: kind, templates: [{ pointer, spec: template.spec, replicas }] });
  });

  it('a pod is its own template', () => {
    expect(read('v1', 'Pod', template)?.templates).toMatchObject([{ pointer: '', spec: template.spec }]);
  });

  it('a CronJob runs nothing by itself', () => {
    const workload = read('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } });
    expect(workload?.templates).toMatchObject([
      { pointer: '/spec/jobTemplate/spec/template', replicas: { kind: 'none' } },
    ]);
  });

  it.each([
    ['v1', 'Service'],
    ['example.com/v1', 'Deployment'],
    ['apps/v1', 'Pod'],
  ])('%s %s makes no pods', (apiVersion, kind) => {
    expect(read(apiVersion, kind, { spec: { template } })).toBeNull();
  });

  it('a workload without a template has none', () => {
    expect(read('apps/v1', 'Deployment', { spec: { template: null } })?.templates).toEqual([]);
  });
});

describe('custom kinds', () => {
  it.each<[string, string, JsonObject, object]>([
    ['argoproj.io/v1alpha1', 'Rollout', { replicas: 4, template }, { kind: 'count', written: 4, count: 4 }],
    ['apps.kruise.io/v1alpha1', 'CloneSet', { template }, { kind: 'count', written: null, count: 1 }],
    [
      'serving.knative.dev/v1',
      'Service',
      { template },
      { kind: 'unknown', missing: 'replicas of serving.knative.dev/Service' },
    ],
    [
      'serving.knative.dev/v1',
      'Service',
      { template: { ...template, metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '2' } } } },
      { kind: 'count', written: 2, count: 2 },
    ],
  ])('%s %s is known', (apiVersion, kind, spec, replicas) => {
    expect(read(apiVersion, kind, { spec })).toMatchObject({ family: 'Custom', templates: [{ replicas }] });
  });

  it('may keep several templates, each with its own number', () => {
    const kinds: KindTable = new Map([
      [
        'Cluster.example.com',
        {
          group: 'example.com',
          kind: 'Cluster',
          plural: 'clusters',
          templates: [{ template: '/spec/groups/*/template', replicas: '/spec/groups/*/size', defaultReplicas: null }],
          children: [{ resource: 'services', count: 1 }],
        },
      ],
    ]);
    const groups = [{ size: 2, template }, { template }, { size: 7, template }];
    const workload = read('example.com/v1', 'Cluster', { spec: { groups } }, kinds);
    const found = workload?.templates.map(({ pointer, replicas }) => [
      pointer,
      replicas.kind === 'count' ? replicas.count : replicas.kind,
    ]);
    expect(found).toEqual([
      ['/spec/groups/0/template', 2],
      ['/spec/groups/1/template', 'unknown'],
      ['/spec/groups/2/template', 7],
    ]);
    expect(workload?.children).toEqual([{ resource: 'services', count: 1 }]);
  });
});

describe('the shape of a pod', () => {
  it('has amounts as the API decodes them, and sidecars told from init containers', () => {
    const shape = readPodShape({
      containers: [{ name: 'a', resources: { requests: { cpu: '100u', memory: null }, limits: { cpu: 0.5 } } }],
      initContainers: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'setup' }],
    });
    if (isAmountError(shape)) throw new Error(shape.error.message);
    const [container] = shape.containers;
    expect(printed(container?.requests ?? new Map())).toEqual({ cpu: '1m', memory: '0' });
    expect(printed(container?.limits ?? new Map())).toEqual({ cpu: '500m' });
    expect(shape.initContainers.map(({ role }) => role)).toEqual(['sidecar', 'init']);
    expect(shape.podLevel).toBeNull();
  });

  it('names the amount that cannot be read', () => {
    const shape = readPodShape({
      containers: [{ name: 'a' }, { name: 'b', resources: { limits: { 'example.com/gpu': 'one' } } }],
    });
    expect(shape).toMatchObject({
      kind: 'amount-error',
      pointer: '/containers/1/resources/limits/example.com~1gpu',
      error: { reason: 'format' },
    });
  });
});
