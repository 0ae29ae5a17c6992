import type { MessagePort } from 'node:worker_threads';
import type { Facts } from '../facts/schema.ts';
import type { JsonObject } from '../manifest/document.ts';
import { listSubjects } from './catalog.ts';
import type { PolicyEngineParts } from './engine.ts';
import {
  nameSubject,
  PolicyEvaluationError,
  type Evaluation,
  type RawFinding,
  type RuleSettings,
} from './evaluation.ts';

/** What the worker is started with. */
export interface WorkerStart {
  readonly parts: PolicyEngineParts;
  readonly port: MessagePort;
  /** One cell: 1 once a reply is in the port. */
  readonly signal: Int32Array;
}

export interface WorkerRequest {
  readonly facts: Facts;
  readonly settings: RuleSettings;
  readonly raw: JsonObject | null;
}

export interface EvaluatedReply {
  readonly kind: 'evaluated';
  readonly findings: readonly RawFinding[];
  /** Errors lose their class on the way. */
  readonly failures: readonly { readonly rule: string | null; readonly cause: string }[];
}

export type WorkerReply =
  EvaluatedReply | { readonly kind: 'broken'; readonly cause: string } | { readonly kind: 'ready' };

/** An evaluation as a talk with the worker: each request gets its reply, or `null` when its deadline has passed. */
export type Talk = Generator<WorkerRequest, Evaluation, EvaluatedReply | null>;

/**
 * What is asked of a worker, however one waits for it. After a deadline each rule is asked alone, so that the one that
 * loops is known; it is named in each later evaluation, and not run again.
 */
export function createTalks(
  { ruleSet, catalog }: PolicyEngineParts,
  deadlineMs: number,
): (request: WorkerRequest) => Talk {
  const stopped = new Set<string>();
  const narrowed = new WeakMap<RuleSettings, { readonly without: number; readonly settings: RuleSettings }>();

  /** The same object as long as no rule is stopped: the engine compares settings by identity. */
  function withoutStopped(settings: RuleSettings): RuleSettings {
    if (stopped.size === 0) return settings;
    const known = narrowed.get(settings);
    if (known?.without === stopped.size) return known.settings;
    const left = { ...settings, enabled: settings.enabled.filter((rule) => !stopped.has(rule)) };
    narrowed.set(settings, { without: stopped.size, settings: left });
    return left;
  }

  function* findStopped(request: WorkerRequest): Generator<WorkerRequest, void, EvaluatedReply | null> {
    const { facts, settings } = request;
    for (const rule of catalog.rules) {
      const { id } = rule;
      if (!listSubjects(rule).includes(facts.subject) || !settings.enabled.includes(id)) continue;
      const reply = yield { ...request, settings: { ...settings, enabled: [id] } };
      if (reply === null) stopped.add(id);
    }
  }

  return function* evaluate(request) {
    const subject = nameSubject(request.facts);
    const narrow = (): WorkerRequest => ({ ...request, settings: withoutStopped(request.settings) });
    const fail = (rule: string | null, cause: string) => new PolicyEvaluationError(ruleSet, rule, subject, cause);
    let reply = yield narrow();
    if (reply === null) {
      yield* findStopped(narrow());
      reply = yield narrow();
    }
    const late = [...stopped]
      .filter((rule) => request.settings.enabled.includes(rule))
      .map((rule) => fail(rule, `it ran longer than ${deadlineMs} ms`));
    if (reply === null) return { findings: [], failures: [...late, fail(null, `it ran longer than ${deadlineMs} ms`)] };
    const failures = reply.failures.map(({ rule, cause }) => fail(rule, cause));
    return { findings: reply.findings, failures: [...late, ...failures] };
  };
}
