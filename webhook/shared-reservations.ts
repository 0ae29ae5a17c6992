import { randomUUID } from 'node:crypto';
import { generationOf, keyOf, uidOf } from '../src/fit/owned.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import type { RecordStore, ReservationEntry, ReservationRecord } from './reservation-record.ts';
import type { Claim, Claimed, LocalReservations, Reservations } from './reservations.ts';

export interface SharedSettings {
  /** Who we are: the pod's name. */
  readonly holder: string;
  readonly lifetimeMs: number;
  /** Nobody waits longer than this until the other replicas know. */
  readonly waitMs: number;
  readonly now: () => number;
  /** Keeps of an object what the state keeps of it. */
  readonly reduce: (object: KubernetesObject) => JsonObject;
  /** Waits between two rounds of tidying up; a test gives one that does not sleep. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of each write of a record, and how long it took: `late` when another replica was faster. */
  readonly onWrite: (result: WriteResult, ms: number) => void;
  /** The records could not be tidied up. */
  readonly onError: (error: unknown) => void;
}

export type WriteResult = 'written' | 'late' | 'failed';

export interface SharedReservations extends Reservations {
  /** Ends the tidying up. */
  readonly stop: () => void;
}

interface Held extends ReservationEntry {
  /** On our own clock, counted from when we first saw it. */
  readonly until: number;
}

/** What is known of one namespace's record. */
interface Book {
  /** As last read or written; `null` where there is believed to be none. */
  version: string | null;
  entries: ReadonlyMap<string, Held>;
  waiting: Waiting[];
  isBusy: boolean;
}

/** A review that is answered once the other replicas know what it reserves. */
interface Waiting {
  /** @returns what it reserves */
  readonly attempt: (pending: readonly KubernetesObject[]) => Omit<Claim<unknown>, 'value'> | null;
  readonly finish: (failure: string | null) => void;
}

/**
 * Reservations that all replicas know of. What is admitted stands in a record of its namespace before it is answered;
 * a record is only written by who has read the last one, and who was too late judges again by what it then says.
 *
 * One write of a record is under way at a time: reviews that come meanwhile are judged one after the other and share
 * the next. An entry is never taken back when its object is seen, since another replica may not have seen it yet; whoever
 * has seen it counts it no more. It lapses when its time is over on the clock of whoever looks. So a record that was read
 * before only ever lacks something: what does not fit beside it does not fit, and refusing needs no other look at it.
 *
 * Where the API server does not answer, reservations are this process's own, and the review says so.
 */
