import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { toPosix } from '../config/match.ts';
import type { TreeFile } from '../git/git.ts';
import { manifestName, nameInput, skippedFolders, type Input } from './inputs.ts';

/** A manifest as a commit has it. */
export interface TreeInput extends Input {
  readonly blob: string;
}

export interface TreePlace {
  /** Absolute; where relative paths of the command line begin. */
  readonly cwd: string;
  /** Top of the work tree. */
  readonly root: string;
}

/**
 * Finds in a commit what `listInputs` finds in the work tree: files, folders and globs by the same rules and names.
 * A path that the commit does not have gives nothing, since a change may have added it.
 */
export function listTreeInputs(
  paths: readonly string[],
  { cwd, root }: TreePlace,
  files: readonly TreeFile[],
): readonly TreeInput[] {
  const place = { root, cwd: realpathSync(cwd) };
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Map<string, TreeInput>();
  const add = (path: string, name: string): void => {
    const blob = byPath.get(path)?.blob;
    if (blob === undefined || found.has(path)) return;
    // The same path as in the work tree, where `cwd` may lead through links, so that path globs of a config match.
    found.set(path, { name, path: resolve(cwd, relative(place.cwd, resolve(root, path))), blob });
  };
  for (const path of paths) {
    const target = toTreePath(path, place);
    if (byPath.has(target)) add(target, nameInput(path));
    else for (const [file, name] of listBelow(files, path, place)) add(file, name);
  }
  return [...found.values()];
}

/** A path of the command line as git names it; `''` for the top, `..` first for what is outside. */
export function toTreePath(path: string, { cwd, root }: TreePlace): string {
  return toPosix(relative(root, resolve(cwd, path)));
}

/** Manifests of a folder or a glob, with the name that reports print. */
function listBelow(files: readonly TreeFile[], path: string, place: TreePlace): readonly (readonly [string, string])[] {
  const { base, isGlob } = picomatch.scan(toPosix(path));
  const isFolder = !isGlob || files.some((file) => file.path.startsWith(`${toTreePath(path, place)}/`));
  const folder = isFolder ? path : base === '' ? '.' : base;
  const top = toTreePath(folder, place);
  const prefix = top === '' ? '' : `${top}/`;
  const folderName = nameInput(folder);
  const isMatch = isFolder ? () => true : picomatch(nameInput(path), { dot: true });
  return files
    .filter((file) => file.path.startsWith(prefix) && isManifest(file.path.slice(prefix.length)))
    .map((file) => {
      const below = file.path.slice(prefix.length);
      return [file.path, folderName === '.' ? below : `${folderName}/${below}`] as const;
    })
    .filter(([, name]) => isMatch(name));
}

function isManifest(path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return manifestName.test(path) && !folders.some((folder) => skippedFolders.has(folder));
}
