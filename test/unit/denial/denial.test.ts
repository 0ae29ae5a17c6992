import { array, assert, constantFrom, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countDays,
  emptyRecord,
  mergeRecord,
  printRecord,
  readRecord,
  type Denial,
  type DenialRecord,
} from '../../../src/denial/denial.ts';

const now = new Date('2026-06-08T12:00:00Z');
const plenty = 1_000_000;

const denial = (changes: Partial<Denial> = {}): Denial => ({
  outcome: 'would-deny',
  namespace: 'a',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'web',
  rule: 'quota/exceeded',
  user: 'alice',
  message: 'is short',
  shortages: [{ quota: 'team', resource: 'limits.cpu', hard: '4', others: '0', wanted: '8' }],
  last: '2026-06-08T11:00:00.000Z',
  days: { '2026-06-08': 1 },
  ...changes,
});

describe('mergeRecord', () => {
  it('counts the same again by day, and keeps the latest words, in whatever order they come', () => {
    const monday = denial();
    const sunday = denial({ message: 'was shorter', last: '2026-06-07T23:00:00.000Z', days: { '2026-06-07': 3 } });
    for (const fresh of [
      [monday, sunday, monday],
      [sunday, monday, monday],
    ]) {
      expect(mergeRecord(emptyRecord(now), fresh, now, plenty).denials).toEqual([
        { ...monday, days: { '2026-06-07': 3, '2026-06-08': 2 } },
      ]);
    }
  });

  it.each<[string, Partial<Denial>]>([
    ['user', { user: 'bob' }],
    ['object', { name: 'api' }],
    ['rule', { rule: 'images/tag-required' }],
    ['namespace', { namespace: 'b' }],
    ['outcome', { outcome: 'denied' }],
  ])('keeps each %s apart', (_, changes) => {
    expect(mergeRecord(emptyRecord(now), [denial(), denial(changes)], now, plenty).denials).toHaveLength(2);
  });

  it('forgets days that are older than a week, and then the entry', () => {
    const old = denial({ last: '2026-06-01T01:00:00.000Z', days: { '2026-05-31': 5, '2026-06-01': 2 } });
    const record = { ...emptyRecord(new Date('2026-05-01')), leftOut: { '2026-05-31': 9, '2026-06-02': 1 } };
    const merged = mergeRecord(record, [old], now, plenty);
    expect(merged.denials.map(({ days }) => days)).toEqual([{ '2026-06-01': 2 }]);
    expect([merged.since, merged.leftOut]).toEqual(['2026-06-01T00:00:00.000Z', { '2026-06-02': 1 }]);
    expect(mergeRecord(merged, [], new Date('2026-06-09'), plenty).denials).toEqual([]);
  });

  it('begins with what was denied first, though it was written later', () => {
    const fresh = ['11', '09'].map((hour) => denial({ name: hour, last: `2026-06-08T${hour}:00:00.000Z` }));
    const merged = mergeRecord(emptyRecord(new Date('2026-06-08T11:30:00.000Z')), fresh, now, plenty);
    expect(merged.since).toBe('2026-06-08T09:00:00.000Z');
    expect(mergeRecord(merged, [denial()], now, plenty).since).toBe('2026-06-08T09:00:00.000Z');
  });

  it('leaves out what happened longest ago when there is no room, and says how much', () => {
    const fresh = ['09', '11', '10'].map((hour) => denial({ name: hour, last: `2026-06-08T${hour}:00:00.000Z` }));
    const size = Buffer.byteLength(JSON.stringify(fresh[0])) + 1;
    const merged = mergeRecord(emptyRecord(now), fresh, now, 2 * size);
    expect(merged.denials.map(({ name }) => name)).toEqual(['11', '10']);
    expect(merged.leftOut).toEqual({ '2026-06-08': 1 });
  });

  it('comes to the same whichever replica writes first', () => {
    const some = array(
      record({
        name: constantFrom('a', 'b'),
        user: constantFrom('x', 'y'),
        last: constantFrom('2026-06-08T10:00:00.000Z', '2026-06-08T11:00:00.000Z'),
      }),
      { maxLength: 8 },
    );
    assert(
      property(some, some, (first, second) => {
        const add = (known: DenialRecord, list: typeof first) => mergeRecord(known, list.map(denial), now, plenty);
        const empty = emptyRecord(now);
        expect(add(add(empty, first), second)).toEqual(add(add(empty, second), first));
        const { denials } = add(add(empty, first), second);
        expect(denials.reduce((sum, { days }) => sum + countDays(days), 0)).toBe(first.length + second.length);
      }),
    );
  });
});

describe('readRecord', () => {
  it('reads what was printed', () => {
    const record = mergeRecord(emptyRecord(now), [denial()], now, plenty);
    expect(readRecord(printRecord(record))).toEqual(record);
  });

  it.each(['', '{', '[]', '{"apiVersion":"quotafit.dev/v2"}', '{"kind":"DenialRecord"}'])('takes no %j', (text) => {
    expect(readRecord(text)).toBeNull();
  });
});
