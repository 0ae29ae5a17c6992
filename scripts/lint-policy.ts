/** Everything that OPA can say about the rules: format, strict types against the facts, tests with full coverage, conventions. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const policies = join(import.meta.dirname, '../policies');
const sources = ['main', 'lib', 'rules', 'conventions'];
/** Examples are manifests, which OPA would take for data. */
const rego = ['--ignore', 'examples'];

function opa(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('opa', args, { cwd: policies, encoding: 'utf8', input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`opa ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

const misformatted = opa(['fmt', '--diff', ...sources]);
if (misformatted !== '') throw new Error(misformatted);
opa(['check', '--strict', '--schema', 'schemas', '--capabilities', 'capabilities.json', ...rego, ...sources]);
opa(['test', '--coverage', '--threshold', '100', ...rego, ...sources]);

const inspection = opa(['inspect', '--annotations', '--format', 'json', 'rules']);
const verdict = opa(
  ['eval', '--format', 'raw', '--stdin-input', '--data', 'conventions', 'data.conventions.violations'],
  inspection,
);
if (verdict.trim() !== '[]') throw new Error(`policies/conventions: ${verdict}`);
