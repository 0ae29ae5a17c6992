import { Type, type Static } from 'typebox';
import { Check } from 'typebox/schema';

/*
 * What the webhook refused, or would have refused if its mode were deny, as it is kept for a week. One entry tells of
 * all requests of one user for one object that one rule was against.
 */

export const shortageSchema = Type.Object({
  quota: Type.String(),
  resource: Type.String(),
  hard: Type.String({ description: 'Amounts as Kubernetes prints them.' }),
  others: Type.String({ description: 'What all else in the namespace had been promised.' }),
  wanted: Type.String({ description: 'What the object asked for as a whole.' }),
});

const denialSchema = Type.Object({
  outcome: Type.Union([Type.Literal('denied'), Type.Literal('would-deny')]),
  namespace: Type.String(),
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  rule: Type.String(),
  user: Type.String(),
  message: Type.String({ description: 'Of the last request.' }),
  shortages: Type.Array(shortageSchema, { description: 'Of the last request; empty for rules that add nothing up.' }),
  last: Type.String({ description: 'When it happened last, RFC 3339.' }),
  days: Type.Record(Type.String(), Type.Integer(), { description: 'How many requests, by day in UTC.' }),
});

const recordSchema = Type.Object({
  apiVersion: Type.Literal('quotafit.dev/v1'),
  kind: Type.Literal('DenialRecord'),
  since: Type.String({ description: 'From when on nothing is missing but what was left out, RFC 3339.' }),
  leftOut: Type.Record(Type.String(), Type.Integer(), { description: 'Entries that there was no room for, by day.' }),
  denials: Type.Array(denialSchema),
});

export type DenialShortage = Readonly<Static<typeof shortageSchema>>;

export type Denial = Readonly<Omit<Static<typeof denialSchema>, 'days' | 'shortages'>> & {
  readonly shortages: readonly DenialShortage[];
  readonly days: Readonly<Record<string, number>>;
};

export interface DenialRecord {
  readonly apiVersion: 'quotafit.dev/v1';
  readonly kind: 'DenialRecord';
  readonly since: string;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly denials: readonly Denial[];
}

/** A week: today, and the seven days before it. */
const KEPT_DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;

/** @param text - as `printRecord` wrote it; `null` when it is not */
export function readRecord(text: string): DenialRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return Check(recordSchema, value) ? value : null;
  } catch {
    return null;
  }
}

export function printRecord(record: DenialRecord): string {
  return JSON.stringify(record);
}

export function emptyRecord(now: Date): DenialRecord {
  return { apiVersion: 'quotafit.dev/v1', kind: 'DenialRecord', since: now.toISOString(), leftOut: {}, denials: [] };
}

/**
 * Adds what is new, and drops what is older than a week and, of the rest, what happened longest ago until it is small
 * enough.
 * @param mostBytes - of all entries together as they are printed
 */
export function mergeRecord(
  record: DenialRecord,
  fresh: readonly Denial[],
  now: Date,
  mostBytes: number,
): DenialRecord {
  const merged = new Map<string, Denial>();
  for (const denial of [...record.denials, ...fresh]) {
    const key = keyOfDenial(denial);
    const known = merged.get(key);
    merged.set(key, known === undefined ? denial : addDenials(known, denial));
  }
  const from = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  const dropOld = (days: Days): Days => Object.fromEntries(Object.entries(days).filter(([day]) => day >= from));
  const recent = [...merged.values()].flatMap((denial) => {
    const days = dropOld(denial.days);
    return Object.keys(days).length === 0 ? [] : [{ ...denial, days }];
  });
  const denials: Denial[] = [];
  let bytes = 0;
  for (const denial of recent.toSorted(byLast)) {
    bytes += Buffer.byteLength(JSON.stringify(denial)) + 1;
    if (bytes > mostBytes) break;
    denials.push(denial);
  }
  const oldest = `${from}T00:00:00.000Z`;
  // The first entries waited to be written, and so are older than the record.
  const begun = fresh.reduce((first, { last }) => (last < first ? last : first), record.since);
  const since = begun < oldest ? oldest : begun;
  return { ...record, since, leftOut: dropOld(addLeftOut(record, recent.length - denials.length, now)), denials };
}

function addLeftOut({ leftOut }: DenialRecord, count: number, now: Date): Days {
  return count === 0 ? leftOut : addDays(leftOut, { [dayOf(now)]: count });
}

/** One for each user, object, rule and outcome. */
export function keyOfDenial({ outcome, namespace, apiVersion, kind, name, rule, user }: Denial): string {
  return JSON.stringify([outcome, namespace, apiVersion, kind, name, rule, user]);
}

/** The later one tells what was said; both are counted. */
export function addDenials(a: Denial, b: Denial): Denial {
  return { ...(a.last > b.last ? a : b), days: addDays(a.days, b.days) };
}

type Days = Denial['days'];

function addDays(a: Days, b: Days): Days {
  const days = { ...a };
  for (const [day, count] of Object.entries(b)) days[day] = (days[day] ?? 0) + count;
  return days;
}

/** `2026-11-23` */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 'yyyy-mm-dd'.length);
}

export function countDays(days: Days): number {
  return Object.values(days).reduce((sum, count) => sum + count, 0);
}

/** The latest first; then in an order that is always the same. */
function byLast(a: Denial, b: Denial): number {
  if (a.last !== b.last) return a.last > b.last ? -1 : 1;
  const [first, second] = [keyOfDenial(a), keyOfDenial(b)];
  return first < second ? -1 : Number(first > second);
}
