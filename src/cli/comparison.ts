import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { compareReport, tightenBaseline, type ComparedReport } from '../baseline/apply.ts';
import { createBaseline, parseBaseline, printBaseline } from '../baseline/baseline-file.ts';
import { createDigestOf } from '../baseline/diagnostics.ts';
import { listQuotaChanges, type PlayedPart } from '../baseline/quota-changes.ts';
import type { Baseline } from '../baseline/schema.ts';
import { hasBounds } from '../check/bounds.ts';
import type { Judge } from '../check/judge.ts';
import { kustomizeRelease } from '../check/kustomize-release.ts';
import type { Release } from '../check/release.ts';
import { toPosix } from '../config/match.ts';
import { createError, describeFileFault } from '../errors.ts';
import { groupBy } from '../report/group-by.ts';
import type { CheckReport, QuotaChange, ResourceId } from '../report/report.ts';
import { judgeEarlier, type Scope } from './earlier.ts';
import type { Io } from './io.ts';
import { writeFiles, type OutputFile } from './write-files.ts';

/** What was judged, and by whom. */
export interface Judgement extends Scope {
  readonly report: CheckReport;
  readonly release: Release;
  readonly judge: Judge;
}

/** Keeps what a change since a revision made new or worse. */
export async function compareWithCommit(ref: string, judgement: Judgement, io: Io): Promise<CheckReport> {
  const { report, release, judge } = judgement;
  const earlier = await judgeEarlier(ref, judgement, judge, io.cwd);
  const against = { kind: 'commit', ref, commit: earlier.commit } as const;
  const { isLocked } = judge.rules;
  const compared = compareReport(report, earlier, { against, digestOf: createDigestOf(release.texts), isLocked });
  const comparison = {
    ...compared.comparison,
    quotas: await compareQuotas(earlier.release, kustomizeRelease(release, judge), judge),
  };
  return { ...compared.report, comparison };
}

/** What the change does to the quotas among the manifests; nothing where there are none, or where they cannot be played. */
async function compareQuotas(earlier: Release, current: Release, judge: Judge): Promise<readonly QuotaChange[]> {
  if (![earlier, current].some(hasBounds)) return [];
  const { fitRelease } = await import('../fit/fit-release.ts');
  const { divideRelease } = await import('../check/release-parts.ts');
  const { namespace } = judge;
  const options = {
    kubernetesVersion: judge.kubernetesVersion,
    namespace,
    kinds: judge.kinds,
    termination: 'realistic',
    concurrentRollouts: 'all',
    nodes: null,
    injected: [],
    limitedResources: [],
    state: { source: 'none', takenAt: null },
  } as const;
  const play = (release: Release): readonly PlayedPart[] =>
    divideRelease(release, { namespace, state: [], unread: [] }).flatMap(({ file, objects }) => {
      const outcome = fitRelease(objects, [], options);
      return outcome.kind === 'report' ? [{ file, report: outcome.report }] : [];
    });
  return listQuotaChanges(play(earlier), play(current));
}

export interface BaselineComparison {
  readonly report: CheckReport;
  /** The tightened baseline, where something in it is fixed or better. */
  readonly update: OutputFile | null;
}

/**
 * Keeps what a baseline file does not know.
 * @throws QuotafitError when the file cannot be read, or is none of this version
 */
export function compareWithBaseline(file: string, judgement: Judgement, io: Io): BaselineComparison {
  const { report, release, judge } = judgement;
  const path = resolve(io.cwd, file);
  const baseline = readBaseline(path, file);
  const { isLocked } = judge.rules;
  const against = { kind: 'baseline', file } as const;
  const compared = compareReport(report, baseline, { against, digestOf: createDigestOf(release.texts), isLocked });
  const text = printBaseline(tighten(baseline, compared, judgement, path, io));
  const update = text === printBaseline(baseline) ? null : { path, name: file, text };
  return { report: compared.report, update };
}

export interface BaselineRequest {
  readonly report: CheckReport;
  readonly release: Release;
  readonly isLocked: (rule: string) => boolean;
  readonly paths: readonly string[];
  /** Absolute. */
  readonly path: string;
  /** As messages print it. */
  readonly name: string;
}

/** Writes down all that a report has. */
export function writeBaseline({ report, release, isLocked, paths, path, name }: BaselineRequest, io: Io): Baseline {
  const baseline = createBaseline(report, {
    paths: nameScope(paths, path, io.cwd),
    digestOf: createDigestOf(release.texts),
    isLocked,
  });
  writeFiles([{ path, name, text: printBaseline(baseline) }]);
  return baseline;
}

function readBaseline(path: string, name: string): Baseline {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const problem = `${describeFileFault(error)}; quotafit baseline writes one`;
    throw createError('QF_BASELINE', { file: name, problem }, { cause: error });
  }
  const baseline = parseBaseline(text);
  if (baseline.kind === 'Baseline') return baseline;
  throw createError('QF_BASELINE', { file: name, problem: `${baseline.problem}; quotafit baseline writes a new one` });
}

function tighten(
  baseline: Baseline,
  compared: ComparedReport,
  { release, paths }: Judgement,
  path: string,
  io: Io,
): Baseline {
  // Who judged all that the baseline was made for knows of everything else that it is gone.
  const isWhole = printPaths(baseline.paths) === printPaths(nameScope(paths, path, io.cwd));
  const resources = groupBy(release.objects, identify);
  return tightenBaseline(baseline, compared, {
    hasResource: (resource) => isWhole || resources.has(identify(resource)) || resource.kind === 'Config',
    hasFile: (file) => isWhole || release.texts.has(file),
  });
}

/** The paths of the command line as a baseline at `path` keeps them: relative to its folder. */
function nameScope(paths: readonly string[], path: string, cwd: string): readonly string[] {
  return paths.map((name) => toPosix(relative(dirname(path), resolve(cwd, name)) || '.'));
}

function printPaths(paths: readonly string[]): string {
  return JSON.stringify([...new Set(paths)].sort());
}

function identify({ apiVersion, kind, namespace, name }: ResourceId): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}
