/** Builds what the package ships: `dist/bin.js`, one CommonJS file, and the library in `lib/`. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const inRoot = (path: string): string => join(root, path);

/** What the command line and the library have in common. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
} as const;

rmSync(inRoot('dist'), { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ['src/bin.ts'],
  outdir: 'dist',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  // The one form of a module's own place that both Node's ESM and this CommonJS bundle can give.
  define: { 'import.meta.dirname': '__dirname' },
});
writeFileSync(inRoot('dist/package.json'), '{ "type": "commonjs" }\n');
chmodSync(inRoot('dist/bin.js'), 0o755);

if (!process.argv.includes('--cli-only')) {
  rmSync(inRoot('lib'), { recursive: true, force: true });
  await build({ ...shared, entryPoints: ['src/index.ts'], outdir: 'lib', format: 'esm', packages: 'external' });
  execFileSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}
