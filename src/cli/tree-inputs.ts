import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { toPosix } from '../config/match.ts';
import { isInputName, nameInput, skippedFolders, type Input } from './inputs.ts';

export interface TreePlace {
  /** Absolute; where relative paths of the command line begin. */
  readonly cwd: string;
  /** Top of the work tree. */
  readonly root: string;
}

/** A manifest of a commit. */
export interface TreeInput extends Input {
  /** As git names it. */
  readonly treePath: string;
}

/**
 * Finds among the files of a tree what `listInputs` finds in the work tree: files, folders and globs by the same rules and
 * names. A path that the tree does not have gives nothing, since a change may have added it.
 * @param files - as git names them: relative to the top, with `/`
 */
export function listTreeInputs(
  paths: readonly string[],
  { cwd, root }: TreePlace,
  files: readonly string[],
): readonly TreeInput[] {
  // git knows the work tree by its real path only; reports and path globs of a config know it as the shell does.
  const place = { root, cwd: realpathSync(cwd) };
  const all = new Set(files);
  const found = new Map<string, TreeInput>();
  const add = (treePath: string, name: string): void => {
    if (found.has(treePath)) return;
    found.set(treePath, { treePath, name, path: resolve(cwd, relative(place.cwd, resolve(root, treePath))) });
  };
  for (const path of paths) {
    const target = toTreePath(path, place);
    if (all.has(target)) add(target, nameInput(path));
    else for (const [file, name] of listBelow(files, path, place)) add(file, name);
  }
  return [...found.values()];
}

/** Whether a path of the command line can have an earlier version; standard input and what is outside the work tree cannot. */
export function isInTree(path: string, { cwd, root }: TreePlace): boolean {
  return path !== '-' && !/^\.\.(?:\/|$)/u.test(toTreePath(path, { root, cwd: realpathSync(cwd) }));
}

/** A path of the command line as git names it; `''` for the top, `..` first for what is outside. */
function toTreePath(path: string, { cwd, root }: TreePlace): string {
  return toPosix(relative(root, resolve(cwd, path)));
}

/** Manifests of a folder or a glob, with the names that reports print. */
function listBelow(files: readonly string[], path: string, place: TreePlace): readonly (readonly [string, string])[] {
  const { base, isGlob } = picomatch.scan(toPosix(path));
  const isFolder = !isGlob || files.some((file) => file.startsWith(`${toTreePath(path, place)}/`));
  const folder = isFolder ? path : base === '' ? '.' : base;
  const top = toTreePath(folder, place);
  const prefix = top === '' ? '' : `${top}/`;
  const folderName = nameInput(folder);
  const isMatch = isFolder ? () => true : picomatch(nameInput(path), { dot: true });
  return files
    .filter((file) => file.startsWith(prefix) && isManifest(file.slice(prefix.length)))
    .map((file) => {
      const below = file.slice(prefix.length);
      return [file, folderName === '.' ? below : `${folderName}/${below}`] as const;
    })
    .filter(([, name]) => isMatch(name));
}

function isManifest(path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return isInputName(path) && !folders.some((folder) => skippedFolders.has(folder));
}
