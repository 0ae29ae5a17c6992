import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { chargePod, type Charge } from '../../../src/quota/charge.ts';
import { applyCharges, countFitting, judgeQuotas } from '../../../src/quota/judge.ts';
import { isAmountError, readPodShape } from '../../../src/workload/pod-shape.ts';
import { amounts, printed, quotaOf } from '../../helpers/kube-objects.ts';

function podCharge(
  resources: JsonObject,
  spec: JsonObject = {},
  options: { priorityClassName?: string | null; status?: JsonObject; minor?: number } = {},
): Charge {
  const shape = readPodShape({ containers: [{ name: 'web', image: 'web:1', resources }], ...spec });
  if (isAmountError(shape)) throw new Error(shape.error.message);
  const { priorityClassName = '', status = null, minor = 37 } = options;
  return chargePod(shape, { kubernetesMinor: minor, priorityClassName, status });
}

const small = podCharge({ requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } });

describe('what a quota lets in', () => {
  it('is everything up to exactly full', () => {
    const verdict = judgeQuotas([quotaOf({ 'requests.cpu': '300m' }, { used: { 'requests.cpu': '200m' } })], {
      charge: small,
      old: null,
    });
    expect(verdict).toMatchObject({ kind: 'admitted' });
    expect(verdict.kind === 'admitted' && printed(verdict.charges.get('team') ?? new Map())).toEqual({
      'requests.cpu': '100m',
    });
  });

  it('ends one step above, in the words of the server, with every quota that refuses', () => {
    const quotas = [
      quotaOf(
        { 'requests.cpu': '299m', 'limits.cpu': '1', pods: '9' },
        { name: 'a', used: { 'requests.cpu': '200m' } },
      ),
      quotaOf({ 'limits.memory': '1Gi', pods: '0' }, { name: 'b' }),
      quotaOf({ secrets: '0' }, { name: 'c' }),
    ];
    expect(judgeQuotas(quotas, { charge: small, old: null })).toMatchObject({
      kind: 'refused',
      reason: 'exceeded-quota',
      message: 'exceeded quota: a, requested: requests.cpu=100m, used: requests.cpu=200m, limited: requests.cpu=299m',
      blockedBy: [
        { quota: 'a', resource: 'requests.cpu' },
        { quota: 'b', resource: 'pods' },
      ],
    });
  });

  it('lists only what is exceeded, by name', () => {
    const quota = quotaOf({ pods: '0', cpu: '50m', 'limits.cpu': '5' });
    expect(judgeQuotas([quota], { charge: small, old: null })).toMatchObject({
      message: 'exceeded quota: team, requested: cpu=100m,pods=1, used: cpu=0,pods=0, limited: cpu=50m,pods=0',
    });
  });

  it('does not look at resources that the write does not raise, be they far over', () => {
    const quota = quotaOf({ 'requests.memory': '1', 'requests.cpu': '1' }, { used: { 'requests.memory': '9Gi' } });
    const charge = podCharge({ requests: { cpu: '1', memory: '0' } });
    expect(judgeQuotas([quota], { charge, old: null }).kind).toBe('admitted');
  });

  it('charges only growth on an update, and all of it when the object enters the scope', () => {
    const hard = { 'requests.cpu': '150m' };
    const older = podCharge({ requests: { cpu: '50m', memory: '1Gi' } });
    const terminating = quotaOf(hard, { scopes: [{ scope: 'Terminating', operator: 'Exists', values: [] }] });
    const entering = podCharge({ requests: { cpu: '100m' } }, { activeDeadlineSeconds: 60 });
    const grown = judgeQuotas([quotaOf(hard, { used: { 'requests.cpu': '100m' } })], { charge: small, old: older });
    const entered = judgeQuotas([terminating], { charge: entering, old: older });
    expect(grown.kind === 'admitted' && printed(grown.charges.get('team') ?? new Map())).toEqual({
      'requests.cpu': '50m',
    });
    expect(entered.kind === 'admitted' && printed(entered.charges.get('team') ?? new Map())).toEqual({
      'requests.cpu': '100m',
    });
  });

  it('prints sums in the notation of the used amount, and a single amount as it was written', () => {
    const charge = podCharge({ requests: { cpu: '1.500' } });
    expect(judgeQuotas([quotaOf({ cpu: '1' }, { used: { cpu: '500m' } })], { charge, old: null })).toMatchObject({
      message: 'exceeded quota: team, requested: cpu=1.500, used: cpu=500m, limited: cpu=1',
    });
  });
});

