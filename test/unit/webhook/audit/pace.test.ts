import { describe, expect, it } from 'vitest';
import { createPace } from '../../../../webhook/audit/pace.ts';

const neverRests = (): Promise<never> => Promise.reject(new Error('there is no rest'));

describe('createPace', () => {
  it('lets others go between any two pieces', async () => {
    const pace = createPace({ share: 0.5, now: () => 0, rest: neverRests });
    const order: string[] = [];
    for (const piece of ['first', 'second']) {
      setImmediate(() => order.push('other'));
      await pace.step(() => order.push(piece));
    }
    expect(order).toEqual(['first', 'other', 'second', 'other']);
  });

  it.each([
    [0.5, 10],
    [0.1, 90],
  ])('works no more than its share: %d', async (share, restMs) => {
    let now = 0;
    const rests: number[] = [];
    const rest = (ms: number) => Promise.resolve(rests.push(ms));
    const pace = createPace({ share, now: () => now, rest });
    for (let piece = 0; piece < 10; piece += 1) await pace.step(() => (now += 2));
    // Of twenty milliseconds of work; rests come in between, not at the end.
    expect(rests.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo((restMs / 10) * (2 * 9));
    expect(rests).toHaveLength(3);
  });

  it('hands on what a piece gives, and what it throws', async () => {
    const pace = createPace({ share: 1, now: () => 0, rest: neverRests });
    expect(await pace.step(() => 7)).toBe(7);
    await expect(
      pace.step(() => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
  });
});
