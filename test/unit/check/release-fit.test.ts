import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { checkRelease } from '../../../src/check/check.ts';
import type { Judge } from '../../../src/check/judge.ts';
import { createReleaseFitter } from '../../../src/check/release-fit.ts';
import { describeRelease } from '../../../src/facts/describe-release.ts';
import type { ReleaseFacts } from '../../../src/facts/schema.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { createJudge, readTexts } from '../../helpers/check.ts';
import { createFitOptions } from '../../helpers/fit-options.ts';

type Files = Readonly<Record<string, string>>;

const options = createFitOptions({ termination: 'optimistic', state: { source: 'none', takenAt: null } });

interface Around {
  readonly namespace?: string;
  readonly state?: Files;
  readonly context?: Files;
}

async function equip(around: Around): Promise<Pick<Judge, 'fit' | 'namespace'>> {
  const { namespace = '' } = around;
  const state = (await readTexts(around.state ?? {})).objects;
  const fitter = createReleaseFitter(state, { ...options, namespace });
  if (fitter.kind !== 'fitter') throw new Error('this state cannot be used');
  return { fit: fitter.fit, namespace };
}

/** The findings of rules on quota: rule, object, pointer. */
async function quotaFindings(files: Files, around: Around = {}): Promise<readonly string[]> {
  const context = (await readTexts(around.context ?? {})).objects;
  const release = { ...(await readTexts(files)), context };
  const { report, failures } = checkRelease(release, createJudge({}, await equip(around)));
  expect(failures).toEqual([]);
  return report.findings
    .filter(({ rule }) => rule.startsWith('quota/'))
    .map(({ rule, resource, path }) => `${rule.slice('quota/'.length)} ${resource.kind}/${resource.name} ${path}`);
}

async function factsOf(files: Files, around: Around = {}): Promise<ReleaseFacts> {
  const release = await readTexts(files);
  const objects = release.objects.map((object) => ({ object, workload: readWorkload(object, shippedKinds) }));
  const { fit, namespace } = await equip(around);
  return describeRelease(objects, { kubernetesMinor: 37, namespace, quota: fit?.(release, objects) ?? {} });
}

const inNamespace = (namespace: string): string => (namespace === '' ? '' : `, namespace: ${namespace}`);

const quota = (hard: string, namespace = 'shop', more = ''): string =>
  `{apiVersion: v1, kind: ResourceQuota, metadata: {name: team${inNamespace(namespace)}}, spec: {hard: {${hard}}${more}}}\n`;

const container = (resources: string, name = 'web'): string =>
  `{name: ${name}, image: registry.example.com/web:1, resources: {${resources}}}`;

const small = container('requests: {cpu: 500m, memory: 64Mi}, limits: {memory: 64Mi}');

interface Shape {
  readonly name?: string;
  readonly namespace?: string;
  readonly containers?: string;
  readonly spec?: string;
  readonly kind?: string;
}

function workload({
  name = 'web',
  namespace = 'shop',
  containers = small,
  spec = 'replicas: 4',
  kind = 'Deployment',
}: Shape = {}): string {
  const metadata = `{name: ${name}${inNamespace(namespace)}}`;
  const policy = kind === 'Job' ? 'restartPolicy: Never, ' : '';
  const template = `{metadata: {labels: {app: ${name}}}, spec: {${policy}containers: [${containers}]}}`;
  const version = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  const selector = kind === 'Job' ? '' : `, selector: {matchLabels: {app: ${name}}}`;
  return `{apiVersion: ${version}, kind: ${kind}, metadata: ${metadata}, spec: {${spec}${selector}, template: ${template}}}\n`;
}

const together = (...documents: readonly string[]): string => documents.join('---\n');

const tooMany = ['exceeded Deployment/web /spec/replicas'];

