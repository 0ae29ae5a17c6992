import { parseReview, type ReviewRequest } from '../review.ts';

/** As Go's encoder writes it, behind all that says who wants what. */
const object = Buffer.from(',"object":');

/**
 * What a review says before its objects, for whoever must answer one that could not be read.
 * @returns `null` where it is not written as API servers write it
 */
export function readHead(body: Buffer): ReviewRequest | null {
  const end = body.indexOf(object);
  if (end === -1) return null;
  try {
    const parsed = parseReview(JSON.parse(`${body.toString('utf8', 0, end)}}}`));
    return parsed.kind === 'review' ? parsed.request : null;
  } catch {
    return null;
  }
}
