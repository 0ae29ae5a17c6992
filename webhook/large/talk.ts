import { Worker } from 'node:worker_threads';
import { within } from '../within.ts';
import type { ThreadReply, ThreadRequest, ThreadStart } from './protocol.ts';

export interface TalkLimits {
  /** For one question; what takes longer loops, and the thread is killed. */
  readonly deadlineMs: number;
  /** A thread that nobody asked for so long ends, and gives its memory back. */
  readonly idleMs: number;
  /** Of JavaScript objects in the thread; who needs more loses the thread. */
  readonly heapMebibytes: number;
}

/** Questions to a thread that starts with the first of them, and anew after it had to be killed. They queue. */
export interface Talk {
  /**
   * @param deadlineMs - when whoever asks must have gone on
   * @throws when there is no answer by then, or never
   */
  readonly ask: (request: ThreadRequest, deadlineMs: number) => Promise<ThreadReply>;
  /** Says something that needs no answer. */
  readonly tell: (request: ThreadRequest) => void;
  /** Kills the thread. */
  readonly close: () => Promise<void>;
}

/** For a thread to start, on a machine that has much else to do. */
const START_MS = 10_000;

interface Running {
  readonly worker: Worker;
  /** Whoever waits for the next reply; a thread that ends gives none. */
  onReply: (reply: ThreadReply | Error) => void;
}

export function openTalk(workerFile: string, start: ThreadStart, limits: TalkLimits, now: () => number): Talk {
  let running: Running | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | null = null;

  async function stop(): Promise<void> {
    const { worker } = running ?? {};
    running = null;
    await worker?.terminate();
  }

  function launch(): Running {
    const worker = new Worker(workerFile, {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMebibytes },
    });
    worker.unref();
    const launched: Running = { worker, onReply: () => undefined };
    const end = (error: Error): void => {
      if (running === launched) running = null;
      launched.onReply(error);
    };
    worker.on('message', (reply: ThreadReply) => launched.onReply(reply));
    worker.on('error', end);
    worker.on('exit', () => end(new Error('its thread ended')));
    return launched;
  }

  async function nextReply(from: Running, waitMs: number): Promise<ThreadReply> {
    try {
      const reply = new Promise<ThreadReply>((resolve, reject) => {
        from.onReply = (said) => (said instanceof Error ? reject(said) : resolve(said));
      });
      return await within(waitMs, reply);
    } catch (error) {
      if (running === from) await stop();
      throw error;
    }
  }

  async function converse(request: ThreadRequest, deadlineMs: number): Promise<ThreadReply> {
    if (now() >= deadlineMs) throw new Error('others were before it for as long as it could wait');
    if (idle !== null) clearTimeout(idle);
    if (running === null) {
      const launched = (running = launch());
      const ready = await nextReply(launched, START_MS);
      if (ready.kind !== 'ready') {
        await stop();
        return ready;
      }
    }
    const asked = running;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; a thread has no origin
    asked.worker.postMessage(request);
    const reply = await nextReply(asked, limits.deadlineMs);
    idle = setTimeout(() => void stop(), limits.idleMs).unref();
    return reply;
  }

  return {
    ask(request, deadlineMs) {
      const next = last.then(() => converse(request, deadlineMs));
      last = next.catch(() => undefined);
      return within(Math.max(0, deadlineMs - now()), next);
    },
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
    tell: (request) => running?.worker.postMessage(request),
    async close() {
      if (idle !== null) clearTimeout(idle);
      await last;
      await stop();
    },
  };
}
