import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { createIo } from '../../helpers/io.ts';

const folder = mkdtempSync(join(tmpdir(), 'quotafit-waivers-'));
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: main, image: web }] }\n';
const waiver = (rule: string, until: string, name = 'web'): string =>
  `  - { rule: ${rule}, match: { name: ${name} }, reason: slow, owner: ops, until: ${until} }\n`;

beforeAll(() => {
  writeFileSync(join(folder, 'pod.yaml'), pod);
  const head = 'apiVersion: quotafit.dev/v1\nkind: Config\n';
  writeFileSync(
    join(folder, 'quotafit.yaml'),
    `${head}waivers:\n${[
      waiver('images/tag-required', '2027-01-31'),
      waiver('resources/limits-required', '2026-06-01'),
      waiver('resources/requests-required', '2026-05-31'),
      waiver('images/*', '2026-12-31', 'nobody'),
      waiver('images/pull-policy', '2026-12-31'),
    ].join('')}`,
  );
  writeFileSync(join(folder, 'org.yaml'), `${head}rules:\n  images/pull-policy: { level: error, locked: true }\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...flags: readonly string[]) {
  const { io, written } = createIo({ cwd: folder, now: '2026-06-01T23:59:59Z' });
  const status = await main(['waivers', 'pod.yaml', '--org-config', 'org.yaml', ...flags], io);
  return { status, ...written };
}

describe('quotafit waivers', () => {
  it('lists them by their end, with what each is worth and hides', async () => {
    const { status, stdout } = await run();
    expect(status).toBe(0);
    expect(stdout.split('\n\n').map((paragraph) => paragraph.trim().split('\n').slice(0, 2))).toEqual([
      [
        'quotafit.yaml:6  resources/requests-required  name=web',
        '  is over and counts no more; until 2026-05-31 (1 day ago), ops: slow',
      ],
      [
        'quotafit.yaml:5  resources/limits-required  name=web',
        '  ends soon; until 2026-06-01 (0 days left), ops: slow',
      ],
      [
        'quotafit.yaml:7  images/*  name=nobody',
        '  hides nothing: take it out; until 2026-12-31 (213 days left), ops: slow',
      ],
      [
        'quotafit.yaml:8  images/pull-policy  name=web',
        '  counts for nothing: the organisation locks this rule; until 2026-12-31 (213 days left), ops: slow',
      ],
      ['quotafit.yaml:4  images/tag-required  name=web', '  holds; until 2027-01-31 (244 days left), ops: slow'],
    ]);
    expect(stdout).toMatch(/hides pod\.yaml:4:\d+ Pod web: .*\[images\/tag-required\]/u);
  });

  it.each([
    ['hides', 'waiverAnnotations: true', '  holds; until 2027-03-31 (303 days left), ops: vendor', 1],
    [
      'does not hide where it is not allowed',
      '',
      '  counts for nothing: the organisation allows no annotations (waiverAnnotations); until 2027-03-31 (303 days left), ops: vendor',
      0,
    ],
  ])('lists what an annotation %s', async (_, allowed, told, hidden) => {
    const waive = JSON.stringify({ rule: 'images/tag-required', reason: 'vendor', owner: 'ops', until: '2027-03-31' });
    writeFileSync(
      join(folder, 'own.yaml'),
      pod.replace('name: web }', `name: own, annotations: { quotafit.dev/waive: '${waive}' } }`),
    );
    writeFileSync(join(folder, 'allows.yaml'), `apiVersion: quotafit.dev/v1\nkind: Config\n${allowed}\n`);
    const { io, written } = createIo({ cwd: folder, now: '2026-06-01T12:00:00Z' });
    expect(await main(['waivers', 'own.yaml', '--org-config', 'allows.yaml'], io)).toBe(0);
    const last = written.stdout.trim().split('\n\n').at(-1)?.split('\n') ?? [];
    expect(last.slice(0, 2)).toEqual(['own.yaml:3  images/tag-required  kind=Pod name=own', told]);
    expect(last.slice(2).filter((line) => line.includes('hides own.yaml:4:'))).toHaveLength(hidden);
  });

  it('gives the same to programs', async () => {
    const { stdout } = await run('--output', 'json');
    const { kind, waivers } = JSON.parse(stdout) as {
      readonly kind: string;
      readonly waivers: readonly { readonly state: string; readonly hides: readonly unknown[] }[];
    };
    expect(kind).toBe('WaiverList');
    expect(waivers.map(({ state, hides }) => [state, hides.length])).toEqual([
      ['expired', 0],
      ['expires-soon', 1],
      ['hides-nothing', 0],
      ['locked', 0],
      ['holds', 1],
    ]);
  });
});
