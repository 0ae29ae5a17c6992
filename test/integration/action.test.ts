import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { createRepository, gitEnvironment, type TestRepository } from '../helpers/git-repository.ts';
import { copyProject, projectRoot } from '../helpers/package-copy.ts';
import { listSchemaErrors } from '../helpers/report-schemas.ts';

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action = load(readFileSync(join(projectRoot, 'action.yml'), 'utf8')) as Action;
const scratch = mkdtempSync(join(tmpdir(), 'quotafit-action-'));
let tarball = '';
let repository: TestRepository;

beforeAll(() => {
  const source = join(scratch, 'source');
  copyProject(source);
  symlinkSync(join(projectRoot, 'node_modules'), join(source, 'node_modules'));
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--cli-only'], { cwd: source });
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], { cwd: source, stdio: 'pipe' });
  tarball = join(scratch, `quotafit-${packageJson.version}.tgz`);
  repository = createRepository();
  repository.write({ 'deploy/a b.yaml': workload('1.0.0'), 'other/web.yaml': workload('1.0.0') });
  repository.commit('clean');
});

afterAll(() => {
  repository?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const workload = (tag: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: registry.example.com/web:${tag}
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }
`;

interface Outcome {
  /** Of the step that failed first; 0 when none did. */
  readonly status: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Names of the steps that are actions of others and would have run. */
  readonly used: readonly string[];
}

/** Runs the steps as the runner does: each in a shell of its own, the rest skipped once one has failed. */
function runAction(given: Readonly<Record<string, string>>): Outcome {
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default] as const);
  const inputs: Readonly<Record<string, string>> = { ...Object.fromEntries(defaults), package: tarball, ...given };
  const temp = join(scratch, 'temp');
  mkdirSync(temp, { recursive: true });
  const outputs: Record<string, string> = {};
  const expand = (text: string): string =>
    text.replaceAll(/\$\{\{ (.+?) \}\}/gu, (_, expression: string) => {
      const [context = '', ...path] = expression.split('.');
      const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
        inputs,
        runner: { temp, os: 'Linux', arch: 'X64' },
        steps: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`check.outputs.${name}`, value])),
      };
      const value = values[context]?.[path.join('.')];
      if (value === undefined) throw new Error(`the test does not know ${expression}`);
      return value;
    });
  const outputFile = join(temp, 'output');
  const summaryFile = join(temp, 'summary');
  for (const file of [outputFile, summaryFile]) writeFileSync(file, '');
  const used: string[] = [];
  let log = '';
  for (const step of action.runs.steps) {
    if (step.if !== undefined && !isTrue(step.if, inputs, outputs)) continue;
    if (step.run === undefined) {
      used.push(step.name);
      continue;
    }
    const values = Object.entries(step.env ?? {}).map(([name, value]) => [name, expand(value)] as const);
    const env = {
      ...gitEnvironment,
      ...Object.fromEntries(values),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      CI: 'true',
    };
    const shell = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run];
    const result = spawnSync('bash', shell, { cwd: repository.folder, env, encoding: 'utf8' });
    log += result.stdout + result.stderr;
    for (const line of readFileSync(outputFile, 'utf8').trim().split('\n')) {
      const [name = '', value = ''] = line.split('=');
      if (name !== '') outputs[name] = value;
    }
    if (result.status !== 0)
      return { status: result.status ?? -1, log, outputs, summary: readFileSync(summaryFile, 'utf8'), used };
  }
  return { status: 0, log, outputs, summary: readFileSync(summaryFile, 'utf8'), used };
}

/** The one condition that there is. */
function isTrue(
  condition: string,
  inputs: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>,
): boolean {
  expect(condition).toBe("${{ inputs.upload == 'true' && steps.check.outputs.status != '2' }}");
  return inputs['upload'] === 'true' && outputs['status'] !== '2';
}

describe('the action, step by step in a shell', { timeout: 900_000 }, () => {
  it('names in its defaults the version of this package', () => {
    expect(action.inputs['package']?.default).toBe(`quotafit@${packageJson.version}`);
  });

  it('passes what is in order, with a report and a summary', () => {
    const { status, log, outputs, summary, used } = runAction({ upload: 'true' });
    expect(log).toContain('quotafit: 0 errors');
    expect([status, outputs['status'], used]).toEqual([0, '0', ['Cache quotafit', 'Upload to code scanning']]);
    expect(summary).toContain('## quotafit: no findings');
    expect(listSchemaErrors('sarif', readFileSync(join(repository.folder, 'quotafit.sarif'), 'utf8'))).toEqual([]);
  });

  it('fails for a finding with an annotation at its place, in the paths that are named', () => {
    repository.write({ 'deploy/a b.yaml': workload('latest') });
    const { status, log, outputs, used } = runAction({ paths: 'deploy/a b.yaml\n' });
    expect(log).toContain('::error file=deploy/a b.yaml,line=11,endLine=11,col=');
    expect([status, outputs['status'], used]).toEqual([1, '1', ['Cache quotafit']]);
    expect(runAction({ paths: 'other' }).status).toBe(0);
    expect(runAction({ 'fail-on': 'never' }).status).toBe(0);
  });

  it('tells only what a change made worse, with --since', () => {
    const base = repository.commit('worse');
    expect(runAction({ since: base }).status).toBe(0);
    repository.write({ 'other/web.yaml': workload('latest').replaceAll('web', 'api') });
    const { status, log, summary } = runAction({ since: base });
    expect(status).toBe(1);
    expect(log).not.toContain('::error file=deploy');
    expect(summary).toContain('1 finding as before');
  });

  it('ends with 2 and uploads nothing when quotafit cannot run', () => {
    rmSync(join(repository.folder, 'quotafit.sarif'), { force: true });
    const { status, log, used } = runAction({ since: 'no-such-commit', upload: 'true' });
    expect([status, used]).toEqual([2, ['Cache quotafit']]);
    expect(log).toContain('QF_UNKNOWN_REF');
    expect(existsSync(join(repository.folder, 'quotafit.sarif'))).toBe(false);
  });
});
