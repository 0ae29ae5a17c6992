import type { ReviewLine } from './front.ts';
import type { ObjectOutcome, Recording } from './scenario.ts';

/** What came of scenarios that were played once with the webhook before the API server, and once without. */
export interface Harm {
  /** Objects whose end can be compared: both times settled, and let in with the webhook. */
  readonly compared: number;
  /** Refused by the webhook. */
  readonly refused: number;
  /** Of those, how many lacked pods without it, or were refused by the API server itself. */
  readonly foretold: number;
  /** One line each; must be none. */
  readonly harmed: readonly string[];
}

/**
 * @param played - without the webhook
 * @param reviews - all that the webhook was asked while it was there
 */
export function judgeHarm(
  played: readonly Recording[],
  withWebhook: readonly Recording[],
  reviews: readonly ReviewLine[],
): Harm {
  const before = new Map(played.map((recording) => [recording.id, recording]));
  const pairs = withWebhook.flatMap(({ id, truth }): readonly Pair[] => {
    const other = before.get(id)?.truth;
    if (other?.settled !== true || !truth.settled) return [];
    return (truth.objects ?? []).flatMap((now, index) => {
      const without = other.objects?.[index];
      return without === undefined ? [] : [{ id, now, without }];
    });
  });
  const refused = pairs.filter(({ now }) => isRefusedByWebhook(now));
  const admitted = pairs.filter(({ now, without }) => now.admitted && without.admitted);
  return {
    compared: admitted.length,
    refused: refused.length,
    foretold: refused.filter(({ without }) => without.missing || !without.admitted).length,
    harmed: [
      ...reviews.filter(isHarm).map(({ kind, name, namespace, user, verdict }) => {
        return `${namespace}: ${kind} ${name} of ${user} was ${verdict}`;
      }),
      ...admitted
        .filter(({ now, without }) => podsOf(now) < podsOf(without))
        .map(
          ({ id, now, without }) =>
            `${id}: ${now.kind} ${now.name} ended with ${podsOf(now)} pods, not ${podsOf(without)}`,
        ),
    ],
  };
}

interface Pair {
  readonly id: string;
  readonly now: ObjectOutcome;
  readonly without: ObjectOutcome;
}

/** A controller may never be refused, nobody for what the webhook could not find out. */
function isHarm({ user, verdict }: ReviewLine): boolean {
  return verdict === 'failed' || (verdict === 'denied' && user.startsWith('system:'));
}

function isRefusedByWebhook({ admitted, message }: ObjectOutcome): boolean {
  return !admitted && message?.includes('admission webhook') === true;
}

const podsOf = ({ pods, ready }: ObjectOutcome): number => ready ?? pods ?? 0;
