import type { MatchSubject } from '../config/match.ts';
import type { ResolvedRules, RuleResolver } from '../config/rules.ts';
import { describeObject } from '../facts/describe-object.ts';
import { describeRelease, type ReleaseObject } from '../facts/describe-release.ts';
import type { Facts } from '../facts/schema.ts';
import { objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { ImageFinder } from '../oci/image-content.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { PolicyEvaluationError, type Evaluation, type RawFinding, type RuleSettings } from '../policy/evaluation.ts';
import type { Messages } from '../policy/message.ts';
import { compareDiagnostics, compareFindings, compareText } from '../report/order.ts';
import type { CheckReport, Finding, Level } from '../report/report.ts';
import type { WaivedFinding, Waivers } from '../waiver/waiver.ts';
import { isPatchOnly } from '../workload/patch.ts';
import { readWorkload, type KindTable, type Workload } from '../workload/workload.ts';
import type { JudgedDockerfile } from './dockerfile.ts';
import { createNewsFilter, findMakers } from './made-objects.ts';
import { placeFinding, type Attribution } from './place-finding.ts';
import type { ReleaseFitter } from './release-fit.ts';
import { findPlaced, isMerged, kustomizeRelease } from './kustomize-release.ts';
import type { Release } from './release.ts';
import { gatherSurroundings, type Surroundings } from './surroundings.ts';

/** By what a release is judged. */
export interface Judge {
  /** The package's own rules, then people's. */
  readonly engines: readonly PolicyEngine[];
  readonly rules: RuleResolver;
  readonly waivers: Waivers;
  readonly messages: Messages;
  /** Custom kinds that make pods. */
  readonly kinds: KindTable;
  /** `1.37` */
  readonly kubernetesVersion: string;
  /** The namespace of objects that name none; empty when it is not known. */
  readonly namespace: string;
  /** Absolute path of a manifest, for path globs; `null` for what is no file. */
  readonly pathOf: (file: string) => string | null;
  /** Plays a release against the quotas that are known; without it, rules on quota are silent. */
  readonly fit?: ReleaseFitter;
  /** What is in the cluster already: what its limit ranges fill in is not missing. */
  readonly state?: readonly KubernetesObject[];
  /** All objects come from a server, which has decoded them. */
  readonly decoded?: true;
  /** Knows images that stand on this machine; without it, rules on what is inside images are silent. */
  readonly findImage?: ImageFinder;
}

export interface CheckOutcome {
  readonly report: CheckReport;
  /** In the order of the report; `summary.waived` counts them. */
  readonly waived: readonly WaivedFinding[];
  /** Rules that could not answer: the report is right as far as it goes, but not complete. */
  readonly failures: readonly PolicyEvaluationError[];
}

interface Judged {
  readonly findings: Finding[];
  /** The first of each rule: what fails for one object mostly fails for all. */
  readonly failures: Map<string, PolicyEvaluationError>;
  readonly waived: WaivedFinding[];
  /** What findings are about, where somebody asks. */
  readonly about?: Map<Finding, KubernetesObject>;
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

/**
 * Judges one object by the rules on single objects, without what a report needs beside findings: an admission webhook
 * has one object and microseconds.
 * @param around - of its namespace
 */
export function checkObject(
  object: KubernetesObject,
  around: Surroundings,
  judge: Judge,
): Pick<CheckOutcome, 'failures'> & { readonly findings: readonly Finding[] } {
  const judged: Judged = { findings: [], failures: new Map(), waived: [] };
  judgeObject(object, readWorkload(object, judge.kinds), around, judge, judged);
  return { findings: judged.findings.sort(compareFindings), failures: [...judged.failures.values()] };
}

/**
 * Judges one object by the rules on a whole release, beside what a cluster has around it already.
 * @param isTold - which findings are right although more of the release may still be to come
 */
export function checkBeside(
  object: KubernetesObject,
  neighbours: readonly KubernetesObject[],
  judge: Judge,
  isTold: (raw: RawFinding) => boolean,
): ReturnType<typeof checkObject> {
  const judged: Judged = { findings: [], failures: new Map(), waived: [] };
  const subject = describeSubject(object, judge);
  const settings = judge.rules.resolveRules(subject);
  const entries = [object, ...neighbours].map((one) => ({ object: one, workload: readWorkload(one, judge.kinds) }));
  const { namespace } = judge;
  const facts = describeRelease(entries, { kubernetesMinor: minorOf(judge), namespace });
  judgeFacts(facts, settings, {}, judge, judged, (raw) =>
    raw.object === 0 && isTold(raw) ? { subject, object, raw, settings } : null,
  );
  return { findings: judged.findings.sort(compareFindings), failures: [...judged.failures.values()] };
}

/** One object as it is put to a rule set that answers in its own time. */
export interface Question {
  readonly facts: Facts;
  readonly settings: ResolvedRules;
  /** What the answer comes to: levels, waivers and sentences, as `checkObject` has them. */
  readonly conclude: (answer: Evaluation) => ReturnType<typeof checkObject>;
}

/** The same for rules that run elsewhere: in a thread that may be killed. */
export function askAbout(object: KubernetesObject, around: Surroundings, judge: Omit<Judge, 'engines'>): Question {
  const subject = describeSubject(object, judge);
  const settings = judge.rules.resolveRules(subject);
  const facts = factsOf(object, readWorkload(object, judge.kinds), around, judge);
  return {
    facts,
    settings,
    conclude: (answer) => {
      const judged: Judged = { findings: [], failures: new Map(), waived: [] };
      takeAnswer(answer, settings, judge, judged, (raw) => ({ subject, object, raw, settings }));
      return { findings: judged.findings.sort(compareFindings), failures: [...judged.failures.values()] };
    },
  };
}

/**
 * How much a rule weighs for one object today, for findings that no rule set makes: `off` where a waiver excuses it too.
 */
export function weighRule(rule: string, object: KubernetesObject, judge: Omit<Judge, 'engines'>): Level {
  const subject = describeSubject(object, judge);
  const level = judge.rules.resolveRules(subject).levels.get(rule) ?? 'off';
  return level === 'off' || judge.waivers.findWaiver(rule, subject, object) !== null ? 'off' : level;
}

/** What rules on a whole release say of two objects must not hang on the order in which their files were named. */
function sortByFile(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.toSorted((a, b) => compareText(fileOf(a), fileOf(b)));
}

function fileOf({ source }: KubernetesObject): string {
  return source?.document.file.name ?? '';
}

/** @param told - the object as findings name it: by its file alone, whatever kustomizations are among the input */
function judgeObject(
  object: KubernetesObject,
  workload: Workload | null,
  around: Surroundings,
  judge: Judge,
  judged: Judged,
  told: KubernetesObject = object,
): void {
  const subject = describeSubject(object, judge);
  const settings = judge.rules.resolveRules(subject);
  const facts = factsOf(object, workload, around, judge);
  judgeFacts(facts, settings, object.value, judge, judged, (raw) => ({ subject, object: told, raw, settings }));
  judged.findings.push(...judge.waivers.judgeAnnotation(told));
}

function factsOf(
  object: KubernetesObject,
  workload: Workload | null,
  around: Surroundings,
  judge: Omit<Judge, 'engines'>,
): Facts {
  const { decoded, findImage, namespace } = judge;
  return describeObject(object, workload, {
    kubernetesMinor: minorOf(judge),
    namespace,
    findImage,
    decoded,
    ...around,
  });
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

function judgeFacts(
  facts: Facts,
  settings: ResolvedRules,
  value: JsonObject,
  judge: Judge,
  judged: Judged,
  attribute: (raw: RawFinding) => Attribution | null,
): void {
  for (const engine of judge.engines) {
    takeAnswer(evaluate(engine, facts, settings, value), settings, judge, judged, attribute);
  }
}

function takeAnswer(
  { findings, failures }: Evaluation,
  settings: ResolvedRules,
  judge: Omit<Judge, 'engines'>,
  judged: Judged,
  attribute: (raw: RawFinding) => Attribution | null,
): void {
  for (const failure of failures) {
    const key = `${failure.ruleSet} ${failure.rule ?? ''}`;
    if (!judged.failures.has(key)) judged.failures.set(key, failure);
  }
  for (const raw of findings) {
    const level = settings.levels.get(raw.rule);
    const attribution = attribute(raw);
    if (attribution === null || level === undefined || level === 'off') continue;
    const finding = placeFinding(attribution, level, judge.messages);
    const own = 'object' in attribution ? attribution.object : null;
    if (own !== null) judged.about?.set(finding, own);
    const waiver = judge.waivers.findWaiver(raw.rule, attribution.subject, own);
    if (waiver === null) judged.findings.push(finding);
    else judged.waived.push({ finding, waiver });
  }
}

function namespaceOf({ namespace }: KubernetesObject, judge: Pick<Judge, 'namespace'>): string {
  return namespace === '' ? judge.namespace : namespace;
}

function minorOf({ kubernetesVersion }: Pick<Judge, 'kubernetesVersion'>): number {
  return Number(kubernetesVersion.slice('1.'.length));
}

/** A rule set that cannot run at all fails like a rule: the others still speak. */
function evaluate(engine: PolicyEngine, facts: Facts, settings: RuleSettings, value: JsonObject): Evaluation {
  try {
    return engine.evaluate(facts, settings, value);
  } catch (error) {
    if (error instanceof PolicyEvaluationError) return { findings: [], failures: [error] };
    throw error;
  }
}

function describeSubject(object: KubernetesObject, judge: Pick<Judge, 'namespace' | 'pathOf'>): MatchSubject {
  const { apiVersion, kind, name, value, source } = object;
  return {
    apiVersion,
    kind,
    name,
    namespace: namespaceOf(object, judge),
    labels: objectAt(value, 'metadata', 'labels'),
    path: source === null ? null : judge.pathOf(source.document.file.name),
  };
}
