import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { FitReport } from '../../../src/fit/fit-report.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import type { Snapshot } from '../../../src/state/snapshot.ts';
import { startFakeApiServer, type FakeApiServer } from '../../helpers/fake-api-server.ts';
import { createIo } from '../../helpers/io.ts';

const canary = 'CANARY-5f0c';
const annotations = { note: canary };

const template = (image: string, password: string): JsonObject => ({
  metadata: { labels: { app: 'web' }, annotations },
  spec: {
    containers: [
      {
        name: 'main',
        image,
        args: [canary],
        env: [{ name: 'PASSWORD', value: password }],
        resources: { limits: { cpu: '1' } },
      },
    ],
  },
});

const deployment = (replicas: number, image = 'registry.example.com/web:1', password = canary): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'team-a', uid: 'u-web', annotations },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template(image, password) },
});

const controlledBy = (apiVersion: string, kind: string, name: string, uid: string) => [
  { apiVersion, kind, name, uid, controller: true },
];

const pod = (index: number): JsonObject => ({
  metadata: {
    name: `web-${index}`,
    namespace: 'team-a',
    annotations,
    labels: { app: 'web' },
    ownerReferences: controlledBy('apps/v1', 'ReplicaSet', 'web-1', 'u-set'),
  },
  spec: template('registry.example.com/web:1', canary)['spec'],
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', message: canary }] },
});

const rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'shop', namespace: 'team-b', annotations },
  spec: { replicas: 1, strategy: { canary: { steps: [{ note: canary }] } }, template: template('shop:1', canary) },
};

const namespaced = (name: string) => ({ metadata: { name, annotations, labels: { team: name } } });

const quota = (namespace: string, hard: string, used: string): JsonObject => ({
  metadata: { name: 'team', namespace, annotations },
  spec: { hard: { 'limits.cpu': hard } },
  status: { hard: { 'limits.cpu': hard }, used: { 'limits.cpu': used } },
});

const collections = {
  '/api/v1/namespaces': ['team-a', 'team-b'].map(namespaced),
  '/api/v1/nodes': [{ metadata: { name: 'node-0', annotations } }],
  '/api/v1/secrets': [{ metadata: { name: 's', namespace: 'team-a' }, stringData: { password: canary } }],
  '/api/v1/resourcequotas': [quota('team-a', '4', '3'), quota('team-b', '1', '1')],
  '/api/v1/pods': [0, 1, 2].map(pod),
  '/apis/apps/v1/deployments': [deployment(3)],
  '/apis/apps/v1/replicasets': [
    {
      metadata: {
        name: 'web-1',
        namespace: 'team-a',
        uid: 'u-set',
        labels: { app: 'web', 'pod-template-hash': '1' },
        ownerReferences: controlledBy('apps/v1', 'Deployment', 'web', 'u-web'),
      },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: template('registry.example.com/web:1', canary),
      },
      status: { replicas: 3 },
    },
  ],
  '/apis/argoproj.io/v1alpha1/rollouts': [rollout],
} satisfies Record<string, readonly JsonObject[]>;

let folder = '';
let server: FakeApiServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-live-'));
  server = await startFakeApiServer(collections);
  connectTo(server.url);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

