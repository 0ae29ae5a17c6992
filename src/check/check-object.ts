import type { ResolvedRules } from '../config/rules.ts';
import { describeObject } from '../facts/describe-object.ts';
import { describeRelease } from '../facts/describe-release.ts';
import type { Facts } from '../facts/schema.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { Evaluation, RawFinding } from '../policy/evaluation.ts';
import { compareFindings } from '../report/order.ts';
import type { Finding, Level } from '../report/report.ts';
import { readWorkload, type Workload } from '../workload/workload.ts';
import type { CheckOutcome } from './check.ts';
import { describeSubject, judgeFacts, minorOf, takeAnswer, type Judge, type Judged } from './judge.ts';
import type { Surroundings } from './surroundings.ts';

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

/** @param told - the object as findings name it: by its file alone, whatever kustomizations are among the input */
export function judgeObject(
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
