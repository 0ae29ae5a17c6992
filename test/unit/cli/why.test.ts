import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { emptyRecord, mergeRecord, printRecord, type Denial } from '../../../src/denial/denial.ts';
import { annotateEvent } from '../../../src/denial/event.ts';
import type { WhyReport } from '../../../src/denial/why.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { startFakeApiServer, type Collections, type FakeApiServer } from '../../helpers/fake-api-server.ts';
import { createIo } from '../../helpers/io.ts';

const metadata = (name: string): JsonObject => ({ name, namespace: 'team-a' });

const quota = (hard: string): JsonObject => ({
  metadata: metadata('team'),
  spec: { hard: { 'limits.cpu': hard } },
  status: { hard: { 'limits.cpu': hard }, used: { 'limits.cpu': '2' } },
});

const deployment = (name: string, replicas: number, image = 'registry.example.com/web:1'): JsonObject => ({
  metadata: { ...metadata(name), uid: `u-${name}` },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, resources: { limits: { cpu: '1' } } }] },
    },
  },
});

const message = 'Deployment web would not get all its pods: quota team is short of limits.cpu by 6; 2 replicas fit';
const shortages = [{ quota: 'team', resource: 'limits.cpu', hard: '4', others: '2', wanted: '8' }];
const finding = { rule: 'quota/exceeded', message, shortages };

const event = (user: string, time: string): JsonObject => ({
  metadata: { ...metadata(`quotafit.${time}`), annotations: annotateEvent(user, [finding]) },
  reason: 'QuotafitDenied',
  involvedObject: { apiVersion: 'v1', kind: 'Namespace', name: 'team-a', namespace: 'team-a' },
  related: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'team-a' },
  lastTimestamp: time,
  count: 1,
});

const denial: Denial = {
  ...finding,
  outcome: 'would-deny',
  namespace: 'team-a',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'web',
  user: 'bob',
  last: '2026-05-31T10:00:00.000Z',
  days: { '2026-05-31': 3 },
};

const record = (...denials: readonly Denial[]): JsonObject => ({
  metadata: { name: 'quotafit-denials', namespace: 'quotafit-system' },
  data: {
    'denials.json': printRecord(mergeRecord(emptyRecord(new Date('2026-05-30')), denials, new Date('2026-06-01'), 1e6)),
  },
});

const cluster = (rest: Collections): Collections => ({
  '/api/v1/namespaces': [{ metadata: { name: 'team-a' } }],
  '/api/v1/resourcequotas': [quota('4')],
  '/apis/apps/v1/deployments': [deployment('api', 2)],
  '/api/v1/configmaps': [record()],
  '/api/v1/events': [],
  '/apis/wgpolicyk8s.io/v1alpha2/policyreports': [],
  ...rest,
});

/** What the audit found of a Deployment. */
const result = (name: string) => ({
  rule: 'images/tag-required',
  message: `${name} has no tag`,
  resources: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team-a', name }],
});

let folder = '';
let server: FakeApiServer | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-why-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.close();
});

