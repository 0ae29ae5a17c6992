import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitRange } from '../../../src/admission/limit-range.ts';
import { describeObject } from '../../../src/facts/describe-object.ts';
import { factsSchema, type ObjectFacts } from '../../../src/facts/schema.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { parseQuantity } from '../../../src/quantity/parse.ts';
import type { ResourceList } from '../../../src/quantity/quantity.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { factsOf, pod } from './facts-of.ts';

const list = (amounts: Readonly<Record<string, string>>): ResourceList =>
  new Map(
    Object.entries(amounts).flatMap(([name, text]) => {
      const quantity = parseQuantity(text);
      return quantity.kind === 'quantity' ? [[name, quantity] as const] : [];
    }),
  );

const none = list({});
const limitRange = (type: string, limit: ResourceList, request: ResourceList): LimitRange => ({
  kind: 'limit-range',
  name: 'defaults',
  limits: [{ type, max: none, min: none, default: limit, defaultRequest: request, maxLimitRequestRatio: none }],
});

const boundsOf = (text: string, limitRanges: readonly LimitRange[] = []) => {
  const [container] = factsOf(text, { limitRanges }).containers;
  return { requests: container?.requests, limits: container?.limits };
};

describe('what holds for a container', () => {
  it.each([
    ['nothing is written', '{}', {}, {}],
    ['a request is its own', '{requests: {cpu: 0.5}}', { cpu: '500m' }, {}],
    ['a limit becomes the request', '{limits: {memory: 1024Mi}}', { memory: '1Gi' }, { memory: '1Gi' }],
    ['a written request stays', '{requests: {cpu: 1}, limits: {cpu: 2}}', { cpu: '1' }, { cpu: '2' }],
    ['a zero is a zero', '{limits: {cpu: 0}}', { cpu: '0' }, { cpu: '0' }],
    ['null is a zero', '{requests: {cpu: null}}', { cpu: '0' }, {}],
    ['less than a thousandth is rounded up', '{requests: {cpu: 0.1m}}', { cpu: '1m' }, {}],
    ['what cannot be read is there', '{requests: {memory: 1GB}}', { memory: '' }, {}],
    ['a list is nothing', '{requests: [cpu]}', {}, {}],
  ])('%s', (_, resources, requests, limits) => {
    expect(boundsOf(pod('containers:', `- {name: web, image: web:1, resources: ${resources}}`))).toEqual({
      requests,
      limits,
    });
  });

  const bare = pod('containers:', '- {name: web, image: web:1, resources: {limits: {memory: 1Gi}}}');

  it('the defaults of a limit range fill in what is missing, and no more', () => {
    const defaults = limitRange('Container', list({ cpu: '1', memory: '2Gi' }), list({ cpu: '500m', memory: '1Mi' }));
    const later = limitRange('Container', list({ cpu: '9' }), list({ cpu: '9' }));
    expect(boundsOf(bare, [defaults, later])).toEqual({
      requests: { memory: '1Gi', cpu: '500m' },
      limits: { memory: '1Gi', cpu: '1' },
    });
  });

  it('a limit range for pods fills in nothing', () => {
    expect(boundsOf(bare, [limitRange('Pod', list({ cpu: '1' }), list({ cpu: '1' }))]).requests).toEqual({
      memory: '1Gi',
    });
  });

  it('one without a name goes by its place', () => {
    const text = pod('containers: [{name: web, image: a}, {image: b, resources: {limits: {memory: x}}}]');
    const { containers, images, amounts } = factsOf(text);
    expect(containers.map(({ name }) => name)).toEqual(['web', '[1]']);
    expect(images.map(({ container }) => container)).toEqual(['web', '[1]']);
    expect(amounts[0]?.container).toBe('[1]');
  });

  it('an ephemeral container gets nothing', () => {
    const text = pod('containers: []', 'ephemeralContainers:', '- {name: debug, image: busybox:1}');
    const [container] = factsOf(text, { limitRanges: [limitRange('Container', list({ cpu: '1' }), none)] }).containers;
    expect(container).toMatchObject({ role: 'ephemeral', requests: {}, limits: {} });
  });
});

it('containers are named by role and pointer, init containers first', () => {
  const text = pod(
    'containers:',
    '- {name: web, image: web:1}',
    'initContainers:',
    '- {name: setup, image: setup:1}',
    '- {name: proxy, image: proxy:1, restartPolicy: Always}',
  );
  expect(factsOf(text).containers.map(({ name, role, path }) => [name, role, path])).toEqual([
    ['setup', 'init', '/spec/initContainers/0'],
    ['proxy', 'sidecar', '/spec/initContainers/1'],
    ['web', 'app', '/spec/containers/0'],
  ]);
});

