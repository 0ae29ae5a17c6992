import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/**
 * A worker as one file that Node can start, in a folder that goes when the tests of the file are done.
 * @param source - of its entry, in the project
 */
export function buildWorker(source = 'src/policy/worker.ts'): string {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-worker-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const outfile = join(folder, 'worker.cjs');
  buildSync({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
    // Where the package's own files are looked for.
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'dist')) },
  });
  return outfile;
}
