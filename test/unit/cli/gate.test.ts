import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { CheckReport } from '../../../src/report/report.ts';
import { createRepository, type TestRepository } from '../../helpers/git-repository.ts';
import { createIo } from '../../helpers/io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-gate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pod = (name: string, image: string, namespace = 'shop'): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { containers: [{ name: main, image: ${image} }] }\n`;
const placelessPod = (name: string): string =>
  pod(name, 'registry.example.com/a:1.0.0').replace(', namespace: shop', '');
const placelessQuota = (name: string, pods: number): string =>
  `---\napiVersion: v1\nkind: ResourceQuota\nmetadata: { name: ${name} }\nspec: { hard: { pods: ${pods} } }\n`;
const limitRange =
  'apiVersion: v1\nkind: LimitRange\nmetadata: { name: defaults, namespace: shop }\nspec: { limits: [{ type: Container, default: { cpu: 1, memory: 1Gi } }] }\n';

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = folder) {
  const { io, written } = createIo({ cwd, env });
  const status = await main(args, io);
  return { status, ...written };
}

const rulesOf = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as CheckReport).findings.map(({ rule, resource }) => `${rule} ${resource.name}`).sort();

const baseline = (): string => readFileSync(join(folder, 'quotafit-baseline.json'), 'utf8');

