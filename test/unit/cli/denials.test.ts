import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { emptyRecord, mergeRecord, printRecord, type Denial } from '../../../src/denial/denial.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import type { DenialReport } from '../../../src/report/denials.ts';
import { startFakeApiServer, type FakeApiServer } from '../../helpers/fake-api-server.ts';
import { createIo } from '../../helpers/io.ts';

const short = 'Deployment web would not get all its pods: quota team is short of limits.cpu by 4';

const denial = (changes: Partial<Denial> = {}): Denial => ({
  outcome: 'would-deny',
  namespace: 'team-a',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'web',
  rule: 'quota/exceeded',
  user: 'alice',
  message: short,
  shortages: [{ quota: 'team', resource: 'limits.cpu', hard: '4', others: '0', wanted: '8' }],
  last: '2026-05-31T11:00:00.000Z',
  days: { '2026-05-30': 2, '2026-05-31': 1 },
  ...changes,
});

const kept = [
  denial(),
  denial({ user: 'bob', last: '2026-05-30T11:00:00.000Z', days: { '2026-05-30': 1 } }),
  denial({ outcome: 'denied', namespace: 'team-b', rule: 'images/tag-required', message: 'has \u001b[31mno tag' }),
  denial({ name: 'old', last: '2026-05-20T00:00:00.000Z', days: { '2026-05-20': 9 } }),
];

const recordOf = (denials: readonly Denial[]): string =>
  printRecord({ ...mergeRecord(emptyRecord(new Date('2026-05-20')), denials, new Date('2026-05-20'), 1e6) });

const configMap = (text: string): JsonObject => ({
  metadata: { name: 'quotafit-denials', namespace: 'quotafit-system' },
  data: { 'denials.json': text },
});

let folder = '';
let server: FakeApiServer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-denials-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

async function run(text: string | null, ...argv: readonly string[]) {
  server = await startFakeApiServer({ '/api/v1/configmaps': text === null ? [] : [configMap(text)] });
  if (argv.includes('forbidden')) server.forbidden.add('/api/v1/configmaps/quotafit-denials');
  const config = {
    clusters: [{ name: 'fake', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'somebody', user: { token: 't' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'somebody' } }],
    'current-context': 'fake',
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
  const { io, written } = createIo({ cwd: folder });
  const flags = argv.filter((word) => word !== 'forbidden');
  const status = await main(['denials', ...flags, '--kubeconfig', join(folder, 'kubeconfig')], io);
  return { status, ...written };
}

describe('quotafit denials', () => {
  it('tells rules first, then what was said about each object and to whom, without what is older than a week', async () => {
    const { status, stdout } = await run(recordOf(kept));
    expect([status, stdout]).toEqual([
      0,
      `From 2026-05-25T00:00:00Z to 2026-06-01T12:00:00Z: 4 requests would have been denied in mode deny, 3 were denied.

RULE                 WOULD DENY  DENIED  OBJECTS  USERS
images/tag-required           0       3        1      1
quota/exceeded                4       0        1      2

team-a
  Deployment web: would be denied 4 times by quota/exceeded, last 2026-05-31T11:00:00Z, alice (3), bob (1)
    ${short}

team-b
  Deployment web: denied 3 times by images/tag-required, last 2026-05-31T11:00:00Z, alice
    has \uFFFD[31mno tag
`,
    ]);
  });

  it('prints the same for programs, of one namespace', async () => {
    const { stdout } = await run(recordOf(kept), '--output', 'json', '--namespace', 'team-b');
    const report = JSON.parse(stdout) as DenialReport;
    expect(report).toMatchObject({ kind: 'DenialReport', since: '2026-05-25T00:00:00.000Z', leftOut: 0 });
    expect(report.denials.map(({ namespace, outcome, count }) => [namespace, outcome, count])).toEqual([
      ['team-b', 'denied', 3],
    ]);
  });

  it('says so when there was nothing', async () => {
    const { status, stdout } = await run(recordOf([]));
    expect([status, stdout]).toEqual([
      0,
      'From 2026-05-25T00:00:00Z to 2026-06-01T12:00:00Z: 0 requests would have been denied in mode deny, 0 were denied.\n',
    ]);
  });

  it('says what there was no room for', async () => {
    const record = { ...emptyRecord(new Date('2026-05-30')), leftOut: { '2026-05-30': 7, '2026-05-01': 5 } };
    expect((await run(printRecord(record))).stdout).toContain('There was no room for 7 more users and objects.');
  });

  it.each<[string, string | null, readonly string[], string]>([
    [
      'no webhook',
      null,
      [],
      'there is no ConfigMap quotafit-denials in namespace quotafit-system: no webhook has run there for half a minute',
    ],
    ['another namespace', recordOf([]), ['--webhook-namespace', 'other'], 'in namespace other'],
    ['no right to read it', recordOf([]), ['forbidden'], 'you may not read ConfigMap quotafit-denials'],
    ['a damaged record', '{', [], 'is damaged; delete it, and the webhook begins it anew'],
  ])('ends with 2 and a way out for %s', async (_, text, flags, message) => {
    const { status, stdout, stderr } = await run(text, ...flags);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(message) as string]);
  });
});
