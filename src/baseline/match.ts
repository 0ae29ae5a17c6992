import type { EarlierFinding, Finding, FixedFinding } from '../report/report.ts';
import { groupBy } from '../report/group-by.ts';
import { compareText } from '../report/order.ts';
import { areWorse, readAmounts, readAspect } from './amounts.ts';

/** A finding as a baseline or an earlier commit has it. */
export interface KnownFinding extends EarlierFinding, FixedFinding {
  readonly fingerprint: string;
  /** Which of several things at that place it is about; see `readAspect`. */
  readonly aspect: string;
}

/** The findings of now, told apart by what was known. */
export interface FindingChanges {
  /** New ones, and worse ones with `was`; in the order given. */
  readonly changed: readonly Finding[];
  /** Those that stand no worse than they stood; in the order given. */
  readonly known: readonly Finding[];
  /** Known ones that no finding of now answers to, in the order of their fingerprints. */
  readonly fixed: readonly KnownFinding[];
  /** What is worth knowing from now on: known ones as they stand now, which is no worse, and worse ones as they stood. */
  readonly remaining: readonly KnownFinding[];
}

export function toKnown(finding: Finding): KnownFinding {
  const { fingerprint, rule, resource, path, level, data } = finding;
  return { fingerprint, aspect: readAspect(data), rule, resource, path, level, amounts: readAmounts(data) };
}

/**
 * Compares by fingerprint and aspect alone: no file, line or index takes part. Where they stand for several findings (the same object
 * in several overlays), each of now is paired with one of then, so that as few as possible come out as worse or new.
 * @param isLocked - whether the organisation locks a rule: what was known of it excuses nothing, all its findings are `changed`
 */
export function matchFindings(
  now: readonly Finding[],
  then: readonly KnownFinding[],
  isLocked: (rule: string) => boolean = () => false,
): FindingChanges {
  const knownBy = groupBy(then, identify);
  const outcome = new Map<Finding, 'known' | EarlierFinding>();
  const fixed: KnownFinding[] = [];
  const remaining: KnownFinding[] = [];
  const nowBy = groupBy(
    now.filter((finding) => !isLocked(finding.rule)),
    (finding) => identify(toKnown(finding)),
  );
  for (const [identity, group] of nowBy) {
    const pairs = pairUp(group, knownBy.get(identity) ?? []);
    for (const [finding, earlier] of pairs.matched) {
      outcome.set(finding, earlier);
      remaining.push(earlier === 'known' ? toKnown(finding) : { ...toKnown(finding), ...earlier });
    }
    fixed.push(...pairs.left);
  }
  for (const [identity, group] of knownBy) if (!nowBy.has(identity)) fixed.push(...group);
  return {
    changed: now.flatMap((finding) => {
      const earlier = outcome.get(finding);
      if (earlier === 'known') return [];
      return [earlier === undefined ? finding : { ...finding, was: earlier }];
    }),
    known: now.filter((finding) => outcome.get(finding) === 'known'),
    fixed: fixed.sort((a, b) => compareText(identify(a), identify(b))),
    remaining,
  };
}

interface Pairs {
  readonly matched: ReadonlyMap<Finding, 'known' | EarlierFinding>;
  readonly left: readonly KnownFinding[];
}

/** Equal ones first, which takes no better pair from anyone; then a largest matching (Kuhn's); what remains is worse, or new. */
function pairUp(now: readonly Finding[], then: readonly KnownFinding[]): Pairs {
  const matched = new Map<Finding, 'known' | EarlierFinding>();
  const equal = groupBy(then, (finding) => strength(finding));
  const open = now.filter((finding) => {
    const twin = equal.get(strength(toKnown(finding)))?.pop();
    if (twin !== undefined) matched.set(finding, 'known');
    return twin === undefined;
  });
  const free = [...equal.values()].flat();

  const takenBy = new Map<KnownFinding, Finding>();
  const place = (finding: Finding, tried: Set<KnownFinding>): boolean =>
    free.some((earlier) => {
      if (tried.has(earlier) || isWorse(finding, earlier)) return false;
      tried.add(earlier);
      const holder = takenBy.get(earlier);
      if (holder !== undefined && !place(holder, tried)) return false;
      takenBy.set(earlier, finding);
      return true;
    });
  const worse = open.filter((finding) => !place(finding, new Set()));
  for (const finding of takenBy.values()) matched.set(finding, 'known');

  const left = free.filter((earlier) => !takenBy.has(earlier));
  for (const finding of worse) {
    const earlier = left.shift();
    if (earlier !== undefined) matched.set(finding, { level: earlier.level, amounts: earlier.amounts });
  }
  return { matched, left };
}

function isWorse(now: Finding, then: KnownFinding): boolean {
  if (now.level === 'error' && then.level === 'warning') return true;
  return areWorse(readAmounts(now.data), then.amounts);
}

function identify({ fingerprint, aspect }: KnownFinding): string {
  return `${fingerprint} ${aspect}`;
}

function strength({ level, amounts }: EarlierFinding): string {
  return JSON.stringify([level, amounts]);
}
