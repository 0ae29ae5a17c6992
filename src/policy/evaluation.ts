import { describeCause } from '../errors.ts';
import type { Facts } from '../facts/schema.ts';
import type { JsonObject } from '../manifest/document.ts';

/** What a rule returns: where, and what; the sentence is made later from `messageId` and `data`. */
export interface RawFinding {
  readonly rule: string;
  /** JSON pointer (RFC 6901) inside the object; for a release, inside the object that `object` names. */
  readonly path: string;
  /** Which of the rule's messages holds; a rule with one message has none. */
  readonly messageId?: string;
  readonly data: JsonObject;
  /** Index into the `objects` of release facts. */
  readonly object?: number;
}

/** The findings of one call, ordered by object, rule and path, and the rules that could not answer. */
export interface Evaluation {
  readonly findings: readonly RawFinding[];
  readonly failures: readonly PolicyEvaluationError[];
}

/** Which rules run and with what parameters. One such object for each resolved config: it is compared by identity. */
export interface RuleSettings {
  readonly enabled: readonly string[];
  /** By rule id, complete: defaults are filled in already. */
  readonly params: Readonly<Record<string, JsonObject>>;
}

/** A rule that threw, or a rule set that could not be run; opa-wasm throws bare strings, which stay as `cause`. */
export class PolicyEvaluationError extends Error {
  override readonly name = 'PolicyEvaluationError';
  readonly ruleSet: string;
  /** The rule's id; `null` when no single rule is to blame. */
  readonly rule: string | null;
  /** What was being judged: `Deployment web`, `the release`. */
  readonly subject: string;

  constructor(ruleSet: string, rule: string | null, subject: string, cause: unknown) {
    super(`${rule ?? `rule set ${ruleSet}`} could not judge ${subject}: ${describeCause(cause)}`, { cause });
    this.ruleSet = ruleSet;
    this.rule = rule;
    this.subject = subject;
  }
}

/** What errors call the thing that is judged. */
export function nameSubject(facts: Facts): string {
  if (facts.subject === 'object') return `${facts.object.kind} ${facts.object.name}`;
  return facts.subject === 'dockerfile' ? facts.file : 'the release';
}