function connectTo(url: string): void {
  const contexts = ['team-a', 'team-b'].map((name) => ({
    name,
    context: { cluster: 'fake', user: 'somebody', namespace: name },
  }));
  const config = {
    clusters: [{ name: 'fake', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'somebody', user: { token: 't' } }],
    contexts,
    'current-context': 'team-a',
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
}

function write(name: string, object: JsonObject): string {
  writeFileSync(join(folder, name), JSON.stringify(object));
  return name;
}

async function run(...argv: readonly string[]) {
  const { io, written } = createIo({ cwd: folder });
  const command = argv.includes('--live') || argv[0] === 'snapshot' ? ['--kubeconfig', join(folder, 'kubeconfig')] : [];
  const status = await main([...argv, ...command], io);
  return { status, ...written };
}

async function fit(...argv: readonly string[]): Promise<FitReport> {
  return JSON.parse((await run('fit', '--output', 'json', ...argv)).stdout) as FitReport;
}

const podsOf = ({ workloads }: FitReport) => workloads.map(({ pods }) => [pods?.created, pods?.desired]);

describe('--live', () => {
  it('answers from what the cluster holds, as the version that it is', async () => {
    const report = await fit(write('web.yaml', deployment(6)), '--live');
    expect([report.kubernetesVersion, report.state]).toEqual([
      '1.33',
      { source: 'live', takenAt: '2026-06-01T12:00:00.000Z' },
    ]);
    expect(podsOf(report)).toEqual([[4, 6]]);
    expect(report.workloads[0]?.maxReplicas).toBe(4);
  });

  it('reads the namespaces that the input names, by pages, and never Secrets', async () => {
    await fit(write('web.yaml', deployment(6)), '--live');
    expect(server.requests).toContain('/api/v1/namespaces/team-a/pods?limit=500&continue=2');
    expect(server.requests.filter((path) => /team-b|secrets|configmaps/u.test(path))).toEqual([]);
  });

  it('reads of a large cluster only what the release hangs on', async () => {
    await fit(write('web.yaml', deployment(6)), '--live');
    expect(server.requests.filter((path) => /nodes|persistentvolumes/u.test(path))).toEqual([]);
    const agent = { ...deployment(1), kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'team-a' } };
    await fit(write('agent.yaml', agent), '--live');
    const asked = server.requests.filter((path) => /nodes|persistentvolumes/u.test(path));
    expect(asked).toEqual(['/api/v1/nodes?limit=500']);
  });

  it('puts what names no namespace where the context does', async () => {
    const { metadata, ...rest } = rollout;
    const file = write('shop.yaml', { ...rest, metadata: { name: metadata.name } });
    const report = await fit(file, '--live', '--context', 'team-b');
    expect(report.workloads.map(({ namespace }) => namespace)).toEqual(['team-b']);
    expect(server.requests.some((path) => path.includes('team-a'))).toBe(false);
  });

  it('knows what a custom workload was before', async () => {
    const report = await fit(write('shop.yaml', rollout), '--live');
    expect(report.workloads.map(({ unknown }) => unknown)).toEqual([[]]);
    expect(report.quotas[0]?.resources['limits.cpu']?.used).toBe('1');
  });

  it('names what may not be read as unknown, and answers what it can', async () => {
    for (const hidden of ['nodes', 'namespaces']) server.forbidden.add(`/api/v1/${hidden}`);
    const agent = { ...deployment(1), kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'team-a' } };
    const known = await fit(write('agent.yaml', agent), write('web.yaml', deployment(3)), '--live');
    expect(known.workloads.map(({ unknown }) => unknown)).toEqual([['nodes'], []]);
    server.forbidden.add('team-a /api/v1/resourcequotas');
    const blind = await fit(write('web.yaml', deployment(3)), '--live');
    expect(blind.workloads[0]).toMatchObject({ admitted: null, unknown: ['resourcequotas'], pods: { created: null } });
    const message = 'not known, as it may not be read in namespace team-a: resourcequotas; role view there is enough';
    expect(blind.diagnostics).toMatchObject([{ level: 'warning', file: 'web.yaml', message }]);
    const { stderr } = await run('suggest', 'quota', 'web.yaml', '--live');
    expect(stderr).toContain(message);
    const { stdout } = await run('fit', 'web.yaml', '--live');
    expect(stdout).toContain('whether quotas bound it is not known');
    expect(stdout).not.toContain('no quota bounds');
  });

  it('lets a custom workload that may not be read concern its own kind alone', async () => {
    server.forbidden.add('team-b /apis/argoproj.io/v1alpha1/rollouts');
    const metadata = { name: 'web', namespace: 'team-b' };
    const others = write('web.yaml', { ...deployment(1), metadata });
    const report = await fit(write('shop.yaml', rollout), others, '--live');
    expect(report.workloads.map(({ unknown, pods }) => [unknown, pods?.created])).toEqual([
      [['rollouts.argoproj.io'], null],
      [[], 0],
    ]);
  });

  it('tells of a namespace that is neither there nor made', async () => {
    const elsewhere = { ...deployment(1), metadata: { name: 'web', namespace: 'team-c' } };
    const { status, stdout } = await run('fit', write('web.yaml', elsewhere), '--live');
    expect(status).toBe(1);
    expect(stdout).toContain(
      'web.yaml:1:70: error: the cluster has no namespace team-c, and the release does not make it',
    );
    const checked = await run('check', 'web.yaml', '--live', '--rule', '*=off', '--output', 'github');
    expect(checked).toMatchObject({ status: 1, stdout: expect.stringContaining('file=web.yaml,line=1,') as string });
    const made = write('c.yaml', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-c' } });
    expect((await run('fit', made, 'web.yaml', '--live')).status).toBe(0);
  });

  it('tells of a namespace that is being deleted', async () => {
    await server.close();
    const namespaces = [{ metadata: { name: 'team-a', deletionTimestamp: '2026-06-01T00:00:00Z' } }];
    server = await startFakeApiServer({ ...collections, '/api/v1/namespaces': namespaces });
    connectTo(server.url);
    const { status, stdout } = await run('fit', write('web.yaml', deployment(1)), '--live');
    expect(status).toBe(1);
    expect(stdout).toContain('error: namespace team-a is being deleted, and takes nothing new');
  });

  it('lets check know the quota of the cluster too', async () => {
    const { stdout, stderr } = await run('check', write('web.yaml', deployment(6)), '--live', '--quiet');
    expect(stdout).toContain('gets 4 of 6 pods');
    expect(stderr).toBe('quotafit: judged against the live cluster at 2026-06-01T12:00:00.000Z\n');
  });

  it('lets suggest write what fits beside what is there', async () => {
    const { status, stdout } = await run('suggest', 'requests', write('web.yaml', deployment(8)), '--live');
    expect(status).toBe(0);
    expect(stdout).toContain('limits.cpu of quota team is short');
    expect(stdout).toMatch(/cpu: "\d+m" # was 1/u);
  });

  it.each([
    [['--live', '--context', 'nowhere'], 'no context nowhere in the kubeconfig; it has: team-a, team-b [QF_CLUSTER]'],
    [['--context', 'team-a'], '--context and --kubeconfig choose a cluster; add --live to read it [QF_USAGE]'],
    [['--live', '--snapshot', 'x'], "option '--snapshot <file>' cannot be used with option '--live'"],
  ])('ends with 2 and a way out for %j', async (flags, message) => {
    const { status, stderr } = await run('fit', write('web.yaml', deployment(1)), ...flags);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message) as string]);
  });

  it('ends with 2 when nobody answers', async () => {
    await server.close();
    const { status, stderr } = await run('check', write('web.yaml', deployment(1)), '--live');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^quotafit: cannot read the cluster: http:\/\/127\.0\.0\.1:\d+ cannot be reached: connect ECONNREFUSED .*\[QF_CLUSTER\]\n$/u,
    );
  });
});

