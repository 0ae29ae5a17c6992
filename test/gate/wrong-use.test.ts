import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createRepository, gitEnvironment, type TestRepository } from '../helpers/git-repository.ts';
import { createIo } from '../helpers/io.ts';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: main, image: web }] }\n';
const config = 'apiVersion: quotafit.dev/v1\nkind: Config\n';
const waiver = (until: string): string =>
  `${config}waivers:\n  - { rule: images/tag-required, match: { kind: Pod }, reason: r, owner: o, until: ${until} }\n`;

let repository: TestRepository;
let plain: string;
let shallow: string;
beforeAll(() => {
  repository = createRepository();
  repository.write({ 'pod.yaml': pod });
  repository.commit('first');
  repository.commit('second');
  plain = mkdtempSync(join(tmpdir(), 'quotafit-plain-'));
  writeFileSync(join(plain, 'pod.yaml'), pod);
  writeFileSync(join(plain, 'newer.json'), '{"apiVersion": "quotafit.dev/v2", "kind": "Baseline"}');
  writeFileSync(join(plain, 'torn.json'), '{"apiVersion": "quotafit.dev/v1", "kind": "Baseline", "findings": [');
  writeFileSync(join(plain, 'waiver.yaml'), waiver('2026-02-30'));
  writeFileSync(join(plain, 'kept.sarif'), 'as before');
  shallow = mkdtempSync(join(tmpdir(), 'quotafit-shallow-'));
  const url = `file://${repository.folder}`;
  execFileSync('git', ['clone', '--quiet', '--depth=1', url, shallow], { env: gitEnvironment, stdio: 'pipe' });
});
afterAll(() => {
  repository.remove();
  for (const folder of [plain, shallow]) rmSync(folder, { recursive: true, force: true });
});

async function run(cwd: string, ...args: readonly string[]) {
  const { io, written } = createIo({ cwd });
  const status = await main(args, io);
  return { status, ...written };
}

describe('wrong use ends with 2, a reason and a way out, and writes nothing', () => {
  it.each([
    ['--since without a repository', () => plain, ['--since', 'main'], /is in no git repository \[QF_GIT\]/u],
    ['--since in a shallow clone', () => shallow, ['--since', 'HEAD~1'], /git fetch --unshallow.*\[QF_UNKNOWN_REF\]/u],
    [
      '--since an unknown revision',
      () => repository.folder,
      ['--since', 'mian'],
      /cannot compare with mian.*git fetch origin/u,
    ],
    ['--since with --baseline', () => plain, ['--since', 'main', '--baseline', 'x'], /cannot be used with option/u],
    [
      'a baseline that is not there',
      () => plain,
      ['--baseline', 'none.json'],
      /none\.json: .*quotafit baseline writes one/u,
    ],
    [
      'a baseline of another version',
      () => plain,
      ['--baseline', 'newer.json'],
      /it is of "quotafit\.dev\/v2", this quotafit reads/u,
    ],
    ['a torn baseline', () => plain, ['--baseline', 'torn.json'], /torn\.json: it is no JSON/u],
    [
      'a waiver with a date that is none',
      () => plain,
      ['--config', 'waiver.yaml'],
      /waiver\.yaml:4:\d+: 2026-02-30 is no date/u,
    ],
    [
      'a folder that does not exist',
      () => plain,
      ['--output', 'sarif=nowhere/x.sarif'],
      /cannot write nowhere\/x\.sarif/u,
    ],
    ['a folder for a file', () => plain, ['--output', 'json=.'], /cannot write \.: it is a folder/u],
    ['two reports in one place', () => plain, ['--output', 'json', '--output', 'sarif'], /two reports cannot both go/u],
    ['a format that does not exist', () => plain, ['--output', 'serif=x'], /Allowed formats are text, json, sarif/u],
  ] as const)('%s', async (_, cwd, flags, message) => {
    const before = readdirSync(cwd()).sort();
    const { status, stdout, stderr } = await run(cwd(), 'check', '.', ...flags);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(readdirSync(cwd()).sort()).toEqual(before);
  });

  it('standard input with --since', async () => {
    const { io, written } = createIo({ cwd: repository.folder, stdin: pod });
    expect(await main(['check', '-', '--since', 'HEAD'], io)).toBe(2);
    expect(written.stderr).toContain('standard input');
  });

  it('one output of two that cannot be written leaves the other as it was', async () => {
    const { status } = await run(plain, 'check', 'pod.yaml', '-o', 'sarif=kept.sarif', '-o', 'junit=nowhere/x.xml');
    expect(status).toBe(2);
    expect(readFileSync(join(plain, 'kept.sarif'), 'utf8')).toBe('as before');
  });

  it.skipIf(process.getuid?.() === 0)('a baseline that cannot be written is as it was', async () => {
    chmodSync(plain, 0o500);
    const { status, stderr } = await run(plain, 'baseline', 'pod.yaml');
    chmodSync(plain, 0o700);
    expect(status).toBe(2);
    expect(stderr).toContain('cannot write quotafit-baseline.json');
  });
});
