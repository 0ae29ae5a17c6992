import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { afterAll, describe, expect, it } from 'vitest';
import { packBundle, readBundle } from '../../../src/bundle/bundle.ts';
import { compileRules, testRules } from '../../../src/bundle/compile.ts';
import { readOwnRules } from '../policy/own-rules.ts';

const tar = (...files: { name: string; data?: string }[]) => gzipSync(createTar(files));
const catalogOf = (id: string) => JSON.stringify({ rules: [{ id }] });

describe('a bundle', () => {
  it('reads as it was packed, and packs to the same bytes', () => {
    const bundle = readOwnRules();
    const packed = packBundle(bundle);
    expect(readBundle(bundle.source, packed)).toEqual(bundle);
    expect(packBundle(bundle)).toEqual(packed);
  });

  it.each([
    ['no archive', Buffer.from('rules'), /^cannot use the rules of x\.tar\.gz: it is no gzipped tar archive \(/u],
    ['an archive without wasm', tar({ name: 'catalog.json', data: '{}' }), /holds no policy\.wasm; make it with/u],
    [
      'an archive without catalog',
      tar({ name: '/policy.wasm', data: 'wasm' }),
      /holds no catalog\.json; make it with/u,
    ],
    [
      'a catalog that is no JSON',
      tar({ name: 'policy.wasm', data: 'wasm' }, { name: 'catalog.json', data: '{' }),
      /catalog\.json is no JSON/u,
    ],
    [
      'a reserved id',
      tar({ name: 'policy.wasm', data: 'wasm' }, { name: 'catalog.json', data: catalogOf('images/tag-required') }),
      /the id images\/tag-required is reserved: write package rules\.custom\["my-rule"\]/u,
    ],
    [
      'no rule',
      tar({ name: 'policy.wasm', data: 'wasm' }, { name: 'catalog.json', data: '{"rules": []}' }),
      /it holds no rule: write/u,
    ],
  ])('with %s is refused with the way out', (_, bytes, message) => {
    expect(() => readBundle('x.tar.gz', bytes)).toThrow(message);
  });
});

describe.skipIf(spawnSync('opa', ['version']).status !== 0)('compiling a folder, with opa on PATH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-rules-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const own = join(import.meta.dirname, '../../fixtures/own-rules');

  it('gives the rules that the shipped fixture has', async () => {
    expect((await compileRules(own)).catalog).toEqual(readOwnRules().catalog);
  });

  it('runs the tests of the folder', async () => {
    const { passed, report } = await testRules(own);
    expect(passed).toBe(true);
    expect(report).toContain('PASS: 2/2');
  });

  it.each([
    ['a builtin that wasm does not have', 'x := time.now_ns()', /undefined function time\.now_ns/u],
    ['a fact that there is not', 'x := input.containres', /undefined ref: input\.containres/u],
    ['a syntax error', 'x :=', /rego_parse_error/u],
  ])('refuses %s', async (_, line, message) => {
    const metadata = '# METADATA\n# schemas:\n#   - input: schema.facts\n';
    writeFileSync(join(folder, 'rule.rego'), `${metadata}package rules.custom["rule"]\n\n${line}\n`);
    await expect(compileRules(folder)).rejects.toThrow(message);
  });

  it('refuses a folder that is not there', async () => {
    await expect(compileRules(join(folder, 'none'))).rejects.toThrow('there is no such folder');
  });
});

it('says how to get opa when it is missing', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '';
  try {
    await expect(compileRules(import.meta.dirname)).rejects.toThrow(/opa is not on PATH.*install it from/u);
  } finally {
    process.env['PATH'] = path;
  }
});