describe('fit --watch', () => {
  it('answers again when what it reads changes, and ends with the last answer’s status', async () => {
    const { io, written } = createIo({ cwd: folder });
    const interruption = new EventEmitter();
    const untilInterrupted = async (): Promise<void> => void (await once(interruption, 'interrupt'));
    const flags = ['--live', '--watch', '--kubeconfig', join(folder, 'kubeconfig')];
    const status = main(['fit', write('web.yaml', deployment(6)), ...flags], { ...io, untilInterrupted });
    const quotas = '/api/v1/namespaces/team-a/resourcequotas';
    await vi.waitFor(() => expect(written.stdout).toContain('4 of 6 pods'), { timeout: 10_000 });
    const raised = { ...quota('team-a', '8', '3') };
    await vi.waitFor(() => expect(server.emit(quotas, 'MODIFIED', raised)).toBe(true), { timeout: 10_000 });
    await vi.waitFor(() => expect(written.stdout).toContain('6 of 6 pods'), { timeout: 10_000 });
    interruption.emit('interrupt');
    expect(await status).toBe(0);
    expect(written.stdout.match(/of 6 pods/gu)).toHaveLength(2);
  });

  it('says once that the cluster is away, not for each resource', async () => {
    const { io, written } = createIo({ cwd: folder });
    const interruption = new EventEmitter();
    const untilInterrupted = async (): Promise<void> => void (await once(interruption, 'interrupt'));
    const flags = ['--live', '--watch', '--kubeconfig', join(folder, 'kubeconfig')];
    const status = main(['fit', write('web.yaml', deployment(1)), ...flags], { ...io, untilInterrupted });
    const quotas = '/api/v1/namespaces/team-a/resourcequotas';
    const unchanged = quota('team-a', '4', '3');
    await vi.waitFor(() => expect(server.emit(quotas, 'MODIFIED', unchanged)).toBe(true), { timeout: 10_000 });
    await vi.waitFor(() => expect(written.stdout).toContain('1 of 1 pods'), { timeout: 10_000 });
    await server.close();
    const away = `quotafit: ${server.url} cannot be reached: connect ECONNREFUSED ${server.url.slice('http://'.length)}; trying again, the last answer may be old`;
    await vi.waitFor(() => expect(written.stderr).toContain(away), { timeout: 10_000 });
    interruption.emit('interrupt');
    expect(await status).toBe(0);
    const lines = written.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(new Set(lines).size);
  });

  it('wants a cluster to watch', async () => {
    const { status, stderr } = await run('fit', write('web.yaml', deployment(1)), '--watch');
    expect([status, stderr]).toEqual([2, 'quotafit: --watch follows a cluster; add --live [QF_USAGE]\n']);
  });
});

