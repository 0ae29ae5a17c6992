import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { CheckReport } from '../../../src/report/report.ts';
import { createIo } from '../../helpers/io.ts';

const examples = join(import.meta.dirname, '../../../policies/rules/images/size-budget/examples');
const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

let folder = '';

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-images-'));
  write('k8s/web.yaml', readFileSync(join(examples, 'denied-with-build-tools.yaml')));
  write('images.json', readFileSync(join(examples, 'images.json')));
  write('release/web.yaml', readFileSync(join(examples, 'denied-with-build-tools.yaml')));
  write('release/layout/oci-layout', '{"imageLayoutVersion": "1.0.0"}');
  write('release/layout/index.json', JSON.stringify({ manifests: [{ digest: digestOf('1') }] }));
  write('release/layout/no-manifest.yaml', 'kind: [');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function check(...args: string[]) {
  const { io, written } = createIo({ cwd: folder });
  const status = await main(['check', '--output', 'json', ...args], io);
  const report = written.stdout === '' ? null : (JSON.parse(written.stdout) as CheckReport);
  return { status, report, stderr: written.stderr };
}

const briefly = (report: CheckReport | null) =>
  report?.diagnostics.map(({ level, file, message }) => `${level} ${file}: ${message}`);

describe('check --images', () => {
  it('knows images of docker image inspect; without them nothing is said of sizes', async () => {
    expect((await check('k8s')).report?.findings).toEqual([]);
    const { report } = await check('k8s', '--images', 'images.json');
    expect(report?.findings.map(({ rule, data }) => [rule, data['mebibytes']])).toEqual([
      ['images/size-budget', 2355.2],
    ]);
  });

  it.each([
    ['missing', 'there is no file or folder missing'],
    ['k8s', 'k8s is no OCI layout: it has no index.json'],
    ['k8s/web.yaml', 'k8s/web.yaml is neither an OCI layout nor what docker image inspect prints'],
  ])('refuses %s, of which nobody would learn anything', async (path, problem) => {
    const { status, report, stderr } = await check('k8s', '--images', path);
    expect([status, report]).toEqual([2, null]);
    expect(stderr).toContain(problem);
  });

  it('finds a layout in the input, takes nothing in it for manifests, and tells of its missing blobs', async () => {
    const { status, report } = await check('release', '--images', 'images.json');
    expect(status).toBe(1);
    expect(report?.summary.files).toBe(1);
    expect(briefly(report)).toEqual([
      `error release/layout/blobs/sha256/${'1'.repeat(64)}: this file cannot be read: there is no such file or folder`,
    ]);
    expect(report?.findings.map(({ rule }) => rule)).toEqual(['images/size-budget']);
  });
});

/** What the one waiver hides. */
async function listHidden(...args: string[]): Promise<unknown> {
  const { io, written } = createIo({ cwd: folder });
  expect(await main(['waivers', 'k8s', '--config', 'waived.yaml', '--output', 'json', ...args], io)).toBe(0);
  return (JSON.parse(written.stdout) as { readonly waivers: readonly { readonly hides: unknown }[] }).waivers[0];
}

describe('images in other commands that judge', () => {
  it('are known to a baseline, so that check finds nothing new', async () => {
    const { io, written } = createIo({ cwd: folder });
    expect(await main(['baseline', 'k8s', '--images', 'images.json', '-f', 'known.json'], io)).toBe(0);
    expect(written.stderr).toContain('wrote known.json with 1 findings');
    const { report } = await check('k8s', '--images', 'images.json', '--baseline', 'known.json');
    expect(report?.findings).toEqual([]);
  });

  it('are known to the list of waivers, so that one for an image hides something', async () => {
    const until = '2099-01-01';
    const waiver = { rule: 'images/size-budget', match: { name: 'web' }, reason: 'moves soon', owner: 'shop', until };
    write('waived.yaml', JSON.stringify({ apiVersion: 'quotafit.dev/v1', kind: 'Config', waivers: [waiver] }));
    expect(await listHidden('--images', 'images.json')).not.toEqual(await listHidden());
  });
});

describe('input that is bad', () => {
  it('is told file by file, and the rest is judged', async () => {
    write(
      'bad/Dockerfile',
      Uint8Array.from({ length: 4096 }, (_, index) => (index * 31) % 256),
    );
    write('bad/layout/oci-layout', '{}');
    write('bad/layout/index.json', JSON.stringify({ manifests: [{ digest: digestOf('2') }] }));
    const data = { file: 'a'.repeat(50 * 1024 ** 2) };
    const metadata = { name: 'large' };
    write('bad/large.json', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }));
    write('bad/web.yaml', readFileSync(join(examples, 'denied-with-build-tools.yaml')));
    const { status, report } = await check('bad', '--images', 'images.json');
    expect(status).toBe(1);
    expect(report?.findings.map(({ rule, file }) => [rule, file])).toContainEqual([
      'images/size-budget',
      'bad/web.yaml',
    ]);
    expect(briefly(report)).toEqual([
      'error bad/Dockerfile: This is no Dockerfile but binary; rename it, or leave it out.',
      'error bad/large.json: ConfigMap large holds 50 MiB; Kubernetes takes at most 1 MiB: put it into a volume or an image',
      `error bad/layout/blobs/sha256/${'2'.repeat(64)}: this file cannot be read: there is no such file or folder`,
    ]);
  });
});
