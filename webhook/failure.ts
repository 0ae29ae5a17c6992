import type { Decision } from './review.ts';

/** What could not be done for a verdict; each is a label of `quotafit_degraded_total`. */
export const degradations = [
  'evaluation-failed',
  'policy-failed',
  'state-not-synced',
  'state-stale',
  'reread-failed',
  'reservation-failed',
] as const;

export type Degradation = (typeof degradations)[number];

export type FailureMode = 'open' | 'closed';

/**
 * The one place that decides what happens when quotafit cannot judge.
 * Open lets the request through with a warning that nobody can miss; closed refuses it and says how to get past.
 * @param detail - the cause in plain words, without object contents
 */
export function answerFailure(mode: FailureMode, degradation: Degradation, detail: string): Decision {
  const cause = `quotafit could not judge this request (${degradation}: ${detail})`;
  if (mode === 'open') return { allowed: true, message: '', warnings: [`${cause}; it was let through unjudged`] };
  return {
    allowed: false,
    message: `${cause} and is set to fail closed; try again, or see the break-glass label in its documentation`,
    warnings: [],
  };
}
