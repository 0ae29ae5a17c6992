import { createReleaseReader, type Release, type ReleaseReader } from '../check/release.ts';
import { createError } from '../errors.ts';
import { listInputs, readInput, stdinName, type Input } from './inputs.ts';
import type { Io } from './io.ts';

/** Below this many files a run is over before a bar could be read. */
const progressFrom = 300;

/**
 * Reads all manifests that paths name.
 * @param contextPaths - what is to be known, but not judged
 * @throws QuotafitError when there is nothing to judge: a gate must not pass an empty folder or a pipe that broke
 */
export async function readRelease(
  paths: readonly string[],
  io: Io,
  contextPaths: readonly string[] = [],
): Promise<Release> {
  if (paths.length === 0) {
    throw createError('QF_NO_INPUT', { problem: 'name what to judge: files, folders, globs, or - for standard input' });
  }
  const { inputs, layouts, diagnostics } = listInputs(paths, io.cwd);
  if (inputs.length === 0) {
    throw createError('QF_NO_INPUT', { problem: `there are no YAML or JSON files in ${paths.join(', ')}` });
  }
  const reader = createReleaseReader();
  for (const diagnostic of diagnostics) reader.addUnread(diagnostic);
  for (const layout of layouts) reader.addLayout(layout);
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
  await readContext(contextPaths, inputs, reader, io);
  return reader.finish();
}

/** What is judged is no context of its own, by whatever path it was named. */
async function readContext(
  paths: readonly string[],
  judged: readonly Input[],
  reader: ReleaseReader,
  io: Io,
): Promise<void> {
  const known = new Set(judged.map(({ path }) => path));
  for (const input of listInputs(paths, io.cwd).inputs) {
    const bytes = known.has(input.path) ? null : await readInput(input, io);
    if (bytes instanceof Uint8Array) reader.addContext(input.name, bytes);
  }
}
