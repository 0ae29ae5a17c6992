import { join } from 'node:path';
import type { Known } from '../baseline/apply.ts';
import { toKnown } from '../baseline/match.ts';
import { createDigestOf, toKnownDiagnostic } from '../baseline/diagnostics.ts';
import { checkRelease } from '../check/check.ts';
import type { Judge } from '../check/judge.ts';
import { kustomizeRelease } from '../check/kustomize-release.ts';
import { createReleaseReader, type Release } from '../check/release.ts';
import { createError } from '../errors.ts';
import { listRenames, listTree, openRepository, readBlobs, resolveCommit } from '../git/git.ts';
import { isInTree, listTreeInputs, type TreeInput, type TreePlace } from './tree-inputs.ts';

/** What an earlier commit held, and what the rules of now say about it. */
export interface EarlierState extends Known {
  readonly commit: string;
  /** As kustomizations leave it. */
  readonly release: Release;
}

/** Paths as the command line has them. */
export interface Scope {
  readonly paths: readonly string[];
  readonly contextPaths: readonly string[];
}

/**
 * Judges what the same paths held at a revision, by the same judge: config, waivers and clock are those of now, so that only
 * manifests make a difference. Files that were renamed since are found under their old names.
 * @throws QuotafitError when there is no repository or no such revision
 */
export async function judgeEarlier(
  ref: string,
  { paths, contextPaths }: Scope,
  judge: Judge,
  cwd: string,
): Promise<EarlierState> {
  const repository = await openRepository(cwd);
  const commit = await resolveCommit(repository, ref);
  const place: TreePlace = { cwd, root: repository.root };
  const outside = [...paths, ...contextPaths].find((path) => !isInTree(path, place));
  if (outside !== undefined) {
    const name = outside === '-' ? 'standard input' : outside;
    throw createError('QF_GIT', { problem: `${name} is not in the repository ${repository.root}` });
  }
  const blobIds = await listTree(repository, commit);
  const renames = await listRenames(repository, commit);
  const inputs = listEarlierInputs(paths, place, [...blobIds.keys()], renames);
  const judged = new Set(inputs.map(({ treePath }) => treePath));
  const context = listTreeInputs(contextPaths, place, [...blobIds.keys()]).filter(
    ({ treePath }) => !judged.has(treePath),
  );
  const blobs = await readBlobs(
    repository,
    [...inputs, ...context].flatMap(({ treePath }) => blobIds.get(treePath) ?? []),
  );
  const bytesOf = ({ treePath }: TreeInput): Uint8Array => blobs.get(blobIds.get(treePath) ?? '') ?? new Uint8Array();
  const reader = createReleaseReader();
  for (const input of context) reader.addContext(input.name, bytesOf(input));
  for (const input of inputs) reader.addFile(input.name, bytesOf(input));
  const release = await reader.finish();
  const digestOf = createDigestOf(release.texts);
  const pathOf = new Map([...context, ...inputs].map(({ name, path }) => [name, path]));
  const own = { ...judge, pathOf: (file: string) => pathOf.get(file) ?? null };
  const { report } = checkRelease(release, own);
  return {
    commit,
    release: kustomizeRelease(release, own),
    findings: report.findings.map(toKnown),
    diagnostics: report.diagnostics.map((diagnostic) => toKnownDiagnostic(diagnostic, digestOf)),
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
