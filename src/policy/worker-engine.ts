import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Facts } from '../facts/schema.ts';
import type { JsonObject } from '../manifest/document.ts';
import type { PolicyEngine, PolicyEngineParts } from './engine.ts';
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

export type WorkerReply =
  | {
      readonly kind: 'evaluated';
      readonly findings: readonly RawFinding[];
      /** Errors lose their class on the way. */
      readonly failures: readonly { readonly rule: string | null; readonly cause: string }[];
    }
  | { readonly kind: 'broken'; readonly cause: string }
  | { readonly kind: 'ready' };

export interface WorkerEngineOptions {
  /** `policy-worker.js` as the package ships it. */
  readonly workerFile: string;
  /** For one subject; what takes longer loops. */
  readonly deadlineMs: number;
}

/** An engine whose rules may loop or fail as they like: they have a thread of their own, which is killed at a deadline. */
export interface WorkerEngine extends PolicyEngine {
  /** Stops the thread. */
  close(): Promise<void>;
}

/** For a thread to start and compile its wasm, on a machine that has much else to do. */
const startDeadlineMs = 10_000;

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

/**
 * Runs people's own rules. `evaluate` waits for the thread, as a command line does; a rule that ran over the deadline once
 * is named in each later evaluation, and not run again.
 * @throws PolicyEvaluationError when these rules cannot be run at all
 */
export function createWorkerEngine(parts: PolicyEngineParts, options: WorkerEngineOptions): WorkerEngine {
  const stopped = new Set<string>();
  const stops: Promise<unknown>[] = [];
  const narrowed = new WeakMap<RuleSettings, { readonly without: number; readonly settings: RuleSettings }>();
  let running: Running | null = null;

  function start(): Running {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const workerData: WorkerStart = { parts, port: port2, signal };
    const worker = new Worker(options.workerFile, { workerData, transferList: [port2] });
    worker.unref();
    port1.unref();
    const started = { worker, port: port1, signal };
    const reply = waitForReply(started, startDeadlineMs);
    if (reply?.kind === 'ready') return started;
    stop(started);
    throw new PolicyEvaluationError(parts.ruleSet, null, 'anything', 'its thread did not start in time');
  }

  function stop({ worker, port }: Running): void {
    port.close();
    stops.push(worker.terminate());
  }

  /** One request; `null` at the deadline, after which the thread is gone. */
  function ask(request: WorkerRequest): Extract<WorkerReply, { kind: 'evaluated' }> | null {
    const current = (running ??= start());
    Atomics.store(current.signal, 0, 0);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; a port has no origin
    current.port.postMessage(request);
    const reply = waitForReply(current, options.deadlineMs);
    if (reply?.kind === 'evaluated') return reply;
    stop(current);
    running = null;
    if (reply?.kind === 'broken') throw new PolicyEvaluationError(parts.ruleSet, null, 'anything', reply.cause);
    return null;
  }

  /** Settings without the stopped rules; the same object as long as these do not change, as the engine compares by identity. */
  function withoutStopped(settings: RuleSettings): RuleSettings {
    if (stopped.size === 0) return settings;
    const known = narrowed.get(settings);
    if (known?.without === stopped.size) return known.settings;
    const left = { ...settings, enabled: settings.enabled.filter((rule) => !stopped.has(rule)) };
    narrowed.set(settings, { without: stopped.size, settings: left });
    return left;
  }

  /** After a deadline: one rule at a time, so that the one that loops is known. */
  function findStopped(facts: Facts, settings: RuleSettings, raw: JsonObject | null): void {
    for (const rule of settings.enabled) {
      const isOurs = parts.catalog.rules.some(({ id, subject }) => id === rule && subject === facts.subject);
      if (isOurs && ask({ facts, settings: { ...settings, enabled: [rule] }, raw }) === null) stopped.add(rule);
    }
  }

  return {
    catalog: parts.catalog,
    memoryBytes: () => 0,
    evaluate(facts, settings, raw = null): Evaluation {
      const subject = nameSubject(facts);
      const fail = (rule: string | null, cause: string) =>
        new PolicyEvaluationError(parts.ruleSet, rule, subject, cause);
      let reply = ask({ facts, settings: withoutStopped(settings), raw });
      if (reply === null) {
        findStopped(facts, withoutStopped(settings), raw);
        reply = ask({ facts, settings: withoutStopped(settings), raw });
      }
      const late = [...stopped]
        .filter((rule) => settings.enabled.includes(rule))
        .map((rule) => fail(rule, `it ran longer than ${options.deadlineMs} ms`));
      if (reply === null) return { findings: [], failures: [...late, fail(null, 'it ran over its deadline')] };
      return {
        findings: reply.findings,
        failures: [...late, ...reply.failures.map(({ rule, cause }) => fail(rule, cause))],
      };
    },
    async close() {
      if (running !== null) stop(running);
      running = null;
      await Promise.all(stops);
    },
  };
}

function waitForReply({ port, signal }: Running, deadlineMs: number): WorkerReply | null {
  if (Atomics.wait(signal, 0, 0, deadlineMs) === 'timed-out') return null;
  return (receiveMessageOnPort(port)?.message ?? null) as WorkerReply | null;
}
