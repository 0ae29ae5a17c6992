import { setImmediate as letOthers } from 'node:timers/promises';

/**
 * Does a long work in small pieces beside what must not wait: after each piece others go first, and after some
 * milliseconds of it there is a rest, so that it never takes more than its share.
 */
export interface Pace {
  readonly step: <Value>(work: () => Value) => Promise<Value>;
}

export interface PaceSettings {
  /** Of one processor: 0.1 works a tenth of the time. */
  readonly share: number;
  readonly now: () => number;
  readonly rest: (ms: number) => Promise<unknown>;
}

/** So short that nobody notices it, and longer than a timer is late. */
const STINT_MS = 5;

export function createPace({ share, now, rest }: PaceSettings): Pace {
  let worked = 0;
  return {
    async step(work) {
      const began = now();
      try {
        return work();
      } finally {
        worked += now() - began;
        if (worked < STINT_MS) await letOthers();
        else {
          const restMs = worked * (1 / share - 1);
          worked = 0;
          await rest(restMs);
        }
      }
    },
  };
}
