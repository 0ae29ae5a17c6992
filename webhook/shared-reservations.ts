import { randomUUID } from 'node:crypto';
import { describeCause } from '../src/errors.ts';
import { keyOf, uidOf } from '../src/fit/owned.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import { adoptRecord, mergePending, type Book, type Held, type Waiting } from './reservation-book.ts';
import type { RecordStore, ReservationRecord } from './reservation-record.ts';
import type { Claim, Claimed, LocalReservations, Reservations } from './reservations.ts';

export interface SharedSettings {
  /** Who we are: the pod's name. */
  readonly holder: string;
  readonly lifetimeMs: number;
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

/** Of the time that a review has left: nobody waits longer until the other replicas know. */
const WAIT_SHARE = 0.6;

type WriteResult = 'written' | 'late' | 'failed';

export interface SharedReservations extends Reservations {
  /** Ends the tidying up. */
  readonly stop: () => void;
}

/** What came of judging a batch. */
interface Turn {
  /** What the others have to know of. */
  readonly raising: readonly KubernetesObject[];
  /** Who finds no room only because of what others of the batch are about to reserve. */
  readonly left: readonly Waiting[];
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
  const { delay, holder, lifetimeMs, now, onError, onWrite, reduce } = settings;
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
  const isCounted = (held: Held): boolean => isLive(held) && !deleted.has(uidOf(held.object));
  const pendingIn = (namespace: string): readonly KubernetesObject[] =>
    mergePending(books.get(namespace), isCounted, local.pending(namespace));
  const adopt = (book: Book, record: ReservationRecord | null): void => adoptRecord(book, record, now());

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

  /**
   * Judges one after the other, each beside what those before it are about to reserve. What reserves nothing even beside
   * what is reserved already is answered at once, however the write ends.
   */
  function judgeInTurn(namespace: string, batch: readonly Waiting[]): Turn {
    const reserved = pendingIn(namespace);
    const pending = new Map(reserved.map((object) => [keyOf(object), object]));
    const raising: KubernetesObject[] = [];
    const left: Waiting[] = [];
    for (const waiting of batch) {
      const claim = waiting.attempt([...pending.values()]);
      if (claim === null) continue;
      if (claim.object !== null) {
        pending.set(keyOf(claim.object), claim.object);
        if (claim.raises) raising.push(claim.object);
      } else if (raising.length === 0 || waiting.attempt(reserved)?.object === null) waiting.finish(null);
      else left.push(waiting);
    }
    return { raising, left };
  }

  /** @returns who is to be judged again, now that others have reserved */
  async function settleBatch(namespace: string, book: Book, batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    for (;;) {
      const { raising, left } = judgeInTurn(namespace, batch);
      if (raising.length === 0 || (await write(namespace, book, raising))) {
        for (const waiting of batch) if (!left.includes(waiting)) waiting.finish(null);
        return left;
      }
      adopt(book, await store.read(namespace));
    }
  }

  async function work(namespace: string, book: Book): Promise<void> {
    while (book.waiting.length > 0) {
      const batch = book.waiting;
      book.waiting = [];
      try {
        const left = await settleBatch(namespace, book, batch);
        book.waiting = [...left, ...book.waiting];
      } catch (error) {
        // Nobody knows whether it was written.
        const failure = describeCause(error);
        for (const { attempt, finish } of batch) {
          attempt(pendingIn(namespace));
          finish(failure);
        }
      }
    }
    book.isBusy = false;
  }

  function wait<Value>(
    namespace: string,
    judge: (pending: readonly KubernetesObject[]) => Claim<Value>,
    first: Claim<Value>,
    forMs: number,
  ): Promise<Claimed<Value>> {
    return new Promise((resolve, reject) => {
      const book = bookOf(namespace);
      let claim = first;
      // Where nobody is before it, nothing has changed since it was judged.
      let isJudged = !book.isBusy;
      let isDone = false;
      const attempt: Waiting['attempt'] = (pending) => {
        if (isDone) return null;
        if (isJudged) {
          isJudged = false;
          return claim;
        }
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
        if (isDone) return;
        isDone = true;
        if (claim.object !== null) local.reserve(claim.object);
        resolve({ value: claim.value, failure });
      };
      const timer = setTimeout(() => {
        attempt(pendingIn(namespace));
        finish(`other replicas could not be told within ${Math.round(forMs)} ms`);
      }, forMs);
      book.waiting = [...book.waiting, { attempt, finish }];
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
        return wait(namespace, judge, claim, Math.max(0, (deadlineMs - now()) * WAIT_SHARE));
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
    overdue: local.overdue,
    stop: () => stopping.abort(),
  };
}
