import type { Degradation } from './failure.ts';
import type { Decision, ReviewRequest } from './review.ts';

/** A decision with what log and metrics say about it. */
export interface Judgement {
  readonly decision: Decision;
  /** Rules that denied, for the metric; empty when allowed. */
  readonly deniedBy: readonly string[];
  /** Rules that would have denied in mode `deny`: what adoption asks for; empty on a dry run. */
  readonly spared: readonly string[];
  readonly degraded: readonly Degradation[];
}

/** What comes of the body of a call. */
export type ReviewOutcome =
  | { readonly kind: 'judged'; readonly request: ReviewRequest; readonly judgement: Judgement }
  /** No AdmissionReview. */
  | { readonly kind: 'malformed'; readonly message: string }
  /** So large that it was not read in time, and not even its uid could be found: no AdmissionReview can answer it. */
  | { readonly kind: 'unread'; readonly message: string };

export type Verdict = 'allowed' | 'warned' | 'denied' | 'failed';

export function verdictOf({ decision, degraded }: Judgement): Verdict {
  if (degraded.length > 0) return 'failed';
  if (!decision.allowed) return 'denied';
  return decision.warnings.length > 0 ? 'warned' : 'allowed';
}
