import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/manifest/document.ts';
import type { Recording } from './scenario.ts';

/**
 * Runs `fit` as a user would: the manifest and the state in files.
 * @param cli - the command, such as `node dist/bin.js`
 * @throws Error when it gives no JSON, with what it said
 */
export async function runFit(cli: string, recording: Recording): Promise<JsonObject> {
  const folder = await mkdtemp(join(tmpdir(), 'quotafit-fit-'));
  try {
    const [manifest, state] = [join(folder, 'manifest.json'), join(folder, 'state.json')];
    await writeFile(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: recording.apply }));
    await writeFile(state, JSON.stringify(recording.state));
    const [program = '', ...words] = cli.split(' ');
    const args = [...words, 'fit', manifest, '--state', state, '--namespace', recording.id, '--output', 'json'];
    const { stdout, stderr } = await runProgram(program, args);
    try {
      return JSON.parse(stdout) as JsonObject;
    } catch {
      throw new Error(`${recording.id}: no JSON from fit: ${(stderr || stdout).slice(-400)}`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Exit status 1 is an answer too: something does not fit. */
function runProgram(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 64 << 20 }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}
