/** Everything that OPA can say about the rules: format, strict types against the facts, tests with full coverage, conventions. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const policies = join(import.meta.dirname, '../policies');
const sources = ['main', 'lib', 'rules', 'conventions'];
const capabilities = ['--capabilities', 'capabilities.json'];

function opa(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('opa', args, { cwd: policies, encoding: 'utf8', input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`opa ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

const misformatted = opa(['fmt', '--diff', ...sources]);
if (misformatted !== '') throw new Error(misformatted);
opa(['check', '--strict', '--schema', 'schemas', ...capabilities, ...sources]);
opa(['test', '--coverage', '--threshold', '100', ...capabilities, ...sources]);

const inspection = opa(['inspect', '--annotations', '--format', 'json', 'rules']);
const verdict = opa(['eval', '--format', 'raw', '--stdin-input', '--data', 'conventions', 'data.conventions.violations'], inspection);
if (verdict.trim() !== '[]') throw new Error(`policies/conventions: ${verdict}`);
