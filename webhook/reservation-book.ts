import { generationOf, keyOf } from '../src/fit/owned.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import type { ReservationEntry, ReservationRecord } from './reservation-record.ts';
import type { Claim } from './reservations.ts';

export interface Held extends ReservationEntry {
  /** On our own clock, counted from when we first saw it. */
  readonly until: number;
}

/** What is known of one namespace's record. */
export interface Book {
  /** As last read or written; `null` where there is believed to be none. */
  version: string | null;
  entries: ReadonlyMap<string, Held>;
  waiting: readonly Waiting[];
  isBusy: boolean;
}

/** A review that is answered once the other replicas know what it reserves. */
export interface Waiting {
  /** @returns what it reserves */
  readonly attempt: (pending: readonly KubernetesObject[]) => Omit<Claim<unknown>, 'value'> | null;
  readonly finish: (failure: string | null) => void;
}

/** Entries that were known before keep their time. */
export function adoptRecord(book: Book, record: ReservationRecord | null, now: number): void {
  const known = book.entries;
  book.version = record?.version ?? null;
  book.entries = new Map(
    (record?.entries ?? []).map((entry) => [
      entry.id,
      known.get(entry.id) ?? { ...entry, until: now + entry.seconds * 1000 },
    ]),
  );
}

/** What all replicas reserved, ours over theirs where it is not older; one an object, oldest first. */
export function mergePending(
  book: Book | undefined,
  isCounted: (held: Held) => boolean,
  own: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  if (book === undefined || book.entries.size === 0) return own;
  const objects = new Map<string, KubernetesObject>();
  for (const held of book.entries.values()) {
    if (isCounted(held)) objects.set(keyOf(held.object), held.object);
  }
  for (const object of own) {
    const other = objects.get(keyOf(object));
    if (other === undefined || generationOf(other) <= generationOf(object)) objects.set(keyOf(object), object);
  }
  return [...objects.values()];
}
