import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Facts } from '../facts/schema.ts';
import type { JsonObject } from '../manifest/document.ts';
import type { Catalog } from './catalog.ts';
import type { PolicyEngine, PolicyEngineParts } from './engine.ts';
import { PolicyEvaluationError, type Evaluation, type RuleSettings } from './evaluation.ts';
import {
  createTalks,
  type EvaluatedReply,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-protocol.ts';

export interface WorkerEngineOptions {
  /** `policy-worker.js` as the package ships it. */
  readonly workerFile: string;
  /** For one subject; what takes longer loops. */
  readonly deadlineMs: number;
  /** A rule that looped is tried again after this long; never without it. */
  readonly retryMs?: number;
}

/** An engine whose rules may loop or fail as they like: they have a thread of their own, which is killed at a deadline. */
export interface WorkerEngine extends PolicyEngine {
  /** Stops the thread. */
  close(): Promise<void>;
}

/** The same for a server: nobody waits but the caller. Evaluations queue, as the thread is one. */
export interface AsyncWorkerEngine {
  readonly catalog: Catalog;
  evaluate(facts: Facts, settings: RuleSettings, raw?: JsonObject | null): Promise<Evaluation>;
  /** Stops the thread once all that was asked is answered. */
  close(): Promise<void>;
}

/** For a thread to start, on a machine that has much else to do. */
const startDeadlineMs = 10_000;

/**
 * Runs people's own rules and blocks until they have answered, as a command line may.
 * `evaluate` throws a PolicyEvaluationError when these rules cannot be run at all.
 */
export function createWorkerEngine(parts: PolicyEngineParts, options: WorkerEngineOptions): WorkerEngine {
  const talk = createTalks(parts, { ...options, now: () => performance.now() });
  const thread = createThread(parts, options.workerFile);

  function ask(request: WorkerRequest): EvaluatedReply | null {
    const { running, isNew } = thread.open();
    if (isNew) thread.expectReady(waitForReply(running, startDeadlineMs));
    post(running, request);
    return thread.expectEvaluated(waitForReply(running, options.deadlineMs));
  }

  return {
    catalog: parts.catalog,
    memoryBytes: () => 0,
    evaluate(facts, settings, raw = null) {
      const talking = talk({ facts, settings, raw });
      let step = talking.next();
      while (step.done !== true) step = talking.next(ask(step.value));
      return step.value;
    },
    close: () => thread.close(),
  };
}

/** Runs people's own rules without ever blocking the thread that asks. */
export function createAsyncWorkerEngine(parts: PolicyEngineParts, options: WorkerEngineOptions): AsyncWorkerEngine {
  const talk = createTalks(parts, { ...options, now: () => performance.now() });
  const thread = createThread(parts, options.workerFile);
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function ask(request: WorkerRequest): Promise<EvaluatedReply | null> {
    const { running, isNew } = thread.open();
    if (isNew) thread.expectReady(await listenForReply(running, startDeadlineMs));
    post(running, request);
    return thread.expectEvaluated(await listenForReply(running, options.deadlineMs));
  }

  async function converse(request: WorkerRequest): Promise<Evaluation> {
    const talking = talk(request);
    let step = talking.next();
    while (step.done !== true) step = talking.next(await ask(step.value));
    return step.value;
  }

  return {
    catalog: parts.catalog,
    evaluate(facts, settings, raw = null) {
      const next = last.then(() => converse({ facts, settings, raw }));
      // A failure is its caller's; the queue goes on. Whoever comes late is answered by a thread of their own.
      last = next.catch(() => null).then(() => (isClosed ? thread.close() : null));
      return next;
    },
    close: async () => {
      isClosed = true;
      await last;
      await thread.close();
    },
  };
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

/** The thread behind an engine: started when it is needed, gone after anything but the reply that was expected. */
interface Thread {
  open(): { readonly running: Running; readonly isNew: boolean };
  expectReady(reply: WorkerReply | null): void;
  /** @returns `null` for a deadline that passed */
  expectEvaluated(reply: WorkerReply | null): EvaluatedReply | null;
  close(): Promise<void>;
}

function createThread(parts: PolicyEngineParts, workerFile: string): Thread {
  let running: Running | null = null;
  const stops: Promise<unknown>[] = [];
  const refuse = (cause: string) => new PolicyEvaluationError(parts.ruleSet, null, 'anything', cause);

  function stop(): void {
    running?.port.close();
    if (running !== null) stops.push(running.worker.terminate());
    running = null;
  }

  return {
    open() {
      if (running !== null) return { running, isNew: false };
      const { port1, port2 } = new MessageChannel();
      const signal = new Int32Array(new SharedArrayBuffer(4));
      const workerData: WorkerStart = { parts, port: port2, signal };
      const worker = new Worker(workerFile, { workerData, transferList: [port2] });
      // Without a listener its fault would be ours; the reply that never comes says it.
      worker.on('error', () => null);
      worker.unref();
      running = { worker, port: port1, signal };
      return { running, isNew: true };
    },
    expectReady(reply) {
      if (reply?.kind === 'ready') return;
      stop();
      throw refuse('its thread did not start in time');
    },
    expectEvaluated(reply) {
      if (reply?.kind === 'evaluated') return reply;
      stop();
      if (reply?.kind === 'broken') throw refuse(reply.cause);
      return null;
    },
    async close() {
      stop();
      await Promise.all(stops);
    },
  };
}

function post({ port, signal }: Running, request: WorkerRequest): void {
  Atomics.store(signal, 0, 0);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; a port has no origin
  port.postMessage(request);
}

function waitForReply({ port, signal }: Running, deadlineMs: number): WorkerReply | null {
  if (Atomics.wait(signal, 0, 0, deadlineMs) === 'timed-out') return null;
  return (receiveMessageOnPort(port)?.message ?? null) as WorkerReply | null;
}

function listenForReply({ port }: Running, deadlineMs: number): Promise<WorkerReply | null> {
  return new Promise((resolve) => {
    const settle = (reply: WorkerReply | null): void => {
      clearTimeout(timer);
      port.removeAllListeners('message');
      resolve(reply);
    };
    const timer = setTimeout(() => {
      settle(null);
    }, deadlineMs);
    port.once('message', settle);
  });
}