async function why(
  rest: Collections,
  words: readonly string[] = ['deployment/web'],
  forbidden: readonly string[] = [],
) {
  server = await startFakeApiServer(cluster(rest));
  for (const path of forbidden) server.forbidden.add(path);
  const config = {
    clusters: [{ name: 'fake', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'somebody', user: { token: 't' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'somebody', namespace: 'team-a' } }],
    'current-context': 'fake',
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
  const { io, written } = createIo({ cwd: folder });
  const status = await main(['why', ...words, '--kubeconfig', join(folder, 'kubeconfig')], io);
  return { status, ...written };
}

const report = async (...args: Parameters<typeof why>): Promise<WhyReport> => {
  const [rest, words = ['deployment/web'], forbidden] = args;
  return JSON.parse((await why(rest, [...words, '--output', 'json'], forbidden)).stdout) as WhyReport;
};

describe('quotafit why', () => {
  it('tells what was said, how the same would stand now, and what would help', async () => {
    const events = [event('alice', '2026-06-01T11:30:00Z')];
    expect((await why({ '/api/v1/events': events, '/api/v1/resourcequotas': [quota('5')] })).stdout)
      .toBe(`Deployment team-a/web, which the cluster does not have

What was said
  2026-06-01T11:30:00Z, refused, alice
    ${message} [quota/exceeded]

Now
  8 of limits.cpu from quota team is short by 5: it allowed 4 and allows 5, others have 2 as then

What would help
  for 8 of limits.cpu, raise quota team by 5, or ask for less: 2 of 5 are promised to others
`);
  });

  it('says that it fits by now when it does', async () => {
    const { now, ways } = await report({
      '/api/v1/events': [event('alice', '2026-06-01T11:30:00Z')],
      '/api/v1/resourcequotas': [quota('10')],
    });
    expect(now.shortages).toMatchObject([{ fits: true, lacking: null, now: { hard: '10', others: '2' } }]);
    expect(ways).toEqual(['what was short then is not short now: try again']);
  });

  it('says that a quota is gone', async () => {
    const { now } = await report({
      '/api/v1/events': [event('alice', '2026-06-01T11:30:00Z')],
      '/api/v1/resourcequotas': [],
    });
    expect(now.shortages).toMatchObject([{ fits: true, now: null }]);
  });

  it('does not count against an object what it holds itself', async () => {
    const { now, stored } = await report({
      '/api/v1/events': [event('alice', '2026-06-01T11:30:00Z')],
      '/apis/apps/v1/deployments': [deployment('api', 2), deployment('web', 1)],
    });
    expect([stored, now.shortages[0]?.now]).toEqual([true, { hard: '4', others: '2' }]);
  });

  it('judges the object as it is stored, by fit and by rules', async () => {
    const { now, told, ways } = await report({ '/apis/apps/v1/deployments': [deployment('web', 8, 'web:latest')] });
    expect(told).toEqual([]);
    expect(now.fit).toMatchObject({ pods: { created: 2, desired: 8 } });
    expect(now.findings.map(({ rule }) => rule)).toContain('images/tag-required');
    expect(ways[0]).toBe('as it is stored, 2 replicas would get all their pods');
  });

  it('tells a denial once that stands in an Event and in the record, and what was let through beside it', async () => {
    const denied: Denial = {
      ...denial,
      outcome: 'denied',
      user: 'alice',
      last: '2026-06-01T11:30:00.000Z',
      days: { '2026-06-01': 2 },
    };
    const { told } = await report({
      '/api/v1/events': [event('alice', '2026-06-01T11:30:00Z'), event('carol', '2026-06-01T11:00:00Z')],
      '/api/v1/configmaps': [record(denial, denied, { ...denial, name: 'api' })],
    });
    expect(told.map(({ outcome, source, user, count }) => [outcome, source, user, count])).toEqual([
      ['denied', 'record', 'alice', 2],
      ['denied', 'event', 'carol', 1],
      ['would-deny', 'record', 'bob', 3],
    ]);
  });

  it('tells what the audit found of it, and of nothing else', async () => {
    const reports = [{ metadata: metadata('quotafit'), results: [result('web'), result('api')] }];
    const { told } = await report({
      '/apis/wgpolicyk8s.io/v1alpha2/policyreports': reports,
      '/apis/apps/v1/deployments': [deployment('web', 1)],
    });
    expect(told.map(({ outcome, findings }) => [outcome, findings.map((one) => one.message)])).toEqual([
      ['found', ['web has no tag']],
    ]);
  });

  it('tells of what has a generated name by what it was generated from', async () => {
    const job: Denial = { ...denial, apiVersion: 'batch/v1', kind: 'Job', name: 'import-*' };
    const { told } = await report({ '/api/v1/configmaps': [record(job, { ...job, name: 'export-*' })] }, [
      'job/import-x7k2p',
    ]);
    expect(told).toHaveLength(1);
  });

  it('is not mistaken by Events of others, of other objects, and without data', async () => {
    const { related, ...bare } = event('alice', '2026-06-01T11:30:00Z');
    const others: readonly JsonObject[] = [
      { ...bare, related: { ...(related as JsonObject), name: 'api' } },
      { ...bare, related: related ?? null, metadata: metadata('x') },
      { ...bare, related: related ?? null, reason: 'Other' },
    ];
    const { status, stderr } = await why({ '/api/v1/events': others });
    expect([status, stderr]).toEqual([
      2,
      'quotafit: namespace team-a has no Deployment web, and the webhook said nothing of one in the last week [QF_NOTHING_KNOWN]\n',
    ]);
  });

  it('names what may not be read, and tells the rest', async () => {
    const forbidden = ['/api/v1/configmaps/quotafit-denials', '/api/v1/resourcequotas'];
    const { unread, now } = await report(
      { '/api/v1/events': [event('alice', '2026-06-01T11:30:00Z')] },
      undefined,
      forbidden,
    );
    expect(unread).toEqual([
      'you may not read ConfigMap quotafit-denials in namespace quotafit-system; ask whoever runs the webhook',
      'you may not read resourcequotas of team-a',
    ]);
    expect(now.shortages).toMatchObject([{ fits: null, now: null }]);
  });

  it('does not say that there is no such object where it may not be read', async () => {
    const forbidden = ['/apis/apps/v1/deployments', '/apis/apps/v1/deployments/web'];
    const { status, stderr } = await why({}, undefined, forbidden);
    expect([status, stderr]).toEqual([
      2,
      'quotafit: you may not read in namespace team-a the Deployment web, and the webhook said nothing of one in the last week [QF_NOTHING_KNOWN]\n',
    ]);
    await server?.close();
    const events = [event('alice', '2026-06-01T11:30:00Z')];
    const { stdout } = await why({ '/api/v1/events': events }, undefined, forbidden);
    expect(stdout).toContain('Deployment team-a/web, which you may not read\n');
  });

  it('tells of pods that no quota refuses that they wait', async () => {
    const { spec, ...rest } = deployment('web', 3);
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const set = { ...rest, kind: 'StatefulSet', spec: { ...(spec as JsonObject), volumeClaimTemplates: [claim] } };
    const { stdout } = await why({ '/apis/apps/v1/statefulsets': [set], '/api/v1/resourcequotas': [quota('10')] }, [
      'sts/web',
    ]);
    expect(stdout).toContain('as it is stored it gets 1 of 3 pods: the others wait for pods that do not become ready');
    expect(stdout).not.toContain('replica would get its pod');
  });

  it.each([
    [0, 'as it is stored, no replica would get its pod'],
    [1, 'as it is stored, 1 replica would get its pod'],
  ])('tells that %i replicas would fit in a sentence', async (room, way) => {
    const { ways } = await report({
      '/api/v1/resourcequotas': [quota(String(2 + room))],
      '/apis/apps/v1/deployments': [deployment('web', 8)],
    });
    expect(ways[0]).toBe(way);
  });

  it.each([[['deploy/web']], [['Deployment', 'web']], [['deployments.apps/web']]])(
    'takes an object as kubectl does: %j',
    async (words) => {
      const { object } = await report({ '/apis/apps/v1/deployments': [deployment('web', 1)] }, words);
      expect(object).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team-a', name: 'web' });
    },
  );

  it('knows custom kinds that the cluster has', async () => {
    const rollout = { ...deployment('web', 1), kind: 'Rollout' };
    const { object } = await report({ '/apis/argoproj.io/v1alpha1/rollouts': [rollout] }, ['rollout/web']);
    expect(object).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' });
  });

  it.each([
    [['web'], 'name one object as KIND/NAME, such as deployment/web [QF_USAGE]'],
    [['a/b/c'], 'name one object as KIND/NAME'],
    [['secret/web'], 'quotafit judges nothing that is called secret [QF_USAGE]'],
    [['deployment/web', '--namespace', 'nowhere'], 'has no namespace nowhere [QF_CLUSTER]'],
    [['deployment/web'], 'namespace team-a has no Deployment web'],
  ])('ends with 2 and a way out for %j', async (words, told) => {
    const { status, stdout, stderr } = await why({}, words);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(told) as string]);
  });
});
