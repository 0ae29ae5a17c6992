import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRepository, gitEnvironment, type TestRepository } from '../helpers/git-repository.ts';
import { copyProject } from '../helpers/package-copy.ts';

const version = '4.7.0';
/** Kept between runs: the virtual environment takes longer to make than all else. */
const venv = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'quotafit', 'pre-commit', version);
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('skipped: there is no python3 to install pre-commit with');
const command = join(venv, 'bin/pre-commit');
const home = mkdtempSync(join(tmpdir(), 'quotafit-pre-commit-'));
let hooks: TestRepository;
let user: TestRepository;

beforeAll(() => {
  if (!hasPython) return;
  if (!existsSync(command)) {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(join(venv, 'bin/pip'), ['install', '--quiet', `pre-commit==${version}`], { stdio: 'inherit' });
  }
  hooks = createRepository();
  copyProject(hooks.folder);
  const rev = hooks.commit('quotafit');
  user = createRepository();
  user.write({
    '.pre-commit-config.yaml': `repos:\n  - repo: file://${hooks.folder}\n    rev: ${rev}\n    hooks: [{ id: quotafit }, { id: quotafit-fit }]\n`,
    'platform/limits.yaml': limitRange,
    'apps/old.yaml': workload('old', 'shop', 'registry.example.com/old:latest'),
  });
  user.git('add', '--all');
  user.git('commit', '--quiet', '--message=before there was a gate');
  execFileSync(command, ['install', '--install-hooks'], { cwd: user.folder, env, stdio: 'inherit' });
});

afterAll(() => {
  hooks?.remove();
  user?.remove();
  rmSync(home, { recursive: true, force: true });
});

const env = { ...gitEnvironment, PRE_COMMIT_HOME: home };

/** Of the namespace `shop` alone. */
const limitRange = `apiVersion: v1
kind: LimitRange
metadata: { name: defaults, namespace: shop }
spec:
  limits:
    - type: Container
      default: { memory: 256Mi }
      defaultRequest: { cpu: 100m, memory: 128Mi }
`;

function workload(name: string, namespace: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: main
          image: ${image}
`;
}

function commit(message: string): { readonly status: number | null; readonly output: string } {
  user.git('add', '--all');
  const result = spawnSync('git', ['commit', `--message=${message}`], { cwd: user.folder, env, encoding: 'utf8' });
  return { status: result.status, output: result.stdout + result.stderr };
}

describe.skipIf(!hasPython)('the hook of pre-commit', { timeout: 300_000 }, () => {
  it('lets a clean commit pass, since the limit range of another file fills in what is missing', () => {
    user.write({ 'apps/web.yaml': workload('web', 'shop', 'registry.example.com/web:1.2.3') });
    expect(commit('clean')).toEqual({ status: 0, output: expect.stringMatching(/quotafit check\.+Passed/u) as string });
  });

  it('stops a bad one with its finding, and says nothing of files that did not change', () => {
    user.write({ 'apps/api.yaml': workload('api', 'other', 'registry.example.com/api:latest') });
    const { status, output } = commit('bad');
    expect(status).toBe(1);
    expect(output).toContain('apps/api.yaml');
    expect(output).toContain('images/tag-required');
    expect(output).toContain('resources/limits-required');
    expect(output).not.toContain('apps/old.yaml');
  });

  it('lets it pass once it is mended', () => {
    user.write({ 'apps/api.yaml': workload('api', 'shop', 'registry.example.com/api:2.0.0') });
    expect(commit('mended').status).toBe(0);
    expect(user.git('log', '--format=%s').trim().split('\n')).toEqual(['mended', 'clean', 'before there was a gate']);
  });

  it('stops a quota that starves workloads of files that did not change', () => {
    const quota =
      'apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: team, namespace: shop }\nspec: { hard: { pods: 2 } }\n';
    user.write({ 'platform/quota.yaml': quota });
    const { status, output } = commit('starves');
    expect(status).toBe(1);
    expect(output).toMatch(/quotafit fit\.+Failed/u);
    expect(output).toMatch(/Deployment web +0 of 1 pods/u);
    expect(output).toContain('pods in quota team: 2 used, 1 more asked for, 2 allowed');
  });
});
