/**
 * `npm run ci`: what CI runs beside the tests. Every step runs, whatever became of those before it; the last lines say
 * which failed. OPA and helm are installed by Go when they are not there; what needs neither goes on without.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const opa = 'github.com/open-policy-agent/opa@v1.22.2';
const helm = 'helm.sh/helm/v3/cmd/helm@v3.22.0';

interface Step {
  readonly name: string;
  /** Throws, or gives false, when something is wrong. */
  readonly run: () => boolean;
}

function isThere(command: string): boolean {
  return spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0;
}

function runCommand(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

const npm = (script: string): Step => ({ name: script, run: () => runCommand('npm', 'run', '--silent', script) });

/** Puts a tool on PATH, from Go's module proxy if need be; a build is kept for the next run. */
function provide(command: string, source: string): boolean {
  if (isThere(command)) return true;
  if (!isThere('go')) return false;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const bin = join(cache, 'quotafit', command, source.replace(/^.*@/u, ''));
  process.env['PATH'] = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
  if (isThere(command)) return true;
  const { status } = spawnSync('go', ['install', source], { stdio: 'inherit', env: { ...process.env, GOBIN: bin } });
  return status === 0 && isThere(command);
}

/** Everything that a script writes and that is committed. */
const generated = [
  'schemas',
  'src/config/validate.generated.ts',
  'policies/dist',
  'policies/schemas',
  'policies/README.md',
  'webhook/deploy/kustomize',
];

function readGenerated(): ReadonlyMap<string, string> {
  const listFiles = (path: string): readonly string[] =>
    statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => listFiles(join(path, name))) : [path];
  return new Map(
    generated
      .flatMap((path) => listFiles(join(root, path)))
      .map((file) => [file, readFileSync(file).toString('base64')]),
  );
}

/** Writes all generated files again and compares: what is committed must be what the sources give, byte for byte. */
function checkGenerated(scripts: readonly string[]): boolean {
  const before = readGenerated();
  if (!scripts.every((script) => runCommand('npm', 'run', '--silent', script))) return false;
  const after = readGenerated();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  for (const file of changed) console.error(`${relative(root, file)} is not what its sources give`);
  return changed.length === 0;
}

/** The package as npm packs it, installed into an empty folder, works there as a program and as a library. */
function checkPackage(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-package-'));
  try {
    const run = (command: string, ...args: readonly string[]): string =>
      execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, stdio: 'inherit' });
    const [tarball = ''] = readdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    run('npm', 'install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`);
    const manifest =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: nginx }] }\n';
    writeFileSync(join(folder, 'pod.yaml'), manifest);
    const text = run('npx', 'quotafit', 'check', 'pod.yaml', '--fail-on', 'never', '--quiet');
    const exported = run(
      process.execPath,
      '--eval',
      "import('quotafit').then((door) => console.log(Object.keys(door).length))",
    );
    const isRight = text.includes('pod.yaml:4:') && text.includes('images/tag-required') && Number(exported) > 0;
    if (!isRight) console.error(`The installed package said:\n${text}${exported}`);
    return isRight;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** On a control plane of its own each time; a busy machine may make one run late, so that only what fails twice fails. */
function runEndToEnd(): boolean {
  process.env['QUOTAFIT_RACE_ROUNDS'] ??= '4';
  const { run } = npm('test:e2e');
  if (run()) return true;
  console.log('ci: once more: only what fails again is wrong');
  return run();
}

const hasOpa = provide('opa', opa);
if (!hasOpa) console.log('ci: there is neither OPA nor Go, so the Rego sources are not checked and not compiled again');
const hasHelm = provide('helm', helm);
if (!hasHelm) console.log("ci: there is neither helm nor Go, so the webhook's chart is not rendered");
const steps: readonly Step[] = [
  npm('fmt:check'),
  npm('lint:code'),
  npm('lint:docs'),
  npm('lint:types'),
  npm('lint:unused'),
  ...(hasOpa ? [npm('lint:policy')] : []),
  {
    name: 'generated files are what their sources give',
    run: () =>
      checkGenerated(['build:schemas', ...(hasOpa ? ['build:policy'] : []), ...(hasHelm ? ['build:kustomize'] : [])]),
  },
  { name: 'the package installs and runs', run: checkPackage },
  ...(hasHelm ? [npm('test:deploy')] : []),
  npm('test:integration'),
  npm('test:parity'),
  npm('conformance:ci'),
  { name: 'test:e2e', run: runEndToEnd },
];

const failed = steps.filter(({ name, run }) => {
  console.log(`\n-- ${name}`);
  return !run();
});
for (const { name } of failed) console.error(`ci: failed: ${name}`);
console.log(`ci: ${steps.length - failed.length} of ${steps.length} checks passed`);
process.exitCode = failed.length === 0 ? 0 : 1;
