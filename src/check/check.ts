import { readLimitRange, type LimitRange } from '../admission/limit-range.ts';
import type { MatchSubject } from '../config/match.ts';
import type { RuleResolver } from '../config/rules.ts';
import { describeObject } from '../facts/describe-object.ts';
import type { Facts } from '../facts/schema.ts';
import { objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { PolicyEvaluationError, type Evaluation, type RawFinding, type RuleSettings } from '../policy/evaluation.ts';
import { renderMessage, type Messages } from '../policy/message.ts';
import { printFingerprint } from '../report/fingerprint.ts';
import { compareDiagnostics, compareFindings, compareText } from '../report/order.ts';
import type { CheckReport, Finding } from '../report/report.ts';
import type { WaivedFinding, Waivers } from '../waiver/waiver.ts';
import { readWorkload, type KindTable, type Workload } from '../workload/workload.ts';
import type { Release } from './release.ts';

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
}

/** Judges a release by all rules. The same release and judge give the same report, in whatever order its files came. */
export function checkRelease(release: Release, judge: Judge): CheckOutcome {
  const judged: Judged = { findings: [...judge.waivers.expired], failures: new Map(), waived: [] };
  const byKind = new Map<string, number>();
  let workloads = 0;
  const limitRanges = gatherLimitRanges(release, judge);
  for (const object of release.objects) {
    const workload = readWorkload(object, judge.kinds);
    if (workload !== null) {
      workloads += 1;
      byKind.set(object.kind, (byKind.get(object.kind) ?? 0) + 1);
    }
    judgeObject(object, workload, limitRanges.get(namespaceOf(object, judge)) ?? [], judge, judged);
  }
  const findings = judged.findings.sort(compareFindings);
  const diagnostics = release.diagnostics.toSorted(compareDiagnostics);
  const errors = [...findings, ...diagnostics].filter(({ level }) => level === 'error').length;
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
      waived: judged.waived.length,
      skipped: release.skipped,
    },
    findings,
    diagnostics,
  };
  const waived = judged.waived.sort((a, b) => compareFindings(a.finding, b.finding));
  return { report, waived, failures: [...judged.failures.values()] };
}

/**
 * The limit ranges of the input by namespace: what they fill in is not missing. One without a known namespace may stand
 * in another than the workloads beside it, so it excuses nothing.
 */
function gatherLimitRanges({ objects, context }: Release, judge: Judge): ReadonlyMap<string, readonly LimitRange[]> {
  const byNamespace = new Map<string, LimitRange[]>();
  for (const object of [...context, ...objects]) {
    const namespace = namespaceOf(object, judge);
    if (object.kind !== 'LimitRange' || object.apiVersion !== 'v1' || namespace === '') continue;
    const limitRange = readLimitRange(object);
    // The server refuses one with an amount that it cannot read; a rule of its own says so.
    if (limitRange.kind !== 'limit-range') continue;
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, [limitRange]);
    else known.push(limitRange);
  }
  for (const known of byNamespace.values()) known.sort((a, b) => compareText(a.name, b.name));
  return byNamespace;
}

function namespaceOf({ namespace }: KubernetesObject, judge: Judge): string {
  return namespace === '' ? judge.namespace : namespace;
}

function judgeObject(
  object: KubernetesObject,
  workload: Workload | null,
  limitRanges: readonly LimitRange[],
  judge: Judge,
  judged: Judged,
): void {
  const subject = describeSubject(object, judge);
  const settings = judge.rules.resolveRules(subject);
  const facts = describeObject(object, workload, {
    kubernetesMinor: Number(judge.kubernetesVersion.slice('1.'.length)),
    limitRanges,
    namespace: judge.namespace,
  });
  for (const engine of judge.engines) {
    const { findings, failures } = evaluate(engine, facts, settings, object);
    for (const failure of failures) {
      const key = `${failure.ruleSet} ${failure.rule ?? ''}`;
      if (!judged.failures.has(key)) judged.failures.set(key, failure);
    }
    for (const raw of findings) {
      const level = settings.levels.get(raw.rule);
      if (level === undefined || level === 'off') continue;
      const finding = placeFinding(raw, level, object, judge);
      const waiver = judge.waivers.findWaiver(raw.rule, subject);
      if (waiver === null) judged.findings.push(finding);
      else judged.waived.push({ finding, waiver });
    }
  }
}

/** A rule set that cannot run at all fails like a rule: the others still speak. */
function evaluate(engine: PolicyEngine, facts: Facts, settings: RuleSettings, object: KubernetesObject): Evaluation {
  try {
    return engine.evaluate(facts, settings, object.value);
  } catch (error) {
    if (error instanceof PolicyEvaluationError) return { findings: [], failures: [error] };
    throw error;
  }
}

function describeSubject(object: KubernetesObject, judge: Judge): MatchSubject {
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

/** A finding of an object that came from no file stands nowhere: file and places are empty. */
function placeFinding(raw: RawFinding, level: Finding['level'], object: KubernetesObject, judge: Judge): Finding {
  const { apiVersion, kind, namespace, name, source, value } = object;
  const resource = { apiVersion, kind, namespace, name };
  const place = source === null ? nowhere : locate(source.document, source.pointer + raw.path);
  return {
    rule: raw.rule,
    level,
    message: renderMessage(judge.messages, raw),
    file: source?.document.file.name ?? '',
    line: place.line,
    column: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
    resource,
    path: raw.path,
    data: sortKeys(raw.data),
    help: `quotafit explain ${raw.rule}`,
    fixable: false,
    fingerprint: printFingerprint(raw.rule, resource, raw.path, value),
  };
}

/** Rego gives members in an order of its own, which another version of a rule may change. */
function sortKeys(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => compareText(a, b)));
}

const nowhere = { line: 1, column: 1, endLine: 1, endColumn: 1 };
