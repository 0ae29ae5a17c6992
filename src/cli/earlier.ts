import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toKnown, type KnownFinding } from '../baseline/match.ts';
import { toKnownDiagnostic, type DigestOf, type KnownDiagnostic } from '../baseline/diagnostics.ts';
import { checkRelease, type Judge } from '../check/check.ts';
import { createReleaseReader, type Release } from '../check/release.ts';
import { createError } from '../errors.ts';
import { listRenames, listTree, openRepository, readBlobs, resolveCommit } from '../git/git.ts';
import { isInTree, listTreeInputs, type TreeInput, type TreePlace } from './tree-inputs.ts';

/** What an earlier commit held, and what the rules of now say about it. */
export interface EarlierState {
  readonly commit: string;
  readonly release: Release;
  readonly findings: readonly KnownFinding[];
  readonly diagnostics: readonly KnownDiagnostic[];
}

/**
 * Judges what the same paths held at a revision, by the same judge: config, waivers and clock are those of now, so that only
 * manifests make a difference. Files that were renamed since are found under their old names.
 * @throws QuotafitError when there is no repository or no such revision
 */
export async function judgeEarlier(
  ref: string,
  paths: readonly string[],
  judge: Judge,
  cwd: string,
): Promise<EarlierState> {
  const repository = await openRepository(cwd);
  const commit = await resolveCommit(repository, ref);
  const place: TreePlace = { cwd, root: repository.root };
  const outside = paths.find((path) => !isInTree(path, place));
  if (outside !== undefined) throw createError('QF_GIT', { problem: `${outside} is not in ${repository.root}` });
  const blobIds = await listTree(repository, commit);
  const renames = await listRenames(repository, commit);
  const inputs = listEarlierInputs(paths, place, [...blobIds.keys()], renames);
  const blobs = await readBlobs(
    repository,
    inputs.flatMap(({ treePath }) => blobIds.get(treePath) ?? []),
  );
  const reader = createReleaseReader();
  const bytesOf = new Map<string, Uint8Array>();
  for (const { name, treePath } of inputs) {
    const bytes = blobs.get(blobIds.get(treePath) ?? '');
    if (bytes === undefined) continue;
    bytesOf.set(name, bytes);
    reader.addFile(name, bytes);
  }
  const release = reader.finish();
  const pathOf = new Map(inputs.map(({ name, path }) => [name, path]));
  const { report } = checkRelease(release, { ...judge, pathOf: (file) => pathOf.get(file) ?? null });
  return {
    commit,
    release,
    findings: report.findings.map(toKnown),
    diagnostics: report.diagnostics.map((diagnostic) =>
      toKnownDiagnostic(diagnostic, (file) => digest(bytesOf.get(file))),
    ),
  };
}

/** What the paths name in the commit, and what files that they name now were called there. */
function listEarlierInputs(
  paths: readonly string[],
  place: TreePlace,
  files: readonly string[],
  renames: ReadonlyMap<string, string>,
): readonly TreeInput[] {
  const named = listTreeInputs(paths, place, files);
  const known = new Set(named.map(({ treePath }) => treePath));
  const renamed = listTreeInputs(paths, place, [...renames.keys()])
    .map(({ treePath }) => renames.get(treePath) ?? '')
    .filter((old) => !known.has(old))
    .map((old) => join(place.root, old));
  return [...named, ...listTreeInputs(renamed, place, files)];
}

/** Digests of files of the work tree; only broken ones are ever asked for. */
export function createDigestOf(pathOf: (file: string) => string | null): DigestOf {
  return (file) => {
    const path = pathOf(file);
    try {
      return path === null ? null : digest(readFileSync(path));
    } catch {
      return null;
    }
  };
}

function digest(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : createHash('sha256').update(bytes).digest('hex');
}
