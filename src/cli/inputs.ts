import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  type Dirent,
} from 'node:fs';
import { join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { toPosix } from '../config/match.ts';
import { isDockerfileName } from '../dockerfile/name.ts';
import { createError, describeFileFault } from '../errors.ts';
import { describeOversize, MAX_FILE_BYTES } from '../manifest/capacity.ts';
import type { Diagnostic } from '../manifest/document.ts';
import type { Io } from './io.ts';

/** One manifest that somebody asked for: a file that can be read, or standard input. */
export interface Input {
  /** As reports print it, with `/`. */
  readonly name: string;
  /** Absolute; `null` for standard input. */
  readonly path: string | null;
}

export interface InputList {
  /** Without repetition, in the order given; the files of a folder by name. */
  readonly inputs: readonly Input[];
  /** Folders that hold images in OCI layout; their files are no manifests. */
  readonly layouts: readonly string[];
  /** What stands in a folder and cannot be read. */
  readonly diagnostics: readonly Diagnostic[];
}

export const stdinName = '<stdin>';

/** Absolute path of a file by the name that reports print; `null` for standard input. */
export function findFile(name: string, cwd: string): string | null {
  return name === stdinName ? null : resolve(cwd, name);
}

const manifestName = /\.(?:ya?ml|json)$/iu;

/** What is looked at in a folder: manifests and Dockerfiles. */
export function isInputName(name: string): boolean {
  return manifestName.test(name) || isDockerfileName(name);
}

/** Folders in which every file belongs to somebody else. */
export const skippedFolders: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Finds the manifests that paths name: a file as it is, a folder with all YAML and JSON files below it, a glob.
 * Links to files are followed and links to folders are not, as kubectl does it, so that no loop is walked.
 * @param paths - as the command line has them; `-` is standard input
 * @throws QuotafitError when a path names nothing, since a gate must not pass a typing error
 */
export function listInputs(paths: readonly string[], cwd: string): InputList {
  const found = new Map<string, Input>();
  const layouts = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const beside: Beside = { addLayout: (name) => layouts.add(name), addDiagnostic: (fault) => diagnostics.push(fault) };
  const add = (name: string, path: string): void => {
    const known = found.get(path);
    // Of several names of one file the shortest is printed, in whatever order they are given.
    if (known === undefined || isBetterName(name, known.name)) found.set(path, { name, path });
  };
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const kind = path === '-' ? 'stdin' : kindOf(absolute);
    if (kind === 'stdin') found.set('-', { name: stdinName, path: null });
    else if (kind === 'folder') walk(absolute, nameInput(path), add, beside);
    else if (kind === 'file') add(nameInput(path), absolute);
    else if (!addGlob(path, cwd, add, beside)) {
      const problem = picomatch.scan(toPosix(path)).isGlob
        ? `no YAML or JSON file matches ${path}`
        : `there is no file or folder ${path}`;
      throw createError('QF_NO_INPUT', { problem });
    }
  }
  return { inputs: [...found.values()], layouts: [...layouts], diagnostics };
}

/** Without the leading `./` and doubled slashes; absolute paths stay absolute. */
export function nameInput(path: string): string {
  const name = toPosix(join(path));
  return name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name;
}

function isBetterName(name: string, known: string): boolean {
  return name.length < known.length || (name.length === known.length && name < known);
}

function kindOf(path: string): 'file' | 'folder' | 'missing' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    // No permission, or a link that leads in a circle: reading it will say so.
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? 'missing' : 'file';
  }
}

type AddFile = (name: string, path: string) => void;

/** Takes what a walk meets beside files. */
interface Beside {
  readonly addLayout: (name: string) => void;
  readonly addDiagnostic: (diagnostic: Diagnostic) => void;
}

/** Adds what stands below a folder, by name in code unit order; a stack of its own bears any depth. */
function walk(root: string, rootName: string, add: AddFile, { addLayout, addDiagnostic }: Beside): void {
  const pending = [{ path: root, name: rootName === '.' ? '' : rootName, isFolder: true }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path: folder, name: folderName, isFolder } = next;
    if (!isFolder) {
      add(folderName, folder);
      continue;
    }
    const entries = listFolder(folder, folderName === '' ? '.' : folderName, addDiagnostic);
    if (entries.some(({ name }) => name === layoutMark)) {
      addLayout(folderName === '' ? '.' : folderName);
      continue;
    }
    // Last first, since the stack gives back the last.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? 1 : -1))) {
      const path = join(folder, entry.name);
      const name = folderName === '' ? entry.name : `${folderName === '/' ? '' : folderName}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name)) pending.push({ path, name, isFolder: true });
      } else if (isInputName(entry.name) && !(entry.isSymbolicLink() && kindOf(path) === 'folder')) {
        pending.push({ path, name, isFolder: false });
      }
    }
  }
}

/** The file that makes a folder an OCI layout. */
const layoutMark = 'oci-layout';

function listFolder(folder: string, name: string, addDiagnostic: Beside['addDiagnostic']): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    addDiagnostic(unreadable(name, `cannot be listed: ${describeFileFault(error)}`));
    return [];
  }
}

/** Adds the files that a glob matches, if it is one; says whether there were any. */
function addGlob(pattern: string, cwd: string, add: AddFile, beside: Beside): boolean {
  const { base, isGlob } = picomatch.scan(toPosix(pattern));
  if (!isGlob) return false;
  const folder = resolve(cwd, base);
  if (kindOf(folder) !== 'folder') return false;
  const isMatch = picomatch(nameInput(pattern), { dot: true });
  let matched = false;
  const addMatch: AddFile = (name, path) => {
    if (!isMatch(name)) return;
    matched = true;
    add(name, path);
  };
  walk(folder, nameInput(base === '' ? '.' : base), addMatch, beside);
  return matched;
}

/** The bytes of an input, or the reason why they cannot be had. Never waits for a named pipe without a writer. */
export async function readInput(input: Input, io: Io): Promise<Uint8Array | Diagnostic> {
  if (input.path === null) return readStream(input.name, io.stdin);
  try {
    return readRegularFile(input.name, input.path) ?? (await readStream(input.name, createReadStream(input.path)));
  } catch (error) {
    return unreadable(input.name, `cannot be read: ${describeFileFault(error)}`);
  }
}

/** `null` for what the shell hands over as `<(helm template .)`. */
function readRegularFile(name: string, path: string): Uint8Array | Diagnostic | null {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return stat.size > MAX_FILE_BYTES ? tooLarge(name, stat.size) : readFileSync(descriptor);
    if (/^\/(?:dev|proc\/self)\/(?:fd\/\d+|stdin)$/u.test(path)) return null;
    return unreadable(name, 'is no regular file; hand its content to standard input and name that as -');
  } finally {
    closeSync(descriptor);
  }
}

async function readStream(name: string, stream: AsyncIterable<Uint8Array>): Promise<Uint8Array | Diagnostic> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_FILE_BYTES) return tooLarge(name, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(file: string, bytes: number): Diagnostic {
  return { level: 'error', file, line: 1, column: 1, message: describeOversize(bytes) };
}

function unreadable(file: string, problem: string): Diagnostic {
  return { level: 'error', file, line: 1, column: 1, message: `this file ${problem}` };
}