describe('a quota holds', () => {
  it.each<[string, Files, Around]>([
    ['for its namespace in other files', { 'a.yaml': quota('requests.cpu: 1'), 'b.yaml': workload() }, {}],
    [
      'for objects of its file where nobody names a namespace',
      { 'a.yaml': together(quota('requests.cpu: 1', ''), workload({ namespace: '' })) },
      {},
    ],
    [
      'for objects of the namespace that is given',
      { 'a.yaml': quota('requests.cpu: 1', ''), 'b.yaml': workload({ namespace: '' }) },
      { namespace: 'shop' },
    ],
    [
      'when it stands beside what is judged',
      { 'b.yaml': workload() },
      { context: { 'a.yaml': quota('requests.cpu: 1') } },
    ],
    ['when it is in the state', { 'b.yaml': workload() }, { state: { 'a.yaml': quota('requests.cpu: 1') } }],
  ])('%s', async (_, files, around) => {
    expect(await quotaFindings(files, around)).toEqual(tooMany);
  });
});

describe('a quota does not hold', () => {
  it.each<[string, Files, Around]>([
    ['for another namespace', { 'a.yaml': together(quota('requests.cpu: 1', 'other'), workload()) }, {}],
    [
      'for other files where nobody names a namespace',
      { 'a.yaml': quota('requests.cpu: 1', ''), 'b.yaml': workload({ namespace: '' }) },
      {},
    ],
    [
      'for objects without a namespace when it has one',
      { 'a.yaml': together(quota('requests.cpu: 1'), workload({ namespace: '' })) },
      {},
    ],
    [
      'for pieces that kustomize merges',
      { 'a.yaml': together(quota('requests.cpu: 1'), workload().replace(/, selector: \{.*?\}\}/u, '')) },
      {},
    ],
  ])('%s', async (_, files, around) => {
    expect(await quotaFindings(files, around)).toEqual([]);
  });
});

describe('a finding stands', () => {
  const other = container('requests: {cpu: 100m, memory: 1Gi}', 'log');
  it.each<[string, readonly string[], readonly string[]]>([
    ['at replicas', [quota('requests.cpu: 1'), workload()], tooMany],
    [
      'at the container that asks for most where not even one pod fits',
      [quota('requests.cpu: 400m'), workload({ containers: `${other}, ${small}` })],
      ['exceeded Deployment/web /spec/template/spec/containers/1/resources/requests/cpu'],
    ],
    [
      'at the container where replicas mean nothing',
      [quota('requests.cpu: 1'), workload({ kind: 'Job', spec: 'parallelism: 4' })],
      ['exceeded Job/web /spec/template/spec/containers/0/resources/requests/cpu'],
    ],
    [
      'at each container without an amount',
      [quota('limits.cpu: 8'), workload({ containers: `${small}, ${container('limits: {cpu: 1}', 'b')}, ${other}` })],
      [
        'must-specify Deployment/web /spec/template/spec/containers/0/resources',
        'must-specify Deployment/web /spec/template/spec/containers/2/resources',
      ],
    ],
    [
      'at the key of the quota where all together are too much and each alone lacks something else',
      [quota('limits.cpu: 8, requests.cpu: 1'), workload()],
      [
        'exceeded ResourceQuota/team /spec/hard/requests.cpu',
        'must-specify Deployment/web /spec/template/spec/containers/0/resources',
      ],
    ],
    [
      'at the field that the server names',
      [quota('pods: 9'), workload({ containers: container('requests: {cpu: 2}, limits: {cpu: 1}') })],
      ['invalid-object Deployment/web /spec/template/spec/containers/0/resources/requests'],
    ],
    ['at a key that is none', [quota('deployments: 1')], ['invalid-object ResourceQuota/team /spec/hard/deployments']],
    [
      'at the strategy of what can never roll again',
      [quota('pods: 1'), workload({ spec: 'replicas: 1' })],
      ['rollout-stuck Deployment/web /spec/strategy'],
    ],
    [
      'at the strategy of what can never roll again, whatever status the manifest has',
      [quota('pods: 1'), workload({ spec: 'replicas: 1' }).replace(/\}\n$/u, ', status: {}}\n')],
      ['rollout-stuck Deployment/web /spec/strategy'],
    ],
    [
      'at the key of a quota that has no room for the surge',
      [quota('pods: 4'), workload()],
      ['peak-exceeded ResourceQuota/team /spec/hard/pods'],
    ],
    [
      'at the kind of what is not known',
      [quota('pods: 4'), workload({ kind: 'DaemonSet', spec: 'minReadySeconds: 0' })],
      ['unknown-verdict DaemonSet/web /kind'],
    ],
  ])('%s', async (_, documents, expected) => {
    expect((await quotaFindings({ 'a.yaml': together(...documents) })).toSorted()).toEqual(expected);
  });

  it('at a workload where the quota is not among the manifests', async () => {
    const context = { 'q.yaml': quota('pods: 8') };
    const files = { 'a.yaml': workload(), 'b.yaml': workload({ name: 'api' }) };
    expect(await quotaFindings(files, { context })).toEqual(['peak-exceeded Deployment/web /spec']);
  });
});

