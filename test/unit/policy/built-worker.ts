import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

/** The worker as one file that Node can start, in a folder that goes when the tests of the file are done. */
export function buildWorker(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-worker-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const outfile = join(folder, 'policy-worker.cjs');
  const entry = join(import.meta.dirname, '../../../src/policy/worker.ts');
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' });
  return outfile;
}
