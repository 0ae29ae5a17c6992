import { setImmediate as letOthers } from 'node:timers/promises';

/** So long that to stop and go on costs little beside it, and short enough for whoever waits. */
const TURN_MS = 10;

/** Goes through steps of a long work as fast as it can, and lets others go first after each turn. */
export async function inTurns(steps: Iterable<void>, now: () => number): Promise<void> {
  let until = now() + TURN_MS;
  for (const _ of steps) {
    if (now() < until) continue;
    await letOthers();
    until = now() + TURN_MS;
  }
}
