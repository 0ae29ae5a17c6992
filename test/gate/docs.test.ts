import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { main } from '../../src/cli/main.ts';
import { createIo } from '../helpers/io.ts';
import { projectRoot } from '../helpers/package-copy.ts';

const read = (name: string): string => readFileSync(join(projectRoot, name), 'utf8');
const examples = [
  'docs/ci/github-workflow.yml',
  'docs/ci/Jenkinsfile',
  'docs/ci/gitlab/templates/check.yml',
  'docs/ci/tekton-task.yaml',
];
const pages = ['docs/gate.md', 'docs/baseline.md', 'docs/ci.md', ...examples, '.pre-commit-hooks.yaml', 'action.yml'];

async function listFlags(command: string): Promise<readonly string[]> {
  const { io, written } = createIo();
  expect(await main([command, '--help'], io)).toBe(0);
  return written.stdout.match(/--[a-z-]+/gu) ?? [];
}

describe('what is written about the gate', () => {
  it.each(pages)('%s names no flag that its command does not have', async (page) => {
    for (const [, command = '', rest = ''] of read(page).matchAll(
      /quotafit(?:@[\w.$()\][ -]+"?)? (check|fit|baseline|waivers)\b([^\n`]*)/gu,
    )) {
      const flags = await listFlags(command);
      for (const [flag] of rest.split(/ \| |[|]/u)[0]?.matchAll(/--[a-z-]+/gu) ?? []) expect(flags).toContain(flag);
    }
  });

  it.each(examples)('%s names this version', (page) => {
    const versions = read(page).match(/(?<![\d.])\d+\.\d+\.\d+\b/gu) ?? [];
    expect(versions.length).toBeGreaterThan(0);
    expect(new Set(versions)).toEqual(new Set([packageJson.version]));
  });

  it('hooks are two, of node, and start quotafit', () => {
    const hooks = load(read('.pre-commit-hooks.yaml')) as readonly Readonly<Record<string, string>>[];
    expect(hooks.map(({ id, language, entry }) => [id, language, entry?.split(' ')[0]])).toEqual([
      ['quotafit', 'node', 'quotafit'],
      ['quotafit-fit', 'node', 'quotafit'],
    ]);
  });
});

/** Runs a script with a `quotafit` that only tells how it was called, and a `npx` that calls it. */
function runScript(shell: string, script: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-ci-'));
  for (const [name, body] of [
    ['quotafit', 'printf "<%s>" "$@"; exit 1'],
    ['npx', 'shift; shift; exec quotafit "$@"'],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const result = spawnSync(shell, ['-ec', script, shell, ...args], {
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...env },
    encoding: 'utf8',
  });
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { status: result.status, stdout: result.stdout, left };
}

describe('examples for CI', () => {
  const gitlab = loadAll(read('docs/ci/gitlab/templates/check.yml'))[1] as { quotafit: { script: readonly string[] } };
  const [gitlabScript = ''] = gitlab.quotafit.script;

  it('GitLab hands over every path, blanks and all, and the base of a merge request', () => {
    const env = { QUOTAFIT_PATHS: 'deploy\na b.yaml', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'abc' };
    const { status, stdout } = runScript('sh', gitlabScript, env);
    expect(status).toBe(1);
    expect(stdout).toContain('<--since><abc><--><deploy><a b.yaml>');
    expect(runScript('sh', gitlabScript, { QUOTAFIT_PATHS: '.' }).stdout).not.toContain('--since');
  });

  it('Tekton ends with the status of quotafit, and keeps its last line', () => {
    const task = load(read('docs/ci/tekton-task.yaml')) as { spec: { steps: readonly { script: string }[] } };
    const summary = join(mkdtempSync(join(tmpdir(), 'quotafit-ci-')), 'summary');
    const script = (task.spec.steps[0]?.script ?? '')
      .replace('$(results.summary.path)', summary)
      .replace('$(params.version)', '1');
    const { status, stdout } = runScript('bash', script, { SINCE: 'main', NPM_CACHE: '' }, ['deploy', 'a b.yaml']);
    expect(status).toBe(1);
    expect(stdout).toContain('<--since><main><--><deploy><a b.yaml>');
    expect(readFileSync(summary, 'utf8')).toBe(stdout.trimEnd());
  });
});