describe('resources of the pod as a whole', () => {
  const text = pod(
    'resources: {requests: {cpu: 150m, gpu: 1}, limits: {cpu: 1, memory: 1Gi}}',
    'containers:',
    '- {name: a, image: a:1, resources: {requests: {cpu: 100m}, limits: {memory: 2Gi}}}',
    '- {name: b, image: b:1, resources: {requests: {cpu: 100m}}}',
  );

  it('what it names holds, what has only a limit is the sum of the containers', () => {
    expect(factsOf(text).pods[0]).toMatchObject({
      requests: { cpu: '150m', gpu: '1', memory: '2Gi' },
      limits: { cpu: '1', memory: '1Gi' },
    });
  });

  it('before Kubernetes 1.34 the server drops it', () => {
    const facts = factsOf(text, { kubernetesMinor: 33 });
    expect(facts.pods[0]).toMatchObject({ requests: {}, limits: {} });
    expect(facts.checks).toEqual([]);
  });

  it('its containers are held to it', () => {
    const checks = factsOf(text).checks.map(({ kind, verdict, path, amount, limit }) => [
      kind,
      verdict,
      path,
      amount,
      limit,
    ]);
    expect(checks).toEqual([
      ['request-limit', 'within', '/spec/resources/limits/cpu', '150m', '1'],
      ['request-limit', 'exceeds', '/spec/resources/requests/memory', '2Gi', '1Gi'],
      ['pod-level-resource', 'unsupported', '/spec/resources/requests/gpu', undefined, undefined],
      ['containers-pod-request', 'exceeds', '/spec/resources/requests/cpu', '200m', '150m'],
      ['container-limit-pod-limit', 'exceeds', '/spec/containers/0/resources/limits/memory', '2Gi', '1Gi'],
    ]);
  });

  it('init containers count beside the sidecars before them', () => {
    const spec = [
      'resources: {requests: {cpu: 299m}}',
      'initContainers:',
      '- {name: proxy, image: p:1, restartPolicy: Always, resources: {requests: {cpu: 100m}}}',
      '- {name: setup, image: s:1, resources: {requests: {cpu: 200m}}}',
      'containers:',
      '- {name: web, image: w:1, resources: {requests: {cpu: 50m}}}',
    ];
    expect(factsOf(pod(...spec)).checks[0]).toMatchObject({ kind: 'containers-pod-request', amount: '300m' });
    expect(factsOf(pod('resources: {requests: {cpu: 300m}}', ...spec.slice(1))).checks).toEqual([]);
  });
});

describe('requests against limits', () => {
  it.each([
    ['{requests: {cpu: 1}, limits: {cpu: 1000m}}', []],
    ['{requests: {cpu: 1}, limits: {cpu: 2}}', [['within', 'limits/cpu', 2]]],
    ['{requests: {cpu: 3}, limits: {cpu: 10}}', [['within', 'limits/cpu', 3.334]]],
    ['{requests: {memory: 1Gi}, limits: {memory: 1073741823}}', [['exceeds', 'requests/memory', 1]]],
    ['{requests: {cpu: 0}, limits: {cpu: 1}}', [['within', 'limits/cpu', undefined]]],
    ['{requests: {example.com/gpu: 1}, limits: {example.com/gpu: 2}}', [['differs', 'requests/example.com~1gpu', 2]]],
    ['{requests: {hugepages-2Mi: 2Mi}, limits: {hugepages-2Mi: 4Mi}}', [['differs', 'requests/hugepages-2Mi', 2]]],
    ['{requests: {cpu: 1x}, limits: {cpu: 1}}', []],
  ])('%s', (resources, checks) => {
    const facts = factsOf(pod('containers:', `- {name: web, image: web:1, resources: ${resources}}`));
    const base = '/spec/containers/0/resources/';
    expect(facts.checks.map(({ verdict, path, ratio }) => [verdict, path.replace(base, ''), ratio])).toEqual(checks);
  });
});

const ajv = new Ajv({ strict: false });
const validate = ajv.compile(JSON.parse(JSON.stringify(factsSchema)) as object);

function listFaults(facts: ObjectFacts): unknown {
  return validate(JSON.parse(JSON.stringify(facts))) ? [] : validate.errors;
}

it('facts are as their schema says', () => {
  const text = pod(
    'resources: {requests: {cpu: 1}}',
    'volumes: [{name: cache, emptyDir: {}}, {name: model, image: {reference: model:1}}]',
    'containers: [{name: web, image: "Web:1", resources: {requests: {cpu: 2, memory: 1GB}, limits: {cpu: 4}}}]',
  );
  expect(listFaults(factsOf(text))).toEqual([]);
});

it('an object of any shape gives facts as their schema says, and never a throw', () => {
  const keys = [
    'spec',
    'containers',
    'initContainers',
    'resources',
    'requests',
    'limits',
    'cpu',
    'volumes',
    'emptyDir',
  ];
  const more = ['image', 'name', 'template', 'metadata', 'labels', 'hard', 'sizeLimit', '__proto__', 'env', 'overhead'];
  const { value: tree } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 8 },
      fc.constantFrom<unknown>(null, true, 0, -1, 1e300, '', '1Gi', 'web:1', 'Ü'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, ...more), tie('value'), { maxKeys: 5 }),
    ),
  }));
  const kinds = fc.constantFrom(['v1', 'Pod'], ['apps/v1', 'Deployment'], ['v1', 'ResourceQuota'], ['v1', 'Service']);
  fc.assert(
    fc.property(
      kinds,
      fc.dictionary(fc.constantFrom(...keys, ...more), tree),
      ([apiVersion = '', kind = ''], fields) => {
        const value = { ...fields, apiVersion, kind } as JsonObject;
        const object = { apiVersion, kind, namespace: '', name: '', value, source: null };
        const workload = readWorkload(object, shippedKinds);
        const facts = describeObject(object, workload, { kubernetesMinor: 37, limitRanges: [], namespace: '' });
        expect(listFaults(facts)).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