describe('quotafit snapshot', () => {
  it('gives the same answers later and elsewhere', async () => {
    await run('snapshot', '-n', 'team-a', '-o', 'state.json');
    const file = write('web.yaml', deployment(6));
    const { state: live, ...now } = await fit(file, '--live');
    const { state, ...later } = await fit(file, '--snapshot', 'state.json');
    expect(later).toEqual(now);
    expect([live.source, state]).toEqual(['live', { source: 'snapshot', takenAt: '2026-06-01T12:00:00.000Z' }]);
  });

  it.each([
    ['the same template', deployment(3), false],
    ['another image', deployment(3, 'registry.example.com/web:2'), true],
    ['another environment', deployment(3, 'registry.example.com/web:1', 'other'), true],
  ])('knows whether %s rolls anything out', async (_, manifest, rolls) => {
    await run('snapshot', '-n', 'team-a', '-o', 'state.json');
    const report = await fit(write('web.yaml', manifest), '--snapshot', 'state.json');
    expect(report.workloads.map(({ rollout: rolling }) => rolling !== null)).toEqual([rolls]);
  });

  it('tells its age', async () => {
    await run('snapshot', '-o', 'state.json');
    const file = write('web.yaml', deployment(3));
    const { stdout } = await run('fit', file, '--snapshot', 'state.json', '--now', '2026-06-03');
    expect(stdout).toContain('against a snapshot of 2026-06-01T12:00:00.000Z, 1 day old\n');
  });

  it('says what it may not read', async () => {
    for (const hidden of ['/api/v1/nodes', 'team-a /api/v1/pods']) server.forbidden.add(hidden);
    const { stdout, stderr } = await run('snapshot');
    expect(stderr).toBe('quotafit: may not read nodes\nquotafit: may not read pods of team-a\n');
    const { listed, unread } = JSON.parse(stdout) as Snapshot;
    expect([listed, unread]).toEqual([
      ['PriorityClass', 'RuntimeClass', 'StorageClass', 'PersistentVolume'],
      { 'team-a': ['pods'] },
    ]);
  });

  it('reads all namespaces at once, and those that it must one by one', async () => {
    server.forbidden.add(' /api/v1/pods');
    const { namespaces, items } = JSON.parse((await run('snapshot', '--all-namespaces')).stdout) as Snapshot;
    expect(namespaces).toEqual(['team-a', 'team-b']);
    expect(items.filter(({ kind }) => kind === 'Pod')).toHaveLength(3);
    expect(server.requests.filter((path) => path.includes('/namespaces/'))).toEqual(
      ['team-a/pods?limit=500', 'team-a/pods?limit=500&continue=2', 'team-b/pods?limit=500'].map(
        (path) => `/api/v1/namespaces/${path}`,
      ),
    );
  });

  it.each([
    ['a namespace that is not there', ['-n', 'team-x'], /has no namespace team-x \[QF_CLUSTER\]/u],
    ['all namespaces without the right', ['-A'], /not all namespaces may be listed; name them with -n \[QF_CLUSTER\]/u],
  ])('ends with 2 for %s, and writes nothing', async (_, flags, message) => {
    server.forbidden.add(' /api/v1/namespaces');
    if (flags.includes('-A')) server.forbidden.add('/api/v1/namespaces');
    const { status, stdout, stderr } = await run('snapshot', ...flags);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message) as string]);
  });

  it.each([
    ['of another namespace', {}, 'the release goes to namespace team-a'],
    ['of another version', { apiVersion: 'quotafit.dev/v2' }, 'its apiVersion is quotafit.dev/v2, not quotafit.dev/v1'],
    ['without its time', { takenAt: 'once' }, 'its takenAt is no time'],
    ['that is damaged', { unread: { 'team-a': 'pods' } }, 'it is damaged; take it again'],
    ['that is something else', { kind: 'List' }, 'it is no Snapshot; give other files with --state'],
  ])('refuses a snapshot %s', async (_, change, message) => {
    const taken = JSON.parse((await run('snapshot', '-n', 'team-b')).stdout) as JsonObject;
    const file = write('state.json', { ...taken, ...change });
    const { status, stderr } = await run('fit', write('web.yaml', deployment(1)), '--snapshot', file);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message) as string]);
  });
});

