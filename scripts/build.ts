/**
 * Builds what the package ships: the command line in `dist/`, as CommonJS, and the library in `lib/`.
 * docs/adr/0003-the-form-of-the-bundle.md says why it has this form.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform, type Plugin } from 'esbuild';

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

/**
 * Modules that libraries load at start for what quotafit never asks of them: commander's executables for subcommands,
 * and the Rego builtins that `policies/capabilities.json` does not allow. They took a third of the start.
 */
const unused: readonly { readonly module: string; readonly importer: RegExp }[] = [
  { module: 'node:child_process', importer: /[\\/]commander[\\/]/u },
  { module: 'yaml', importer: /[\\/]opa-wasm[\\/]/u },
  { module: 'sprintf-js', importer: /[\\/]opa-wasm[\\/]/u },
];

const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup: (esbuild) => {
    esbuild.onResolve({ filter: /^(?:node:child_process|yaml|sprintf-js)$/ }, ({ path, importer }) =>
      unused.some(({ module, importer: by }) => module === path && by.test(importer))
        ? { path, namespace: 'unused' }
        : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

async function buildCommandLine(): Promise<void> {
  rmSync(inRoot('dist'), { recursive: true, force: true });
  mkdirSync(inRoot('dist'));
  // esbuild can split only ES modules; each file is then made CommonJS, which Node loads faster.
  const { outputFiles } = await build({
    ...shared,
    entryPoints: { bin: 'src/bin.ts', 'policy-worker': 'src/policy/worker.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: '[name]-[hash]',
    write: false,
    plugins: [leaveOutUnused],
    // The one form of a module's own place that both Node's ES modules and these files can give.
    define: { 'import.meta.dirname': '__dirname' },
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      minify: true,
      keepNames: true,
      legalComments: 'none',
      supported: { 'dynamic-import': false },
    });
    writeFileSync(inRoot(`dist/${basename(path)}`), code);
  }
  writeFileSync(inRoot('dist/package.json'), '{ "type": "commonjs" }\n');
  chmodSync(inRoot('dist/bin.js'), 0o755);
}

async function buildLibrary(): Promise<void> {
  rmSync(inRoot('lib'), { recursive: true, force: true });
  await build({ ...shared, entryPoints: ['src/index.ts'], outdir: 'lib', packages: 'external' });
  execFileSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

await buildCommandLine();
if (!process.argv.includes('--cli-only')) await buildLibrary();
