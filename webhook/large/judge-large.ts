import { judgeFailed, type createJudge } from '../judge.ts';
import type { FailureMode } from '../failure.ts';
import type { ReviewOutcome } from '../judgement.ts';
import type { LargeReviews } from './large-reviews.ts';
import { readHead } from './review-head.ts';

/** Judges a review of which nothing was read yet. Never rejects. */
export function judgeLarge(
  body: Buffer,
  deadlineMs: number,
  large: LargeReviews,
  judge: ReturnType<typeof createJudge>,
  failure: FailureMode,
): Promise<ReviewOutcome> {
  return large.take(body, deadlineMs, async (read) => {
    switch (read.kind) {
      case 'malformed':
        return read;
      case 'failed': {
        const request = readHead(body);
        if (request === null) return { kind: 'unread', message: read.cause };
        return { kind: 'judged', request, judgement: judgeFailed(failure, read.cause) };
      }
      case 'read': {
        const { request, reading } = read;
        return { kind: 'judged', request, judgement: await judge(request, deadlineMs, reading) };
      }
    }
  });
}
