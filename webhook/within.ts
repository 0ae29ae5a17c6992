import { setTimeout as sleep } from 'node:timers/promises';

/** @throws when it takes longer */
export async function within<Value>(waitMs: number, work: Promise<Value>): Promise<Value> {
  const stop = new AbortController();
  const late = sleep(waitMs, undefined, { signal: stop.signal }).then((): never => {
    throw new Error(`no answer within ${waitMs} ms`);
  });
  // Whichever loses the race is of no more interest, nor is how it fails.
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
