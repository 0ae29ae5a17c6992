import type { ReviewLine } from './front.ts';
import type { ObjectOutcome, Recording } from './scenario.ts';

/** What came of scenarios that were played once with the webhook before the API server, and once without. */
export interface Harm {
  /** Objects whose end can be compared: both times settled, and let in with the webhook. */
  readonly compared: number;
  /** Refused by the webhook. */
  readonly refused: number;
  /** Of those, what lacked nothing without it: it asks for what others have been promised. One line each, as below. */
  readonly spared: readonly string[];
  /** Controllers that were refused, and whoever was for what could not be found out. Must be none. */
  readonly misjudged: readonly string[];
  /** Who ended with fewer pods. Must be none. */
  readonly harmed: readonly string[];
  /** Where that was. */
  readonly scenarios: ReadonlySet<string>;
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
  const fewer = admitted.filter(({ now, without }) => podsOf(now) < podsOf(without));
  return {
    compared: admitted.length,
    refused: refused.length,
    spared: refused
      .filter(({ without }) => without.admitted && !without.missing)
      .map(({ id, now }) => `${id}: ${now.kind} ${now.name}: ${now.message}`),
    scenarios: new Set(fewer.map(({ id }) => id)),
    misjudged: listMisjudged(reviews),
    harmed: fewer.map(
      ({ id, now, without }) => `${id}: ${now.kind} ${now.name} ended with ${podsOf(now)} pods, not ${podsOf(without)}`,
    ),
  };
}

interface Pair {
  readonly id: string;
  readonly now: ObjectOutcome;
  readonly without: ObjectOutcome;
}

/** Controllers that were refused, and whoever was for what could not be found out; one line each. */
export function listMisjudged(reviews: readonly ReviewLine[]): readonly string[] {
  return reviews
    .filter(isMisjudged)
    .map(({ kind, name, namespace, user, verdict }) => `${namespace}: ${kind} ${name} of ${user} was ${verdict}`);
}

function isMisjudged({ user, verdict }: ReviewLine): boolean {
  return verdict === 'failed' || (verdict === 'denied' && user.startsWith('system:'));
}

function isRefusedByWebhook({ admitted, message }: ObjectOutcome): boolean {
  return !admitted && message?.includes('admission webhook') === true;
}

const podsOf = ({ pods, ready }: ObjectOutcome): number => ready ?? pods ?? 0;