describe('what a pod must specify', () => {
  const lacking = podCharge({ limits: { memory: '1Gi' } }, { initContainers: [{ name: 'setup' }, { name: 'setup' }] });

  it('is named by resource and container, before any amount', () => {
    const quotas = [
      quotaOf({ 'limits.cpu': '0', 'limits.memory': '0', pods: '0' }, { name: 'a' }),
      quotaOf({ memory: '1' }, { name: 'b' }),
    ];
    expect(judgeQuotas(quotas, { charge: lacking, old: null })).toMatchObject({
      reason: 'must-specify',
      message: 'failed quota: a: must specify limits.cpu for: setup,web; limits.memory for: setup',
      blockedBy: [
        { quota: 'a', resource: 'limits.cpu', requested: null },
        { quota: 'a', resource: 'limits.memory', requested: null },
        { quota: 'b', resource: 'memory', requested: null },
      ],
    });
  });

  it('is nothing for storage, extended resources, or a pod with resources of its own', () => {
    const own = podCharge({}, { resources: { requests: { cpu: '1' } } });
    const hard = {
      'requests.ephemeral-storage': '1',
      'limits.ephemeral-storage': '1',
      'requests.example.com/gpu': '1',
    };
    expect(judgeQuotas([quotaOf(hard)], { charge: lacking, old: null }).kind).toBe('admitted');
    expect(judgeQuotas([quotaOf({ memory: '1' })], { charge: own, old: null }).kind).toBe('admitted');
  });

  it('is satisfied by zero', () => {
    const charge = podCharge({ requests: { cpu: '0' } });
    expect(judgeQuotas([quotaOf({ cpu: '0' })], { charge, old: null }).kind).toBe('admitted');
  });
});

describe('keys', () => {
  it.each<[string, JsonObject, Record<string, string>]>([
    ['cpu counts twice', { requests: { cpu: '1' } }, { cpu: '1', 'requests.cpu': '1' }],
    ['limits of the three', { limits: { 'ephemeral-storage': '1Gi' } }, { 'limits.ephemeral-storage': '1Gi' }],
    [
      'huge pages by their written size',
      { requests: { 'hugepages-2048Ki': '4Mi' } },
      { 'hugepages-2048Ki': '4Mi', 'requests.hugepages-2048Ki': '4Mi' },
    ],
    [
      'extended resources only as requests',
      { requests: { 'example.com/gpu': '2' }, limits: { 'example.com/gpu': '2' } },
      {
        'requests.example.com/gpu': '2',
      },
    ],
    ['nothing for a resource of kubernetes.io', { requests: { 'x.kubernetes.io/y': '2' } }, {}],
  ])('%s', (_, resources, usage) => {
    expect(printed(podCharge(resources).usage)).toEqual({ 'count/pods': '1', pods: '1', ...usage });
  });

  it.each([['example.com/gpu'], ['limits.example.com/gpu'], ['count/deployments'], ['deployments.apps']])(
    '%s never limits a pod',
    (key) => {
      const charge = podCharge({ requests: { 'example.com/gpu': '2' }, limits: { 'example.com/gpu': '2' } });
      expect(judgeQuotas([quotaOf({ [key]: '0' })], { charge, old: null })).toEqual({
        kind: 'admitted',
        charges: new Map(),
      });
    },
  );

  it('a device class counts from 1.35 on', () => {
    const resources = { requests: { 'deviceclass.resource.kubernetes.io/gpu': '1' } };
    const key = 'requests.deviceclass.resource.kubernetes.io/gpu';
    expect([34, 35].map((minor) => podCharge(resources, {}, { minor }).usage.has(key))).toEqual([false, true]);
  });

  it('a finished pod is only an object', () => {
    const charge = podCharge({ requests: { cpu: '1' } }, {}, { status: { phase: 'Succeeded' } });
    expect(printed(charge.usage)).toEqual({ 'count/pods': '1' });
  });
});

const exists = (scope: string) => [{ scope, operator: 'Exists', values: [] }];
const classed = (operator: string, ...values: string[]) => [{ scope: 'PriorityClass', operator, values }];
const affinity = (term: JsonObject) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
});

describe('scopes', () => {
  const plain = podCharge({ requests: { cpu: '1' } });
  const gold = podCharge({ requests: { cpu: '1' } }, {}, { priorityClassName: 'gold' });
  const none = podCharge({ requests: { 'ephemeral-storage': '1Gi' } });
  const deadline = podCharge({ requests: { cpu: '1' } }, { activeDeadlineSeconds: 30 });
  const other = podCharge({}, affinity({ namespaceSelector: {} }));

  it.each([
    ['Terminating', exists('Terminating'), deadline, true],
    ['Terminating', exists('Terminating'), plain, false],
    ['NotTerminating', exists('NotTerminating'), plain, true],
    ['BestEffort, with storage only', exists('BestEffort'), none, true],
    ['NotBestEffort', exists('NotBestEffort'), plain, true],
    ['PriorityClass Exists', exists('PriorityClass'), plain, false],
    ['PriorityClass In', classed('In', 'gold', 'silver'), gold, true],
    ['PriorityClass In, without a class', classed('In', 'gold'), plain, false],
    ['PriorityClass NotIn, without a class', classed('NotIn', 'gold'), plain, true],
    ['PriorityClass DoesNotExist', classed('DoesNotExist'), plain, true],
    ['CrossNamespacePodAffinity', exists('CrossNamespacePodAffinity'), other, true],
    ['CrossNamespacePodAffinity, in its own', exists('CrossNamespacePodAffinity'), podCharge({}, affinity({})), false],
    ['VolumeAttributesClass', exists('VolumeAttributesClass'), gold, false],
    ['two at once', [...exists('NotTerminating'), ...exists('BestEffort')], plain, false],
  ])('%s', (_, scopes, charge, isCovered) => {
    const verdict = judgeQuotas([quotaOf({ pods: '0' }, { scopes })], { charge, old: null });
    expect(verdict.kind).toBe(isCovered ? 'refused' : 'admitted');
  });

  it('the empty pod-level resources of before 1.37 make a pod best effort', () => {
    const spec = { resources: {} };
    const charges = [36, 37].map((minor) => podCharge({ requests: { cpu: '1' } }, spec, { minor }).traits);
    expect(charges).toMatchObject([{ bestEffort: true }, { bestEffort: false }]);
  });
});

