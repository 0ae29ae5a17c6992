import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createError, describeFileFault } from '../errors.ts';

export interface OutputFile {
  /** Absolute. */
  readonly path: string;
  /** As messages print it. */
  readonly name: string;
  readonly text: Uint8Array | string;
}

/** A text that stands beside the file it will replace. */
interface PreparedFile extends OutputFile {
  readonly temporary: string;
}

/**
 * Writes files so that each is either as before or whole: all are written beside their places first, and only when all
 * could be are they moved there. What is no regular file (a device, a pipe) is written to as it is.
 * @throws QuotafitError that names the file
 */
export function writeFiles(files: readonly OutputFile[]): void {
  const prepared: PreparedFile[] = [];
  try {
    const direct: OutputFile[] = [];
    for (const file of files) {
      const ready = attempt(file, () => prepareFile(file, prepared));
      if (!ready) direct.push(file);
    }
    for (const file of prepared) attempt(file, () => renameSync(file.temporary, file.path));
    for (const file of direct) attempt(file, () => writeFileSync(file.path, file.text));
  } finally {
    for (const { temporary } of prepared) rmSync(temporary, { force: true });
  }
}

/** `false` for what can only be written to directly. */
function prepareFile(file: OutputFile, prepared: PreparedFile[]): boolean {
  const stat = statSync(file.path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) throw new Error('it is a folder');
  if (stat !== undefined && !stat.isFile()) return false;
  // A link stays a link: what it leads to is replaced.
  const path = stat === undefined ? file.path : realpathSync(file.path);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  prepared.push({ ...file, path, temporary });
  writeFileSync(temporary, file.text);
  if (stat !== undefined) chmodSync(temporary, stat.mode);
  return true;
}

function attempt<T>(file: OutputFile, write: () => T): T {
  try {
    return write();
  } catch (error) {
    // Without the name of the call and of a file that nobody asked for.
    const problem = describeFileFault(error);
    throw createError('QF_OUTPUT', { file: file.name, problem }, { cause: error });
  }
}
