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

export interface TalkOptions {
  /** For one subject; what takes longer loops. */
  readonly deadlineMs: number;
  /** A rule that looped is tried again after this long; never without it. */
  readonly retryMs?: number;
  readonly now: () => number;
}

/**
 * What is asked of a worker, however one waits for it. After a deadline each rule is asked alone, so that the one that
 * loops is known; it is named in each later evaluation, and not run again for as long as `retryMs`.
 */
export function createTalks(
  { ruleSet, catalog }: PolicyEngineParts,
  { deadlineMs, retryMs = Infinity, now }: TalkOptions,
): (request: WorkerRequest) => Talk {
  /** Until when a rule is not run. */
  const stopped = new Map<string, number>();
  let version = 0;
  const narrowed = new WeakMap<RuleSettings, { readonly version: number; readonly settings: RuleSettings }>();

  function releaseStopped(): void {
    for (const [rule, until] of stopped) {
      if (until > now()) continue;
      stopped.delete(rule);
      version += 1;
    }
  }

  /** The same object as long as the same rules are stopped: the engine compares settings by identity. */
  function withoutStopped(settings: RuleSettings): RuleSettings {
    if (stopped.size === 0) return settings;
    const known = narrowed.get(settings);
    if (known?.version === version) return known.settings;
    const left = { ...settings, enabled: settings.enabled.filter((rule) => !stopped.has(rule)) };
    narrowed.set(settings, { version, settings: left });
    return left;
  }

  function* findStopped(request: WorkerRequest): Generator<WorkerRequest, void, EvaluatedReply | null> {
    const { facts, settings } = request;
    for (const rule of catalog.rules) {
      const { id } = rule;
      if (!listSubjects(rule).includes(facts.subject) || !settings.enabled.includes(id)) continue;
      const reply = yield { ...request, settings: { ...settings, enabled: [id] } };
      if (reply !== null) continue;
      stopped.set(id, now() + retryMs);
      version += 1;
    }
  }

  return function* evaluate(request) {
    const subject = nameSubject(request.facts);
    releaseStopped();
    const narrow = (): WorkerRequest => ({ ...request, settings: withoutStopped(request.settings) });
    const fail = (rule: string | null, cause: string) => new PolicyEvaluationError(ruleSet, rule, subject, cause);
    let reply = yield narrow();
    if (reply === null) {
      yield* findStopped(narrow());
      reply = yield narrow();
    }
    const late = [...stopped.keys()]
      .filter((rule) => request.settings.enabled.includes(rule))
      .map((rule) => fail(rule, `it ran longer than ${deadlineMs} ms`));
    if (reply === null) return { findings: [], failures: [...late, fail(null, `it ran longer than ${deadlineMs} ms`)] };
    const failures = reply.failures.map(({ rule, cause }) => fail(rule, cause));
    return { findings: reply.findings, failures: [...late, ...failures] };
  };
}