it('a new version of which a limit range lets no pod in is told of, though the old pods stand', async () => {
  const bounds = 'limits: [{type: Container, max: {cpu: 1}}]';
  const state = {
    's.yaml': together(
      `{apiVersion: v1, kind: LimitRange, metadata: {name: bounds, namespace: shop}, spec: {${bounds}}}\n`,
      workload({ spec: 'replicas: 1', containers: container('limits: {cpu: 500m}') }),
    ),
  };
  const files = { 'a.yaml': workload({ spec: 'replicas: 1', containers: container('limits: {cpu: 2}') }) };
  const at = '/spec/template/spec/containers/0/resources';
  expect(await quotaFindings(files, { state })).toEqual([`limit-range Deployment/web ${at}`]);
});

it('what stands beside takes its room first', async () => {
  const context = { 'q.yaml': together(quota('requests.cpu: 3'), workload({ name: 'old' })) };
  expect(await quotaFindings({ 'a.yaml': workload() }, { context })).toEqual(tooMany);
});

it('of the same object twice the last is told of', async () => {
  const files = {
    'a.yaml': workload(),
    'b.yaml': workload({ spec: 'replicas: 5' }),
    'q.yaml': quota('requests.cpu: 1'),
  };
  const { fits } = await factsOf(files);
  expect(fits?.map(({ object, pods }) => [object, pods?.desired])).toEqual([[1, 5]]);
});

it('a release without bounds has nothing told of it', async () => {
  expect(await factsOf({ 'a.yaml': workload() })).not.toHaveProperty('fits');
});

it('no surge is a way out of a full quota', async () => {
  const spec = 'replicas: 4, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}';
  expect(await quotaFindings({ 'a.yaml': together(quota('pods: 4'), workload({ spec })) })).toEqual([]);
});

it('an autoscaler that has no room says so once', async () => {
  const target = '{apiVersion: apps/v1, kind: Deployment, name: web}';
  const scaler = `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: shop}, spec: {scaleTargetRef: ${target}, maxReplicas: 9}}\n`;
  const findings = await quotaFindings({ 'a.yaml': together(quota('pods: 6'), scaler, workload()) });
  expect(findings).toEqual(['autoscaler-ceiling HorizontalPodAutoscaler/web /spec/maxReplicas']);
});

it('a state that no cluster could be in is refused with its problem', async () => {
  const { objects } = await readTexts({ 's.yaml': quota('pods: many') });
  const outcome = createReleaseFitter(objects, options);
  expect(outcome.kind === 'bad-state' && outcome.problems.map(({ pointer }) => pointer)).toEqual(['/spec/hard/pods']);
});

it('facts are as their schema says', async () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../../policies/schemas/facts.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: false }).compile(schema);
  const files = {
    'n.yaml': together(
      '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n',
      quota('requests.cpu: 1, limits.cpu: 2'),
    ),
    'a.yaml': together(
      workload(),
      workload({ name: 'b', kind: 'StatefulSet', containers: container('limits: {cpu: 1}') }),
    ),
    'c.yaml': together(quota('pods: 1', ''), workload({ namespace: '' })),
  };
  const facts = await factsOf(files);
  expect(facts.namespaces).toEqual([{ object: 0, name: 'shop', quotas: 1, limitRanges: 0, governedBy: [] }]);
  expect(facts.quotas).toHaveLength(3);
  validate(facts);
  expect(validate.errors ?? []).toEqual([]);
});
