import type { Decision } from './review.ts';
import type { Degradation } from './failure.ts';

/** A decision with what log and metrics say about it. */
export interface Judgement {
  readonly decision: Decision;
  /** Rules that denied, for the metric; empty when allowed. */
  readonly deniedBy: readonly string[];
  /** Rules that would have denied in mode `deny`: what adoption asks for; empty on a dry run. */
  readonly spared: readonly string[];
  readonly degraded: readonly Degradation[];
}

export type Verdict = 'allowed' | 'warned' | 'denied' | 'failed';

export function verdictOf({ decision, degraded }: Judgement): Verdict {
  if (degraded.length > 0) return 'failed';
  if (!decision.allowed) return 'denied';
  return decision.warnings.length > 0 ? 'warned' : 'allowed';
}
