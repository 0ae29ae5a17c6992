import { EventEmitter, once } from 'node:events';
import type { JsonObject } from '../manifest/document.ts';
import { integerAt, stringAt } from '../manifest/fields.ts';
import { ApiError, type ClusterApi, type WatchEvent } from './api.ts';
import { listPages } from './list-pages.ts';

/** Where the objects of one resource go, reduced. They say themselves which they are. */
export interface ObjectSink {
  /** A whole list begins to come in. @returns ends it: whatever was not put meanwhile is gone */
  beginList(): () => void;
  upsert(object: JsonObject): void;
  /** @param last - as it was when it was deleted */
  remove(last: JsonObject): void;
}

export interface ReflectorSettings {
  /** Such as `/api/v1/pods` or `/apis/apps/v1/namespaces/team-a/deployments`. */
  readonly path: string;
  /** Keeps what is needed of an object, on arrival; always its namespace and name. */
  readonly reduce: (object: JsonObject) => JsonObject;
  readonly pageSize: number;
  /** The server ends a watch after so long; a watch that is silent for longer than that and a half is dead. */
  readonly watchSeconds: number;
  /** Waits before the next try; a test gives one that does not sleep. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** From 0 to 1: those who lost the same server at once do not come back at once. */
  readonly random: () => number;
  /** Told once for each failure in a row of the same text. */
  readonly onError: (error: unknown) => void;
}

export interface Reflector {
  /** Settles with the first complete list. */
  readonly synced: Promise<void>;
  /** When the server was last heard of: list, event or bookmark; `null` before the first list. */
  readonly lastContact: () => number | null;
  /**
   * Gives up a watch that may have lost something, for one that goes on where it was: what was lost comes again. Once, until
   * something is heard: a quiet resource is heard of when its watch ends, so the new one has to have its time, half of it.
   */
  readonly renew: () => void;
  readonly stop: () => void;
  /** Settles when everything has ended after `stop`. */
  readonly done: Promise<void>;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** Whoever asks for more, as proxies may, is asked again all the same; of a month a timer would make a millisecond. */
const LONGEST_ASKED_MS = 5 * 60_000;
const givenUp = new Error('given up for another watch');

/**
 * Keeps a sink equal to what the API server holds of one resource: list by pages, then watch with bookmarks.
 * A watch that ends goes on where it was; `410 Gone` and a watch that breaks its promises begin with a list again.
 * @see k8s.io/client-go/tools/cache `Reflector.ListAndWatch`
 */
export function startReflector(api: ClusterApi, sink: ObjectSink, settings: ReflectorSettings): Reflector {
  const stopping = new AbortController();
  let renewing = new AbortController();
  let isRenewed = false;
  let lastContact: number | null = null;
  const firstList = new EventEmitter();
  const synced = once(firstList, 'complete').then(() => undefined);
  const heard = (): void => {
    lastContact = settings.now();
    isRenewed = false;
  };

  async function run(): Promise<void> {
    const cursor: Cursor = { version: null };
    let failures = 0;
    let wasAway = false;
    let told = '';
    const onHeard = (): void => {
      heard();
      failures = 0;
      told = '';
    };
    while (!stopping.signal.aborted) {
      try {
        if (cursor.version === null) {
          cursor.version = await listAll(api, sink, settings, stopping.signal);
          heard();
          firstList.emit('complete');
        }
        if (cursor.version === null) {
          await settings.delay(LONGEST_DELAY_MS, stopping.signal);
          continue;
        }
        const began = settings.now();
        renewing = new AbortController();
        const over = AbortSignal.any([stopping.signal, renewing.signal]);
        const watchSeconds = isRenewed ? Math.ceil(settings.watchSeconds / 2) : settings.watchSeconds;
        await watchOnce(api, sink, { ...settings, watchSeconds }, cursor, over, onHeard);
        heard();
        if (settings.now() - began >= FIRST_DELAY_MS) continue;
        await settings.delay(FIRST_DELAY_MS, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error === givenUp) continue;
        if (needsList(error)) {
          cursor.version = null;
          // A server that is there again is not waited for as one that is away.
          if (wasAway) failures = 0;
        }
        wasAway = !(error instanceof ApiError);
        if (String(error) !== told) settings.onError(error);
        told = String(error);
        const wait = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS) * (0.5 + settings.random() / 2);
        failures += 1;
        const asked = error instanceof ApiError ? Math.min(error.retryAfterMs, LONGEST_ASKED_MS) : 0;
        await settings.delay(Math.max(wait, asked), stopping.signal).catch(() => undefined);
      }
    }
  }

  return {
    synced,
    lastContact: () => lastContact,
    renew() {
      if (isRenewed) return;
      isRenewed = true;
      renewing.abort(givenUp);
    },
    stop: () => stopping.abort(),
    done: run(),
  };
}

/**
 * Whether what is held can only be made right by a list. A server that is busy, gone, or does not let us in for the moment
 * may go on with the watch; one that was restored from a backup is behind our version.
 * @see k8s.io/apiserver/pkg/storage/errors.go `NewTooLargeResourceVersionError`
 */
function needsList(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status, message } = error;
  return status < 500 ? ![401, 403, 408, 429].includes(status) : message.startsWith('Too large resource version');
}

/** @returns the version of the list; `null` when the server has no such resource, which is an empty list until it has */
async function listAll(
  api: ClusterApi,
  sink: ObjectSink,
  { path, pageSize, reduce }: ReflectorSettings,
  signal: AbortSignal,
): Promise<string | null> {
  const end = sink.beginList();
  const take = (object: JsonObject): void => {
    signal.throwIfAborted();
    sink.upsert(reduce(object));
  };
  const version = await listPages(api, path, pageSize, take).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
  end();
  return version;
}

/** Where a watch goes on; moved by each event, so that a broken watch repeats nothing. `null` asks for a list. */
interface Cursor {
  version: string | null;
}

async function watchOnce(
  api: ClusterApi,
  sink: ObjectSink,
  { path, reduce, watchSeconds }: ReflectorSettings,
  cursor: Cursor,
  stop: AbortSignal,
  heard: () => void,
): Promise<void> {
  const silence = new AbortController();
  const dead = (): void => silence.abort(new Error(`the watch of ${path} was silent for too long`));
  const timer = setTimeout(dead, watchSeconds * 1500);
  const onEvent = ({ type, object }: WatchEvent): void => {
    timer.refresh();
    if (type === 'ERROR') {
      throw new ApiError(integerAt(object, 'code') ?? 0, stringAt(object, 'reason'), stringAt(object, 'message'));
    }
    moveCursor(cursor, stringAt(object, 'metadata', 'resourceVersion'), path);
    heard();
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') sink.remove(reduce(object));
    else sink.upsert(reduce(object));
  };
  const query = { resourceVersion: cursor.version ?? '', allowWatchBookmarks: true, timeoutSeconds: watchSeconds };
  try {
    await api.watch(path, query, onEvent, AbortSignal.any([stop, silence.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Versions of one watch only grow; when one does not, something between us and the server mixed up the order, and what
 * came before cannot be trusted either.
 * @throws ApiError 410, which begins with a list again
 */
function moveCursor(cursor: Cursor, version: string, path: string): void {
  if (version === '') return;
  if (Number(version) < Number(cursor.version)) {
    throw new ApiError(410, 'Expired', `the watch of ${path} went from version ${cursor.version} back to ${version}`);
  }
  cursor.version = version;
}