export function shareReservations(
  local: LocalReservations,
  store: RecordStore,
  settings: SharedSettings,
): SharedReservations {
  const { delay, holder, lifetimeMs, now, onError, onWrite, reduce, waitMs } = settings;
  const seconds = Math.ceil(lifetimeMs / 1000);
  const books = new Map<string, Book>();
  /** Deleted lately, by uid: until when an entry may still speak of it. */
  const deleted = new Map<string, number>();
  const stopping = new AbortController();

  const bookOf = (namespace: string): Book => {
    const book = books.get(namespace) ?? { version: null, entries: new Map(), waiting: [], isBusy: false };
    books.set(namespace, book);
    return book;
  };
  const isLive = ({ until }: Held): boolean => until > now();

  /** What replicas reserved, ours over theirs where it is not older. */
  function pendingIn(namespace: string): readonly KubernetesObject[] {
    const own = local.pending(namespace);
    const book = books.get(namespace);
    if (book === undefined || book.entries.size === 0) return own;
    const objects = new Map<string, KubernetesObject>();
    for (const held of book.entries.values()) {
      if (isLive(held) && !deleted.has(uidOf(held.object))) objects.set(keyOf(held.object), held.object);
    }
    for (const object of own) {
      const other = objects.get(keyOf(object));
      if (other === undefined || generationOf(other) <= generationOf(object)) objects.set(keyOf(object), object);
    }
    return [...objects.values()];
  }

  function adopt(book: Book, record: ReservationRecord | null): void {
    const known = book.entries;
    book.version = record?.version ?? null;
    book.entries = new Map(
      (record?.entries ?? []).map((entry) => [
        entry.id,
        known.get(entry.id) ?? { ...entry, until: now() + entry.seconds * 1000 },
      ]),
    );
  }

  /** @returns whether nobody else wrote since the record was read */
  async function write(namespace: string, book: Book, objects: readonly KubernetesObject[]): Promise<boolean> {
    const entries = new Map([...book.entries].filter(([, held]) => isLive(held)));
    for (const object of objects) {
      const entry = { id: randomUUID(), holder, seconds, object: { ...object, value: reduce(object) } };
      entries.set(entry.id, { ...entry, until: now() + lifetimeMs });
    }
    const began = now();
    let result: WriteResult = 'failed';
    try {
      const version = await store.write(namespace, book.version, [...entries.values()]);
      result = version === null ? 'late' : 'written';
      if (version === null) return false;
      book.version = version;
      book.entries = entries;
      return true;
    } finally {
      onWrite(result, now() - began);
    }
  }

  /** Judges one after the other, each beside what those before it reserve. @returns what others have to know of */
  function judgeInTurn(namespace: string, batch: readonly Waiting[]): readonly KubernetesObject[] {
    const pending = new Map(pendingIn(namespace).map((object) => [keyOf(object), object]));
    const raising: KubernetesObject[] = [];
    for (const { attempt } of batch) {
      const claim = attempt([...pending.values()]);
      if (claim === null || claim.object === null) continue;
      pending.set(keyOf(claim.object), claim.object);
      if (claim.raises) raising.push(claim.object);
    }
    return raising;
  }

  async function work(namespace: string, book: Book): Promise<void> {
    while (book.waiting.length > 0) {
      const batch = book.waiting;
      book.waiting = [];
      let failure: string | null = null;
      try {
        for (;;) {
          const raising = judgeInTurn(namespace, batch);
          if (raising.length === 0 || (await write(namespace, book, raising))) break;
          adopt(book, await store.read(namespace));
        }
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        // Nobody knows whether it was written.
        judgeInTurn(namespace, batch);
      }
      for (const { finish } of batch) finish(failure);
    }
    book.isBusy = false;
  }

  function wait<Value>(
    namespace: string,
    judge: (pending: readonly KubernetesObject[]) => Claim<Value>,
    forMs: number,
  ): Promise<Claimed<Value>> {
    return new Promise((resolve, reject) => {
      let claim: Claim<Value> | null = null;
      let isDone = false;
      const attempt: Waiting['attempt'] = (pending) => {
        if (isDone) return null;
        try {
          claim = judge(pending);
          return claim;
        } catch (error) {
          isDone = true;
          clearTimeout(timer);
          reject(error);
          return null;
        }
      };
      const finish = (failure: string | null): void => {
        clearTimeout(timer);
        if (isDone || claim === null) return;
        isDone = true;
        if (claim.object !== null) local.reserve(claim.object);
        resolve({ value: claim.value, failure });
      };
      const timer = setTimeout(() => {
        attempt(pendingIn(namespace));
        finish(`other replicas could not be told within ${Math.round(forMs)} ms`);
      }, forMs);
      const book = bookOf(namespace);
      book.waiting.push({ attempt, finish });
      if (book.isBusy) return;
      book.isBusy = true;
      void work(namespace, book);
    });
  }

  /** Forgets what has lapsed, and takes away records of which nothing is left, whoever wrote them. */
  async function tidy(): Promise<void> {
    for (const [uid, until] of deleted) if (until <= now()) deleted.delete(uid);
    const records = await store.list();
    for (const [namespace, record] of records) {
      const book = bookOf(namespace);
      if (!book.isBusy) adopt(book, record);
    }
    for (const [namespace, book] of books) {
      if (book.isBusy || [...book.entries.values()].some(isLive)) continue;
      const { version } = book;
      books.delete(namespace);
      if (version !== null && records.has(namespace)) await store.remove(namespace, version);
    }
  }

  async function tidyForever(): Promise<void> {
    for (;;) {
      await delay(lifetimeMs, stopping.signal);
      await tidy().catch(onError);
    }
  }
  // It ends when it is stopped, and in no other way.
  tidyForever().catch(() => undefined);

  return {
    claim(namespace, judge, deadlineMs) {
      const claim = judge(pendingIn(namespace));
      if (claim.object !== null && claim.raises) {
        return wait(namespace, judge, Math.max(0, Math.min(waitMs, deadlineMs - now())));
      }
      if (claim.object !== null) local.reserve(claim.object);
      return { value: claim.value, failure: null };
    },
    settle: local.settle,
    release(object) {
      local.release(object);
      if (object.kind !== 'Pod') deleted.set(uidOf(object), now() + lifetimeMs);
    },
    size: local.size,
    stop: () => stopping.abort(),
  };
}
