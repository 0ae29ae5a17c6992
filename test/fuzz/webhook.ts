/**
 * `npm run fuzz:webhook [-- RUNS [SEED]]`: reviews that no API server sends, 100,000 of them unless told otherwise. Every
 * tenth is a known one that must get its exact verdict.
 */
import * as fc from 'fast-check';
import { findFault, mutatedReview, reviewOf, startApp, webDeployment } from '../helpers/reviews.ts';

const [runs = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('how many reviews, and with which seed? npm run fuzz:webhook -- 100000 7');
  process.exit(2);
}
console.log(`${runs} reviews, seed ${seed}`);

const { app } = await startApp();
const known = JSON.stringify(reviewOf(webDeployment(8)));
let done = 0;
const heapMebibytes: number[] = [];
const outcome = await fc.check(
  fc.asyncProperty(mutatedReview, async (review) => {
    const fault = await findFault(app, JSON.stringify(review));
    if (fault !== null) throw new Error(fault);
    done += 1;
    if (done % 10 === 0) {
      const { body } = await app.inject({
        method: 'POST',
        url: '/validate',
        headers: { 'content-type': 'application/json' },
        payload: known,
      });
      if (!body.includes('4 replicas fit [quota/exceeded]')) throw new Error(`the known review got: ${body}`);
    }
    if (done % Math.ceil(runs / 10) === 0) {
      globalThis.gc?.();
      heapMebibytes.push(Math.round(process.memoryUsage().rss / 2 ** 20));
    }
  }),
  { numRuns: runs, seed },
);
console.log(`resident MiB after each tenth: ${heapMebibytes.join(', ')}`);
console.log(
  outcome.failed ? fc.defaultReportMessage(outcome) : 'every one got an answer that an API server can use, or a 4xx',
);
process.exitCode = outcome.failed ? 1 : 0;