describe('a secret in the cluster', () => {
  it('is in no output and no snapshot', async () => {
    const release = deployment(6, 'registry.example.com/web:2', 'other');
    const file = write('web.yaml', JSON.parse(JSON.stringify(release).replaceAll(canary, 'mine')) as JsonObject);
    const outputs = [await run('snapshot', '-A', '-o', 'state.json')];
    for (const state of [['--live'], ['--snapshot', 'state.json']]) {
      for (const format of ['text', 'json', 'sarif', 'markdown', 'junit']) {
        outputs.push(await run('fit', file, ...state, '--output', format));
        outputs.push(await run('check', file, ...state, '--output', format));
      }
    }
    expect(outputs.map(({ status }) => status)).toEqual([0, ...Array.from({ length: 20 }, () => 1)]);
    const text = JSON.stringify(outputs) + readFileSync(join(folder, 'state.json'), 'utf8');
    expect(text).toContain('web');
    expect(text).not.toContain(canary);
  });
});

it('without any kubeconfig says so', async () => {
  vi.stubEnv('KUBECONFIG', undefined);
  vi.stubEnv('HOME', '/nonexistent');
  const { io, written } = createIo();
  expect(await main(['denials'], io)).toBe(2);
  expect(written.stderr).toBe(
    'quotafit: cannot read the cluster: there is no kubeconfig; name one by KUBECONFIG or --kubeconfig [QF_CLUSTER]\n',
  );
  vi.unstubAllEnvs();
});
