import type { MatchSubject } from '../config/match.ts';
import type { ResolvedRules, RuleResolver } from '../config/rules.ts';
import type { Facts } from '../facts/schema.ts';
import { objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { ImageFinder } from '../oci/image-content.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { PolicyEvaluationError, type Evaluation, type RawFinding, type RuleSettings } from '../policy/evaluation.ts';
import type { Messages } from '../policy/message.ts';
import type { Finding } from '../report/report.ts';
import type { WaivedFinding, Waivers } from '../waiver/waiver.ts';
import type { KindTable } from '../workload/workload.ts';
import { placeFinding, type Attribution } from './place-finding.ts';
import type { ReleaseFitter } from './release-fit.ts';

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

/** What was found so far. */
export interface Judged {
  readonly findings: Finding[];
  /** The first of each rule: what fails for one object mostly fails for all. */
  readonly failures: Map<string, PolicyEvaluationError>;
  readonly waived: WaivedFinding[];
  /** What findings are about, where somebody asks. */
  readonly about?: Map<Finding, KubernetesObject>;
}

/** Puts facts to all rule sets. @param attribute - what a finding is about; `null` for one that is not to be told */
export function judgeFacts(
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

/** Adds what one rule set answered to what was judged: by level, with waivers, in sentences. */
export function takeAnswer(
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

/** Of an object that names none, the judge's. */
export function namespaceOf({ namespace }: KubernetesObject, judge: Pick<Judge, 'namespace'>): string {
  return namespace === '' ? judge.namespace : namespace;
}

export function minorOf({ kubernetesVersion }: Pick<Judge, 'kubernetesVersion'>): number {
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

/** What configuration knows an object by. */
export function describeSubject(object: KubernetesObject, judge: Pick<Judge, 'namespace' | 'pathOf'>): MatchSubject {
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
