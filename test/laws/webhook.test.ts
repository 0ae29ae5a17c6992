import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFault, mutatedReview, startApp } from '../helpers/reviews.ts';

describe('the webhook', () => {
  it('answers whatever it is sent with a review or a 4xx, and never fails inside', async () => {
    const { app } = await startApp();
    await fc.assert(
      fc.asyncProperty(mutatedReview, async (review) => {
        expect(await findFault(app, JSON.stringify(review))).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });
});
