import { describeRelease, type ReleaseObject } from '../facts/describe-release.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { PolicyEvaluationError } from '../policy/evaluation.ts';
import { compareDiagnostics, compareFindings, compareText } from '../report/order.ts';
import type { CheckReport, Finding } from '../report/report.ts';
import type { WaivedFinding } from '../waiver/waiver.ts';
import { isPatchOnly } from '../workload/patch.ts';
import { readWorkload } from '../workload/workload.ts';
import { judgeObject } from './check-object.ts';
import type { JudgedDockerfile } from './dockerfile.ts';
import { describeSubject, judgeFacts, minorOf, namespaceOf, type Judge, type Judged } from './judge.ts';
import { findPlaced, isMerged, kustomizeRelease } from './kustomize-release.ts';
import { createNewsFilter, findMakers } from './made-objects.ts';
import type { Release } from './release.ts';
import { gatherSurroundings } from './surroundings.ts';

export interface CheckOutcome {
  readonly report: CheckReport;
  /** In the order of the report; `summary.waived` counts them. */
  readonly waived: readonly WaivedFinding[];
  /** Rules that could not answer: the report is right as far as it goes, but not complete. */
  readonly failures: readonly PolicyEvaluationError[];
}

/** Judges a release by all rules. The same release and judge give the same report, in whatever order its files came. */
export function checkRelease(given: Release, judge: Judge): CheckOutcome {
  const sorted = { ...given, objects: sortByFile(given.objects), context: sortByFile(given.context) };
  const release = kustomizeRelease(sorted, judge);
  const about = new Map<Finding, KubernetesObject>();
  const judged: Judged = { findings: [...judge.waivers.expired], failures: new Map(), waived: [], about };
  const makers = findMakers([...release.context, ...release.objects]);
  const readEntry = (object: KubernetesObject): ReleaseObject => {
    const kustomized = release.kustomized?.get(object);
    const workload = kustomized === undefined ? readWorkload(object, judge.kinds) : kustomized.workload;
    const isPatch = isMerged(object, release) || (workload !== null && isPatchOnly(workload));
    return { object, workload, isPartOfAnother: isPatch || makers.has(object) };
  };
  const whole = release.objects.map(readEntry);
  const byKind = new Map<string, number>();
  let workloads = 0;
  const aroundOf = gatherSurroundings(release, judge.state ?? [], (object) =>
    namespaceOf(findPlaced(object, release), judge),
  );
  for (const { object, workload } of whole) {
    if (workload !== null) {
      workloads += 1;
      byKind.set(object.kind, (byKind.get(object.kind) ?? 0) + 1);
    }
    judgeObject(findPlaced(object, release), workload, aroundOf(object), judge, judged, object);
  }
  judgeWhole(whole, release.context.map(readEntry), release, judge, judged);
  for (const dockerfile of release.dockerfiles) judgeDockerfile(dockerfile, judge, judged);
  const isNews = createNewsFilter(about, makers, judge.kinds);
  const findings = judged.findings.filter(isNews).sort(compareFindings);
  const diagnostics = release.diagnostics.toSorted(compareDiagnostics);
  const errors = [...findings, ...diagnostics].filter(({ level }) => level === 'error').length;
  const waived = judged.waived
    .filter(({ finding }) => isNews(finding))
    .sort((a, b) => compareFindings(a.finding, b.finding));
  const report: CheckReport = {
    apiVersion: 'quotafit.dev/v1',
    kind: 'CheckReport',
    kubernetesVersion: judge.kubernetesVersion,
    summary: {
      files: release.files,
      documents: release.documents,
      workloads,
      byKind: Object.fromEntries([...byKind].toSorted(([a], [b]) => compareText(a, b))),
      errors,
      warnings: findings.length + diagnostics.length - errors,
      waived: waived.length,
      skipped: release.skipped,
    },
    findings,
    diagnostics,
  };
  return { report, waived, failures: [...judged.failures.values()] };
}

/** What rules on a whole release say of two objects must not hang on the order in which their files were named. */
function sortByFile(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.toSorted((a, b) => compareText(fileOf(a), fileOf(b)));
}

function fileOf({ source }: KubernetesObject): string {
  return source?.document.file.name ?? '';
}

/**
 * The rules that look at the whole input; each object keeps the settings that hold for it. Neighbours are seen, not judged.
 */
function judgeWhole(
  objects: readonly ReleaseObject[],
  neighbours: readonly ReleaseObject[],
  release: Release,
  judge: Judge,
  judged: Judged,
): void {
  if (objects.length === 0) return;
  const facts = describeRelease([...objects, ...neighbours], {
    kubernetesMinor: minorOf(judge),
    namespace: judge.namespace,
    ...(judge.fit !== undefined && { quota: judge.fit(release, objects) }),
  });
  const subjects = objects.map(({ object }) => describeSubject(findPlaced(object, release), judge));
  const resolved = subjects.map((subject) => judge.rules.resolveRules(subject));
  for (const settings of new Set(resolved)) {
    judgeFacts(facts, settings, {}, judge, judged, (raw) => {
      const index = raw.object ?? 0;
      const object = objects[index]?.object;
      const subject = subjects[index];
      return object === undefined || subject === undefined || resolved[index] !== settings
        ? null
        : { subject, object, raw, settings };
    });
  }
}

function judgeDockerfile(dockerfile: JudgedDockerfile, judge: Judge, judged: Judged): void {
  if (dockerfile.facts === null) return;
  const subject = { ...dockerfile.resource, labels: {}, path: judge.pathOf(dockerfile.file.name) };
  const settings = judge.rules.resolveRules(subject);
  judgeFacts(dockerfile.facts, settings, {}, judge, judged, (raw) => ({ subject, dockerfile, raw, settings }));
}
