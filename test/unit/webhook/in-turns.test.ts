import { setImmediate as letOthers } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inTurns } from '../../../webhook/in-turns.ts';

it('lets others go first after ten milliseconds of work, and then goes on', async () => {
  const seen: string[] = [];
  let clock = 0;
  function* work(): Iterable<void> {
    for (let step = 1; step <= 6; step += 1) {
      clock += 4;
      seen.push(`step ${step}`);
      yield;
    }
  }
  const done = inTurns(work(), () => clock);
  seen.push('others');
  await letOthers();
  seen.push('others again');
  await done;
  expect(seen).toEqual(['step 1', 'step 2', 'step 3', 'others', 'step 4', 'step 5', 'step 6', 'others again']);
});
