import { setImmediate as letOthers } from 'node:timers/promises';
import { describeCause } from '../../src/errors.ts';
import type { NodeAgentFacts } from '../../src/facts/object-schema.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { packageFile } from '../../src/package-files.ts';
import { objectsAround } from '../neighbours.ts';
import type { ReviewRequest } from '../review.ts';
import type { RuleFailure, ThreadReply, ThreadStart } from './protocol.ts';
import type { Reading } from './reading.ts';
import { openTalk, type TalkLimits } from './talk.ts';

/**
 * Reviews with a longer body are read and judged by rules in a thread: what 64 KiB of an object that was made to hurt
 * cost is some twenty milliseconds, and what it costs grows with it.
 */
export const LARGE_BODY_BYTES = 64 * 1024;

/**
 * An object of which the state would keep a longer text is heavy: its demand is worked out in the thread too. Most large
 * objects are not, since what is large in them are variables, annotations and managedFields.
 */
const HEAVY_LENGTH = 32 * 1024;

export interface LargeLimits extends TalkLimits {
  /** Of all bodies together that wait or are judged; more are not taken. */
  readonly heldBytes: number;
}

/** As many as three of the longest that the server takes at once. */
const LIMITS: LargeLimits = {
  deadlineMs: 5000,
  idleMs: 60_000,
  heapMebibytes: 160,
  heldBytes: 48 * 1024 * 1024,
};

export interface LargeReviewSettings {
  /** On the clock of deadlines. */
  readonly now: () => number;
  readonly onRuleFailure: (failure: RuleFailure) => void;
  /** What runs on each node of the cluster. */
  readonly nodeAgents: () => readonly NodeAgentFacts[];
  readonly workerFile?: string;
  readonly limits?: LargeLimits;
}

type LargeReading =
  | { readonly kind: 'malformed'; readonly message: string }
  /** Why nothing can be said about it. */
  | { readonly kind: 'failed'; readonly cause: string }
  | {
      readonly kind: 'read';
      /** With objects that are reduced to what fit and answers need of them. */
      readonly request: ReviewRequest;
      readonly reading: Reading;
    };

/** Reviews whose bodies are so long that reading them would hold up everybody else. */
export interface LargeReviews {
  /**
   * Reads a body in the thread, and lets `use` go on with what was read; after that the thread forgets it.
   * @param use - never rejects
   */
  readonly take: <Value>(
    body: Buffer,
    deadlineMs: number,
    use: (reading: LargeReading) => Promise<Value>,
  ) => Promise<Value>;
  /** Stops the thread once all that was taken is judged. */
  readonly close: () => Promise<void>;
}

/** Nothing is started before the first large review comes. */
export function openLargeReviews(
  start: Omit<ThreadStart, 'policyWorkerFile'> & Partial<ThreadStart>,
  {
    now,
    nodeAgents,
    onRuleFailure,
    workerFile = packageFile('dist/review-thread.js'),
    limits = LIMITS,
  }: LargeReviewSettings,
): LargeReviews {
  const policyWorkerFile = start.policyWorkerFile ?? packageFile('dist/policy-worker.js');
  const talk = openTalk(workerFile, { ...start, policyWorkerFile }, limits, now);
  const underWay = new Set<Promise<unknown>>();
  let heldBytes = 0;
  let lastId = 0;

  const openReading = (id: number, { kind }: ReviewRequest, scope: Reading['scope'], isHeavy: boolean): Reading => ({
    scope,
    isHeavy,
    async judge(held, bounds, deadlineMs) {
      const around = {
        limitRanges: held.limitRanges,
        objects: objectsAround({ kind }, held),
        nodeAgents: nodeAgents(),
      };
      const asked = { kind: 'judge', id, around, bounds, waitMs: Math.max(0, deadlineMs - now()) } as const;
      const reply = await talk.ask(asked, deadlineMs);
      if (reply.kind !== 'judged') throw unexpected(reply);
      reply.failures.forEach(onRuleFailure);
      return reply;
    },
  });

  async function read(id: number, body: Buffer, deadlineMs: number): Promise<LargeReading> {
    try {
      const reply = await talk.ask({ kind: 'read', id, body }, deadlineMs);
      if (reply.kind === 'malformed') return reply;
      if (reply.kind !== 'read') throw unexpected(reply);
      // To parse each of them and to judge them are turns of their own.
      const object = parse(reply.object);
      await letOthers();
      const oldObject = parse(reply.oldObject);
      await letOthers();
      const request = { ...reply.request, object, oldObject };
      const length = Math.max(reply.object?.length ?? 0, reply.oldObject?.length ?? 0);
      return { kind: 'read', request, reading: openReading(id, request, reply.scope, length > HEAVY_LENGTH) };
    } catch (error) {
      return { kind: 'failed', cause: `its ${body.length} bytes could not be read: ${describeCause(error)}` };
    }
  }

  async function take<Value>(
    body: Buffer,
    deadlineMs: number,
    use: (read: LargeReading) => Promise<Value>,
  ): Promise<Value> {
    const id = (lastId += 1);
    try {
      return await use(await read(id, body, deadlineMs));
    } finally {
      heldBytes -= body.length;
      talk.tell({ kind: 'forget', id });
    }
  }

  return {
    async take(body, deadlineMs, use) {
      if (heldBytes + body.length > limits.heldBytes) {
        return use({ kind: 'failed', cause: `${heldBytes} bytes of large objects are being judged already` });
      }
      heldBytes += body.length;
      const taken = take(body, deadlineMs, use);
      underWay.add(taken);
      try {
        return await taken;
      } finally {
        underWay.delete(taken);
      }
    },
    async close() {
      await Promise.allSettled(underWay);
      await talk.close();
    },
  };
}

function unexpected(reply: ThreadReply): Error {
  return new Error(reply.kind === 'broken' ? reply.cause : `its thread answered ${reply.kind}`);
}

function parse(text: string | null): JsonObject | null {
  return text === null ? null : (JSON.parse(text) as JsonObject);
}
