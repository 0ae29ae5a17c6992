import { createReleaseReader, type Release } from '../check/release.ts';
import { createError } from '../errors.ts';
import { listInputs, readInput, stdinName } from './inputs.ts';
import type { Io } from './io.ts';

/** Below this many files a run is over before a bar could be read. */
const progressFrom = 300;

/**
 * Reads all manifests that paths name.
 * @throws QuotafitError when there is nothing to judge: a gate must not pass an empty folder or a pipe that broke
 */
export async function readRelease(paths: readonly string[], io: Io): Promise<Release> {
  if (paths.length === 0) {
    throw createError('QF_NO_INPUT', { problem: 'name what to judge: files, folders, globs, or - for standard input' });
  }
  const { inputs, diagnostics } = listInputs(paths, io.cwd);
  if (inputs.length === 0) {
    throw createError('QF_NO_INPUT', { problem: `there are no YAML or JSON files in ${paths.join(', ')}` });
  }
  const reader = createReleaseReader();
  for (const diagnostic of diagnostics) reader.addUnread(diagnostic);
  const progress = inputs.length < progressFrom ? undefined : await io.startProgress?.(inputs.length);
  for (const [index, input] of inputs.entries()) {
    const bytes = await readInput(input, io);
    if (!(bytes instanceof Uint8Array)) reader.addUnread(bytes);
    else if (input.path === null && bytes.byteLength === 0) {
      throw createError('QF_NO_INPUT', { problem: `${stdinName} is empty; did the command before it fail?` });
    } else reader.addFile(input.name, bytes);
    if (index % 50 === 0) progress?.update(index);
  }
  progress?.stop();
  return reader.finish();
}
