/**
 * Builds what the package ships: the command line and the webhook in `dist/`, as CommonJS, and the library in `lib/`.
 * docs/adr/0003-the-form-of-the-bundle.md says why it has this form.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build, transform, type Plugin } from 'esbuild';
import { leaveOutUnused } from './leave-out-unused.ts';

const root = join(import.meta.dirname, '..');
const inRoot = (path: string): string => join(root, path);

/** What the command line and the library have in common. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  logLevel: 'warning',
} as const;

/** Modules that are loaded when asked for, by absolute path. All are known before the first is built. */
function listLazyModules(): ReadonlySet<string> {
  const sources = readdirSync(inRoot('src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return new Set(
    sources.flatMap((name) => {
      const path = inRoot(`src/${name}`);
      const imports = readFileSync(path, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/gu);
      return [...imports].map(([, target = '']) => resolve(dirname(path), target));
    }),
  );
}

/**
 * Splitting gives each set of modules that the same entries reach a file of its own, half a dozen of which every start
 * would load, and calls between files cost more than within one. So each lazy module is made to reach all that the start
 * reaches: what every run needs becomes one file.
 */
const keepStartTogether: Plugin = {
  name: 'keep-start-together',
  setup: (esbuild) => {
    const lazy = listLazyModules();
    const start = JSON.stringify(inRoot('src/cli/main.ts'));
    esbuild.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) =>
      lazy.has(path) ? { contents: `${readFileSync(path, 'utf8')}\nimport ${start};\n`, loader: 'ts' } : undefined,
    );
  },
};

/** Large tables are text until they are read: V8 parses JSON in a third of the time that a literal of the same takes. */
const parseTables: Plugin = {
  name: 'parse-tables',
  setup: (esbuild) => {
    esbuild.onLoad({ filter: /\.generated\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

const servers: ReadonlySet<string> = new Set(['review-thread.js', 'webhook.js']);

async function buildPrograms(): Promise<void> {
  mkdirSync(inRoot('dist'), { recursive: true });
  const options = {
    ...shared,
    outdir: 'dist',
    metafile: true,
    write: false,
    // The one form of a module's own place that both Node's ES modules and these files can give.
    define: { 'import.meta.dirname': '__dirname' },
  } as const;
  // esbuild can split only ES modules; each file is then made CommonJS, which Node loads faster.
  const program = await build({
    ...options,
    entryPoints: ['src/bin.ts'],
    splitting: true,
    chunkNames: '[name]-[hash]',
    plugins: [leaveOutUnused, parseTables, keepStartTogether],
  });
  const worker = await build({
    ...options,
    entryPoints: { 'policy-worker': 'src/policy/worker.ts' },
    plugins: [leaveOutUnused],
  });
  const webhook = await build({
    ...options,
    entryPoints: { 'review-thread': 'webhook/large/thread.ts', webhook: 'webhook/server.ts' },
    plugins: [leaveOutUnused, parseTables],
  });
  const built = [program, worker, webhook];
  const written = new Set<string>();
  const write = (name: string, text: string): void => {
    writeFileSync(inRoot(`dist/${name}`), text);
    written.add(name);
  };
  for (const { path, text } of built.flatMap(({ outputFiles }) => outputFiles)) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      minify: true,
      // Each closure that keeps its name is defined anew whenever it is made: too dear for a server.
      keepNames: !servers.has(basename(path)),
      legalComments: 'none',
      supported: { 'dynamic-import': false },
    });
    write(basename(path), code);
  }
  write('package.json', '{ "type": "commonjs" }\n');
  write('LICENSES.txt', gatherLicenses(built.flatMap(({ metafile }) => Object.keys(metafile.inputs))));
  for (const name of ['bin.js', 'webhook.js']) chmodSync(inRoot(`dist/${name}`), 0o755);
  // Last, so that a program that runs meanwhile finds its chunks.
  for (const name of readdirSync(inRoot('dist'))) if (!written.has(name)) rmSync(inRoot(`dist/${name}`));
}

/** What the licences of bundled packages ask for: their texts, beside the bundle. */
function gatherLicenses(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(input)?.[0] ?? []));
  const texts: string[] = [];
  for (const folder of [...folders].toSorted()) {
    const name = readdirSync(inRoot(folder)).find((file) => /^licen[cs]e/iu.test(file));
    const { version, license } = JSON.parse(readFileSync(inRoot(`${folder}/package.json`), 'utf8')) as Package;
    const text = name === undefined ? '' : `\n${readFileSync(inRoot(`${folder}/${name}`), 'utf8').trim()}\n`;
    texts.push(`${folder.replace(/^.*node_modules\//u, '')} ${version}: ${license}\n${text}`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

interface Package {
  readonly version: string;
  readonly license: string;
}

async function buildLibrary(): Promise<void> {
  rmSync(inRoot('lib'), { recursive: true, force: true });
  await build({ ...shared, entryPoints: ['src/index.ts'], outdir: 'lib', packages: 'external' });
  execFileSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

await buildPrograms();
if (!process.argv.includes('--cli-only')) await buildLibrary();