describe('--beside', () => {
  it('knows limit ranges of files that are not judged, and says nothing about those', async () => {
    write('platform/limits.yaml', limitRange);
    write('apps/old.yaml', pod('old', 'registry.example.com/old'));
    write('apps/new.yaml', pod('new', 'registry.example.com/new:1'));
    expect((await run(['check', 'apps/new.yaml'])).status).toBe(1);
    expect(await run(['check', 'apps/new.yaml', '--beside', '.', '--quiet'])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});

describe('a baseline on disk', () => {
  beforeEach(async () => {
    write('apps/a.yaml', pod('a', 'registry.example.com/a:latest'));
    write('apps/b.yaml', pod('b', 'registry.example.com/b:latest'));
    await run(['baseline', 'apps']);
  });
  const check = ['check', 'apps', '--baseline', 'quotafit-baseline.json', '--output', 'json'];

  it('is written with all that there is', async () => {
    const { status, stderr } = await run(['baseline', 'apps']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^quotafit: wrote quotafit-baseline\.json with \d+ findings/u);
  });

  it('is no object itself, nor is a config', async () => {
    write('quotafit.yaml', 'apiVersion: quotafit.dev/v1\nkind: Config\n');
    const { stdout } = await run(['check', '.', '--output', 'json']);
    expect((JSON.parse(stdout) as CheckReport).summary).toMatchObject({ files: 4, documents: 4, skipped: 2 });
    expect(rulesOf(stdout).every((finding) => /[ab]$/u.test(finding))).toBe(true);
  });

  it('lets everything pass that it knows, and stays as it is', async () => {
    const before = baseline();
    const { status, stdout } = await run(check);
    expect([status, rulesOf(stdout)]).toEqual([0, []]);
    expect(baseline()).toBe(before);
  });

  it('loses what is fixed by itself, so that it cannot come back', async () => {
    write('apps/a.yaml', pod('a', 'registry.example.com/a:1.0.0'));
    expect((await run(check)).stderr).toContain('took out of the baseline');
    write('apps/a.yaml', pod('a', 'registry.example.com/a:latest'));
    const { status, stdout } = await run(check);
    expect(status).toBe(1);
    expect(rulesOf(stdout)).toContain('images/tag-required a');
  });

  it.each([
    ['where CI is set', [], { CI: 'true' }],
    ['with --frozen-baseline', ['--frozen-baseline'], {}],
  ] as const)('stays as it is %s', async (_, flags, env) => {
    const before = baseline();
    write('apps/a.yaml', pod('a', 'registry.example.com/a:1.0.0'));
    expect((await run([...check, ...flags], env)).status).toBe(0);
    expect(baseline()).toBe(before);
  });

  it('keeps what a run over fewer files did not see', async () => {
    write('apps/a.yaml', pod('a', 'registry.example.com/a:1.0.0'));
    await run(['check', 'apps/a.yaml', '--baseline', 'quotafit-baseline.json']);
    expect(baseline()).toContain('shop/b');
    expect(baseline()).not.toContain('"images/tag-required Pod shop/a');
  });

  it('loses objects that are gone once all that it was made for is judged', async () => {
    rmSync(join(folder, 'apps/b.yaml'));
    await run(['check', 'apps/a.yaml', '--baseline', 'quotafit-baseline.json']);
    expect(baseline()).toContain('shop/b');
    await run(check);
    expect(baseline()).not.toContain('shop/b');
  });
});

describe('--since', () => {
  let repository: TestRepository;
  beforeEach(() => {
    repository = createRepository();
  });
  afterEach(() => repository.remove());

  it('names the quota amounts that the change moves, beside the findings', async () => {
    const quota =
      '---\napiVersion: v1\nkind: ResourceQuota\nmetadata: { name: team, namespace: shop }\nspec: { hard: { pods: 1 } }\n';
    repository.write({ 'quota.yaml': quota, 'a.yaml': pod('a', 'registry.example.com/a:1.0.0') });
    repository.commit('one');
    repository.write({ 'b.yaml': pod('b', 'registry.example.com/b:1.0.0') });
    const { stdout } = await run(['check', '.', '--since', 'HEAD', '--output', 'json'], {}, repository.folder);
    expect((JSON.parse(stdout) as CheckReport).comparison?.quotas).toEqual([
      { namespace: 'shop', quota: 'team', resource: 'pods', hard: '1', before: '1', after: '2', fits: false },
    ]);
  });

  it('has objects without namespace share quotas as check has them share: with those of their own file', async () => {
    const args = ['check', '.', '--since', 'HEAD', '--output', 'json'];
    const changes = async (...flags: readonly string[]) => {
      const { stdout } = await run([...args, ...flags], {}, repository.folder);
      const { findings, comparison } = JSON.parse(stdout) as CheckReport;
      const exceeded = findings.filter(({ rule }) => rule.startsWith('quota/')).map(({ resource }) => resource.name);
      return { quotas: comparison?.quotas, exceeded };
    };
    repository.write({
      'a.yaml': placelessQuota('team', 1) + placelessPod('a'),
      'b.yaml': placelessQuota('team', 1) + placelessPod('b'),
      'renamed.yaml': placelessQuota('other', 5) + placelessPod('c'),
    });
    repository.commit('one');
    repository.git('mv', 'renamed.yaml', 'z.yaml');
    repository.write({
      'b.yaml': placelessQuota('team', 1) + placelessPod('b') + placelessPod('more'),
      'elsewhere.yaml': placelessPod('free'),
    });
    expect(await changes()).toEqual({
      quotas: [
        {
          namespace: '',
          file: 'b.yaml',
          quota: 'team',
          resource: 'pods',
          hard: '1',
          before: '1',
          after: '2',
          fits: false,
        },
      ],
      exceeded: ['more'],
    });
    const text = await run(['check', '.', '--since', 'HEAD'], {}, repository.folder);
    expect(text.stdout).toContain('quota team in b.yaml  pods: 1 before, 2 now, hard 1, does not fit');
    const known = await changes('--namespace', 'shop');
    expect(known.quotas).toEqual([
      { namespace: 'shop', quota: 'other', resource: 'pods', hard: '5', before: '3', after: '5', fits: true },
      { namespace: 'shop', quota: 'team', resource: 'pods', hard: '1', before: '3', after: '5', fits: false },
    ]);
  });

  it('judges the commit by the config of now, and leaves work tree and index alone', async () => {
    repository.write({ 'a.yaml': pod('a', 'registry.example.com/a:latest') });
    repository.commit('one');
    repository.write({
      'quotafit.yaml': 'apiVersion: quotafit.dev/v1\nkind: Config\nrules: { images/digest-required: error }\n',
      'staged.yaml': pod('staged', 'registry.example.com/staged:latest'),
    });
    repository.git('add', 'staged.yaml');
    const before = repository.git('status', '--porcelain');
    const { stdout } = await run(['check', '.', '--since', 'HEAD', '--output', 'json'], {}, repository.folder);
    expect(rulesOf(stdout).filter((finding) => finding.endsWith(' a'))).toEqual([]);
    expect(rulesOf(stdout)).toContain('images/digest-required staged');
    expect(repository.git('status', '--porcelain')).toBe(before);
  });
});
