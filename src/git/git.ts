import { spawn } from 'node:child_process';
import { posix } from 'node:path';
import { createError, describeCause } from '../errors.ts';

/** A git repository, only read from: neither the work tree nor the index nor any reference is ever written. */
export interface Repository {
  /** Absolute path of the top of its work tree. */
  readonly root: string;
}

/** @throws QuotafitError when git is missing, or `cwd` is in no work tree that git will read */
export async function openRepository(cwd: string): Promise<Repository> {
  const { status, stdout, stderr } = await runGit(cwd, ['rev-parse', '--show-toplevel']);
  if (status !== 0) {
    const problem = stderr.includes('not a git repository') ? `${cwd} is in no git repository` : stderr.trim();
    throw createError('QF_GIT', { problem });
  }
  return { root: stdout.toString('utf8').replace(/\n$/u, '') };
}

/**
 * The full id of the commit that a revision names.
 * @throws QuotafitError that tells a shallow clone from a revision that does not exist
 */
export async function resolveCommit({ root }: Repository, ref: string): Promise<string> {
  const { status, stdout } = await runGit(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ]);
  if (status === 0) return stdout.toString('utf8').trim();
  const shallow = (await runGit(root, ['rev-parse', '--is-shallow-repository'])).stdout.toString('utf8').trim();
  const way =
    shallow === 'true'
      ? 'this clone is shallow: fetch it with its history (git fetch --unshallow; fetch-depth: 0 with actions/checkout; GIT_DEPTH: 0 in GitLab)'
      : 'no such commit, branch or tag is known here; a remote one must be fetched first (git fetch origin)';
  throw createError('QF_UNKNOWN_REF', { ref, way });
}

/** Files of the work tree that had another name in a commit, by their path of now; only what git tracks. */
export async function listRenames({ root }: Repository, commit: string): Promise<ReadonlyMap<string, string>> {
  const flags = ['--no-ext-diff', '--no-textconv', '--find-renames', '--diff-filter=R', '--name-status', '-z'];
  const { status, stdout, stderr } = await runGit(root, ['diff', ...flags, commit, '--']);
  if (status !== 0) throw createError('QF_GIT', { problem: stderr.trim() });
  const fields = stdout.toString('utf8').split('\0');
  const renames = new Map<string, string>();
  // Three fields a rename: the letter with its score, the old path, the new one.
  for (let index = 0; index + 2 < fields.length; index += 3)
    renames.set(fields[index + 2] ?? '', fields[index + 1] ?? '');
  return renames;
}

/**
 * The ids of the contents of all files of a commit, by path relative to the top, with `/`. Links have the content of what
 * they lead to; folders have no entry of their own, submodules none at all.
 */
export async function listTree(repository: Repository, commit: string): Promise<ReadonlyMap<string, string>> {
  const { status, stdout, stderr } = await runGit(repository.root, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (status !== 0) throw createError('QF_GIT', { problem: stderr.trim() });
  const entries = stdout.toString('utf8').split('\0').flatMap(readEntry);
  const links = entries.filter((entry) => entry.isLink).map(({ blob }) => blob);
  const targets = links.length === 0 ? new Map<string, Buffer>() : await readBlobs(repository, links);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const blobs = new Map<string, string>();
  for (const { path } of entries) {
    const seen = new Set<string>();
    let entry = byPath.get(path);
    while (entry?.isLink === true && !seen.has(entry.path)) {
      seen.add(entry.path);
      entry = byPath.get(posix.join(posix.dirname(entry.path), targets.get(entry.blob)?.toString('utf8') ?? ''));
    }
    if (entry?.isLink === false) blobs.set(path, entry.blob);
  }
  return blobs;
}

interface TreeEntry {
  readonly path: string;
  readonly blob: string;
  readonly isLink: boolean;
}

/** `100644 blob <id>\t<path>`; a path may hold tabs of its own. */
function readEntry(line: string): readonly TreeEntry[] {
  const [, mode, type, blob, path] = /^(\d+) (\w+) (\w+)\t([^]+)$/u.exec(line) ?? [];
  if (type !== 'blob' || blob === undefined || path === undefined) return [];
  return [{ path, blob, isLink: mode === '120000' }];
}

/**
 * The bytes of blobs by their ids, as they were committed: no filter and no conversion of line ends is applied.
 * In a partial clone git fetches what is missing.
 */
export async function readBlobs({ root }: Repository, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...new Set(ids)];
  const { status, stdout, stderr } = await runGit(
    root,
    ['cat-file', '--batch'],
    wanted.map((id) => `${id}\n`).join(''),
  );
  if (status !== 0) throw createError('QF_GIT', { problem: stderr.trim() });
  const blobs = new Map<string, Buffer>();
  let offset = 0;
  for (const id of wanted) {
    const end = stdout.indexOf('\n', offset);
    const size = Number(/ blob (\d+)$/u.exec(stdout.toString('latin1', offset, end))?.[1]);
    if (Number.isNaN(size)) throw createError('QF_GIT', { problem: `the object ${id} cannot be read` });
    blobs.set(id, stdout.subarray(end + 1, end + 1 + size));
    // Each object is followed by a line end of its own.
    offset = end + 1 + size + 1;
  }
  return blobs;
}

interface GitResult {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

async function runGit(cwd: string, args: readonly string[], input = ''): Promise<GitResult> {
  // Messages are compared, so they must be English; and a gate has nobody who could type a password.
  const env = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
  const child = spawn('git', args, { cwd, env, stdio: 'pipe', windowsHide: true });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // git may end before it has read all; its status then says why.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const problem = error.code === 'ENOENT' ? 'git is not installed, or not on the PATH' : describeCause(error);
      reject(createError('QF_GIT', { problem }, { cause: error }));
    });
    child.on('close', (status) => {
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}
