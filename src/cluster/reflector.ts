import { EventEmitter, once } from 'node:events';
import type { JsonObject } from '../manifest/document.ts';
import { integerAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import { ApiError, type ClusterApi, type WatchEvent } from './api.ts';

/** Where the objects of one resource go. `key` is `namespace/name`, or `name` for what has no namespace. */
export interface ObjectSink {
  /** A whole list has come in: whatever is not in it is gone. */
  replaceAll(objects: ReadonlyMap<string, JsonObject>): void;
  upsert(key: string, object: JsonObject): void;
  /** @param last - as it was when it went */
  remove(key: string, last: JsonObject): void;
}

export interface ReflectorSettings {
  /** Such as `/api/v1/pods` or `/apis/apps/v1/namespaces/team-a/deployments`. */
  readonly path: string;
  /** Keeps what is needed of an object, on arrival; `null` leaves it out. */
  readonly reduce: (object: JsonObject) => JsonObject | null;
  readonly pageSize: number;
  /** The server ends a watch after so long; a watch that is silent for longer than that and a half is dead. */
  readonly watchSeconds: number;
  /** Waits before the next try; a test gives one that does not sleep. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** Told once for each failure in a row of the same text. */
  readonly onError: (error: unknown) => void;
}

export interface Reflector {
  /** Settles with the first complete list. */
  readonly synced: Promise<void>;
  /** When the server was last heard of: list, event or bookmark; `null` before the first list. */
  readonly lastContact: () => number | null;
  readonly stop: () => void;
  /** Settles when everything has ended after `stop`. */
  readonly done: Promise<void>;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * Keeps a sink equal to what the API server holds of one resource: list by pages, then watch with bookmarks.
 * A watch that ends goes on where it was; `410 Gone` and a watch that breaks its promises begin with a list again.
 * @see k8s.io/client-go/tools/cache `Reflector.ListAndWatch`
 */
export function startReflector(api: ClusterApi, sink: ObjectSink, settings: ReflectorSettings): Reflector {
  const stopping = new AbortController();
  let lastContact: number | null = null;
  const firstList = new EventEmitter();
  const synced = once(firstList, 'complete').then(() => undefined);
  const heard = (): void => {
    lastContact = settings.now();
  };

  async function run(): Promise<void> {
    const cursor: Cursor = { version: null };
    let failures = 0;
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
        const began = settings.now();
        await watchOnce(api, sink, settings, cursor, stopping.signal, onHeard);
        heard();
        if (settings.now() - began >= FIRST_DELAY_MS) continue;
        await settings.delay(FIRST_DELAY_MS, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) cursor.version = null;
        if (String(error) !== told) settings.onError(error);
        told = String(error);
        const wait = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
        failures += 1;
        await settings.delay(wait, stopping.signal).catch(() => undefined);
      }
    }
  }

  return { synced, lastContact: () => lastContact, stop: () => stopping.abort(), done: run() };
}

/** Lists by pages. A continue token that has expired begins anew, as the server asks for. */
async function listAll(
  api: ClusterApi,
  sink: ObjectSink,
  { path, pageSize, reduce }: ReflectorSettings,
  signal: AbortSignal,
): Promise<string> {
  const objects = new Map<string, JsonObject>();
  let continueToken = '';
  for (;;) {
    signal.throwIfAborted();
    const query = { limit: pageSize, ...(continueToken === '' ? {} : { continue: continueToken }) };
    const page = await api.get(path, query);
    for (const item of listAt(page, 'items')) {
      if (!isJsonObject(item)) continue;
      const reduced = reduce(item);
      if (reduced !== null) objects.set(keyOf(item), reduced);
    }
    continueToken = stringAt(page, 'metadata', 'continue');
    if (continueToken === '') {
      sink.replaceAll(objects);
      return stringAt(page, 'metadata', 'resourceVersion');
    }
  }
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
  let timer = setTimeout(dead, watchSeconds * 1500);
  const onEvent = ({ type, object }: WatchEvent): void => {
    clearTimeout(timer);
    timer = setTimeout(dead, watchSeconds * 1500);
    if (type === 'ERROR') {
      throw new ApiError(integerAt(object, 'code') ?? 0, stringAt(object, 'reason'), stringAt(object, 'message'));
    }
    moveCursor(cursor, stringAt(object, 'metadata', 'resourceVersion'), path);
    heard();
    if (type === 'BOOKMARK') return;
    const reduced = type === 'DELETED' ? null : reduce(object);
    if (reduced === null) sink.remove(keyOf(object), object);
    else sink.upsert(keyOf(object), reduced);
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

function keyOf(object: JsonObject): string {
  const namespace = stringAt(object, 'metadata', 'namespace');
  const name = stringAt(object, 'metadata', 'name');
  return namespace === '' ? name : `${namespace}/${name}`;
}