describe('what is not known', () => {
  it('is said so: the usage of a quota, the default class of the cluster', () => {
    const uncounted = { ...quotaOf({ pods: '9' }), used: null };
    const byClass = quotaOf({ pods: '9' }, { scopes: [{ scope: 'PriorityClass', operator: 'Exists', values: [] }] });
    const charge = podCharge({}, {}, { priorityClassName: null });
    expect(judgeQuotas([uncounted, byClass], { charge, old: null })).toEqual({
      kind: 'unknown',
      missing: ['priority classes', 'quota status'],
    });
  });

  it('does not hide a quota that refuses for certain', () => {
    const uncounted = { ...quotaOf({ pods: '9' }), used: null };
    expect(judgeQuotas([uncounted, quotaOf({ pods: '0' })], { charge: small, old: null }).kind).toBe('refused');
  });

  it('is a refusal where the server itself has not counted a key', () => {
    const quota = { ...quotaOf({ pods: '9', cpu: '1' }), used: amounts({ pods: '0' }) };
    expect(judgeQuotas([quota], { charge: small, old: null })).toMatchObject({
      reason: 'other',
      message: 'status unknown for quota: team, resources: cpu,pods',
      blockedBy: [{ resource: 'cpu' }],
    });
  });
});

describe('limited resources', () => {
  const limited = [{ apiGroup: '', resource: 'pods', matchContains: ['cpu'], matchScopes: [] }];
  const scoped = [
    {
      apiGroup: '',
      resource: 'pods',
      matchContains: [],
      matchScopes: [{ scope: 'PriorityClass', operator: 'In', values: ['gold', 'silver'] }],
    },
  ];
  const gold = podCharge({ requests: { cpu: '1' } }, {}, { priorityClassName: 'gold' });

  it('need a quota that covers them', () => {
    expect(judgeQuotas([], { charge: small, old: null }, limited)).toMatchObject({
      message: 'insufficient quota to consume: cpu,limits.cpu,requests.cpu',
    });
    const quota = quotaOf({ cpu: '9', 'limits.cpu': '9', 'requests.cpu': '9' });
    expect(judgeQuotas([quota], { charge: small, old: null }, limited).kind).toBe('admitted');
  });

  it('need a quota of their scope', () => {
    expect(judgeQuotas([], { charge: gold, old: null }, scoped)).toMatchObject({
      message: 'insufficient quota to match these scopes: [{PriorityClass In [gold silver]}]',
    });
    const quota = quotaOf({ pods: '9' }, { scopes: [{ scope: 'PriorityClass', operator: 'Exists', values: [] }] });
    expect(judgeQuotas([quota], { charge: gold, old: null }, scoped).kind).toBe('admitted');
    expect(judgeQuotas([], { charge: small, old: null }, scoped).kind).toBe('admitted');
  });
});

describe('many equal objects', () => {
  it('are counted without going through them', () => {
    const quotas = [quotaOf({ 'requests.cpu': '1M' }, { used: { 'requests.cpu': '50m' } }), quotaOf({ pods: '1G' })];
    expect(countFitting(quotas, small, 10n ** 12n)).toBe(9_999_999n);
    expect(countFitting(quotas, small, 7n)).toBe(7n);
    expect(countFitting([quotaOf({ 'limits.cpu': '9' })], podCharge({}), 7n)).toBe(0n);
    expect(countFitting([{ ...quotaOf({ pods: '9' }), used: null }], small, 7n)).toBeNull();
  });

  it('are charged and taken back at once', () => {
    const quotas = [quotaOf({ pods: '1M', secrets: '1' })];
    const charges = new Map([['team', amounts({ pods: '1' })]]);
    const after = applyCharges(quotas, charges, 250_000n);
    expect(printed(after[0]?.used ?? new Map())).toEqual({ pods: '250k', secrets: '0' });
    expect(printed(applyCharges(after, charges, -250_000n)[0]?.used ?? new Map())).toEqual({ pods: '0', secrets: '0' });
  });
});
