/**
 * Builds what the package ships of `policies/`: `dist/policy.wasm` and `dist/catalog.json`, and the generated files
 * beside the sources: the facts schema for `opa check` and the table of all rules. All are committed and reproducible:
 * paths are relative, and OPA is the pinned one. Never `opa build -O`: it drops rules silently.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import { factsSchema } from '../src/facts/schema.ts';
import type { Catalog } from '../src/policy/catalog.ts';
import { readInspection } from '../src/policy/inspection.ts';

const opaVersion = '1.22.2';
const root = join(import.meta.dirname, '..');
const policies = join(root, 'policies');
const sources = ['main', 'lib', 'rules'];

function opa(...args: readonly string[]): string {
  return execFileSync('opa', args, { cwd: policies, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(join(policies, path), `${JSON.stringify(value, null, 2)}\n`);
}

function buildWasm({ rules }: Catalog): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-policy-'));
  try {
    const bundle = join(folder, 'bundle.tar.gz');
    const entrypoints = rules.flatMap((rule) => ['-e', `rules/${rule.id}/finding`]);
    const options = [
      '-t',
      'wasm',
      '--capabilities',
      'capabilities.json',
      '--ignore',
      '*_test.rego',
      '--ignore',
      'examples',
    ];
    opa('build', ...options, '-e', 'main/findings', ...entrypoints, '-o', bundle, ...sources);
    const wasm = parseTar(gunzipSync(readFileSync(bundle))).find((file) => file.name.endsWith('policy.wasm'))?.data;
    if (wasm === undefined) throw new Error('opa build gave no policy.wasm');
    return wasm;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function describeRules({ rules }: Catalog): string {
  const rows = rules.map(
    ({ id, level, title, description }) => `| [${id}](rules/${id}/README.md) | ${level} | ${title}. ${description} |`,
  );
  return [
    '# Rules',
    '',
    'Made by `npm run build:policy` from the metadata of the rules; each has its own page with its lesson and options.',
    '',
    '| rule | default level | what it finds |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const found = /^Version: (.+)$/mu.exec(opa('version'))?.[1];
if (found !== opaVersion) throw new Error(`opa ${opaVersion} is needed to build the policy, found ${found}`);

writeJson('schemas/facts.json', factsSchema);
const catalog = readInspection(JSON.parse(opa('inspect', '-a', '-f', 'json', 'rules')));
writeJson('dist/catalog.json', catalog);
writeFileSync(join(policies, 'README.md'), describeRules(catalog));
writeFileSync(join(policies, 'dist/policy.wasm'), buildWasm(catalog));
