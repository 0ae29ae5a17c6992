import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import { createError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { packageFile } from '../package-files.ts';
import type { Catalog } from '../policy/catalog.ts';
import { readInspection } from '../policy/inspection.ts';
import { checkIds, type RuleBundle } from './bundle.ts';
import { runOpa } from './opa.ts';

/** What our own rules are compiled with, people's are too: these builtins, these types, and `listShipped`. */
const capabilities = ['--capabilities', packageFile('policies/capabilities.json')];
const schema = ['--schema', packageFile('policies/schemas')];
/** `examples` hold manifests, which OPA would take for data. */
const notData = ['--ignore', 'examples'];
const notRules = [...notData, '--ignore', '*_test.rego'];

/**
 * Compiles a folder of people's own rules, `package rules.custom["my-rule"]` each, by the `opa` on PATH: strict, typed by
 * the facts schema, with the builtins that run in wasm.
 * @throws QuotafitError `QF_POLICY` with what OPA found, `QF_OPA_MISSING`
 */
export async function compileRules(folder: string): Promise<RuleBundle> {
  await needFolder(folder);
  await opa(folder, ['check', '--strict', ...schema, ...capabilities, ...notData, ...(await listShipped()), folder]);
  const inspected = await opa(folder, ['inspect', '--annotations', '--format', 'json', folder]);
  const catalog = readInspection(JSON.parse(inspected) as JsonValue);
  checkIds({ source: folder, wasm: new Uint8Array(), catalog, data: {} });
  return buildBundle(folder, catalog);
}

/**
 * Runs the `_test.rego` files of a folder of rules.
 * @returns whether all passed, and OPA's report
 * @throws QuotafitError `QF_POLICY` where there is none
 */
export async function testRules(folder: string): Promise<{ readonly passed: boolean; readonly report: string }> {
  await needFolder(folder);
  const names = await readdir(folder, { recursive: true });
  if (!names.some((name) => name.endsWith('_test.rego'))) {
    throw createError('QF_POLICY', { source: folder, problem: 'there is no test in it: write one, my_rule_test.rego' });
  }
  const { code, stdout, stderr } = await runOpa([
    'test',
    '--verbose',
    ...schema,
    ...notData,
    ...(await listShipped()),
    folder,
  ]);
  return { passed: code === 0, report: `${stdout}${stderr}` };
}

async function buildBundle(folder: string, catalog: Catalog): Promise<RuleBundle> {
  const work = await mkdtemp(join(tmpdir(), 'quotafit-policy-'));
  try {
    const output = join(work, 'bundle.tar.gz');
    const entrypoints = catalog.rules.flatMap((rule) => ['--entrypoint', `rules/${rule.id}/finding`]);
    const target = ['--target', 'wasm', '--entrypoint', 'main/findings', ...entrypoints, '--output', output];
    await opa(folder, ['build', ...target, ...capabilities, ...notRules, ...(await listShipped()), folder]);
    const files = parseTar(gunzipSync(await readFile(output)));
    const find = (name: string) => files.find((file) => file.name.replace(/^\//u, '') === name)?.data;
    const wasm = new Uint8Array(find('policy.wasm') ?? []);
    const data = JSON.parse(new TextDecoder().decode(find('data.json'))) as JsonObject;
    return { source: folder, wasm, catalog, data };
  } finally {
    await rm(work, { recursive: true });
  }
}

/** The entrypoint and the shared packages, without our tests of them. */
async function listShipped(): Promise<readonly string[]> {
  const shared = await readdir(packageFile('policies/lib'));
  const rego = shared.filter((name) => name.endsWith('.rego') && !name.endsWith('_test.rego')).sort();
  return [packageFile('policies/main/main.rego'), ...rego.map((name) => packageFile(`policies/lib/${name}`))];
}

async function needFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() !== true)
    throw createError('QF_POLICY', { source: folder, problem: 'there is no such folder' });
}

async function opa(source: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runOpa(args);
  if (code !== 0) throw createError('QF_POLICY', { source, problem: `opa ${args[0]}: ${stderr || stdout}`.trim() });
  return stdout;
}
