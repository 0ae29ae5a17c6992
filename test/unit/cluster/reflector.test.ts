import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type ClusterApi, type WatchEvent } from '../../../src/cluster/api.ts';
import {
  startReflector,
  type ObjectSink,
  type Reflector,
  type ReflectorSettings,
} from '../../../src/cluster/reflector.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { stringAt } from '../../../src/manifest/fields.ts';
import { listByGet } from '../../helpers/cluster-fakes.ts';

const pod = (name: string, version: number): JsonObject => ({
  metadata: { namespace: 'a', name, resourceVersion: String(version) },
  spec: { secret: 'not kept' },
});
const event = (type: WatchEvent['type'], name: string, version: number): WatchEvent => ({
  type,
  object: pod(name, version),
});

/** An API server of a few lines: pages in the order given, then one script a watch. */
class FakeApi implements ClusterApi {
  readonly lists: string[] = [];
  readonly watches: string[] = [];
  /** How long each watch was asked to last. */
  readonly seconds: unknown[] = [];
  readonly pages: (JsonObject | Error)[];
  readonly scripts: (readonly WatchEvent[] | Error | 'hang')[];

  constructor(pages: (JsonObject | Error)[], scripts: (readonly WatchEvent[] | Error | 'hang')[]) {
    this.pages = pages;
    this.scripts = scripts;
  }

  readonly list = listByGet((path, query) => {
    this.lists.push(`${path}?${JSON.stringify(query)}`);
    const page = this.pages.length > 1 ? this.pages.shift() : this.pages[0];
    return page instanceof Error ? Promise.reject(page) : Promise.resolve(page ?? {});
  });

  get(): Promise<JsonObject> {
    return Promise.reject(new Error('a reflector lists'));
  }

  send(): Promise<JsonObject> {
    return Promise.reject(new Error('a reflector only reads'));
  }

  async watch(
    _path: string,
    query: Record<string, unknown>,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ) {
    this.watches.push(String(query['resourceVersion']));
    this.seconds.push(query['timeoutSeconds']);
    const script = this.scripts.shift() ?? 'hang';
    if (script instanceof Error) throw script;
    if (script === 'hang') {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    } else for (const one of script) onEvent(one);
  }
}

const page = (version: number, names: readonly string[], next = ''): JsonObject => ({
  metadata: { resourceVersion: String(version), ...(next === '' ? {} : { continue: next }) },
  items: names.map((name) => pod(name, version)),
});

let running: Reflector | null = null;
afterEach(async () => {
  running?.stop();
  await running?.done;
  vi.useRealTimers();
});

const keyOf = (object: JsonObject): string =>
  `${stringAt(object, 'metadata', 'namespace')}/${stringAt(object, 'metadata', 'name')}`;

function start(api: ClusterApi, changed: Partial<ReflectorSettings> = {}) {
  let held = new Map<string, JsonObject>();
  let target = held;
  const errors: string[] = [];
  const delays: number[] = [];
  const sink: ObjectSink = {
    beginList: () => {
      const listed = new Map<string, JsonObject>();
      target = listed;
      return () => {
        held = listed;
      };
    },
    upsert: (object) => target.set(keyOf(object), object),
    remove: (last) => target.delete(keyOf(last)),
  };
  const reflector = startReflector(api, sink, {
    path: '/api/v1/pods',
    reduce: ({ metadata }) => ({ metadata }),
    pageSize: 2,
    watchSeconds: 60,
    delay: (ms) => {
      delays.push(ms);
      return Promise.resolve();
    },
    now: () => 7,
    random: () => 1,
    onError: (error) => errors.push(String(error)),
    ...changed,
  });
  running = reflector;
  return { reflector, held: () => held, errors, delays };
}

describe('startReflector', () => {
  it('gives up a watch that is doubted, and goes on where it was, at once', async () => {
    const api = new FakeApi([page(5, ['x'])], ['hang', [event('ADDED', 'y', 8)], 'hang']);
    const { reflector, held, errors, delays } = start(api);
    await vi.waitFor(() => expect(api.watches).toEqual(['5']));
    reflector.renew();
    await vi.waitFor(() => expect(api.watches).toEqual(['5', '5', '8']));
    expect([[...held().keys()], api.lists.length, errors]).toEqual([['a/x', 'a/y'], 1, []]);
    // Only of the one that ended at once.
    expect(delays).toEqual([500]);
  });

  it('lets a watch that took the place of a doubted one be heard of, however often that is doubted', async () => {
    const api = new FakeApi([page(5, [])], ['hang', 'hang', []]);
    let seconds = 0;
    const { reflector } = start(api, { now: () => seconds });
    await vi.waitFor(() => expect(api.watches).toHaveLength(1));
    seconds = 50;
    reflector.renew();
    await vi.waitFor(() => expect(api.watches).toHaveLength(2));
    reflector.renew();
    await setImmediate();
    expect([api.watches.length, api.seconds, reflector.lastContact()]).toEqual([2, [60, 30], 0]);
  });

  it('may be doubted again once something was heard', async () => {
    const api = new FakeApi([page(5, [])], ['hang', [event('ADDED', 'y', 8)], 'hang', 'hang']);
    const { reflector } = start(api);
    await vi.waitFor(() => expect(api.watches).toHaveLength(1));
    reflector.renew();
    await vi.waitFor(() => expect(api.watches).toHaveLength(3));
    reflector.renew();
    await vi.waitFor(() => expect(api.seconds).toEqual([60, 30, 60, 30]));
  });

  it('lists soon when a server that was away for long is back and has forgotten, and waits if it does so again', async () => {
    const away = Array.from({ length: 5 }, () => new Error('ECONNREFUSED'));
    const gone = new ApiError(410, 'Expired', 'too old resource version');
    const api = new FakeApi([page(5, ['x'])], [...away, gone, gone, gone, 'hang']);
    const { delays } = start(api);
    await vi.waitFor(() => expect(api.watches).toHaveLength(9));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 500, 1000, 2000]);
  });

  it('waits between lists that fail, also after a watch was given up', async () => {
    const api = new FakeApi([page(5, ['x']), new Error('ECONNREFUSED')], ['hang', new ApiError(410, 'Expired', 'old')]);
    const { reflector, delays } = start(api, {
      delay: (ms, signal) => {
        delays.push(ms);
        return delays.length < 3
          ? Promise.resolve()
          : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    });
    await vi.waitFor(() => expect(api.watches).toEqual(['5']));
    reflector.renew();
    await vi.waitFor(() => expect(delays).toEqual([500, 1000, 2000]));
  });

  it('lists by pages, keeps only what is needed, and is synced when the last page is in', async () => {
    const api = new FakeApi([page(5, ['x', 'y'], 'token'), page(5, ['z'])], []);
    const { reflector, held } = start(api);
    expect(reflector.lastContact()).toBeNull();
    await reflector.synced;
    expect([...held().keys()]).toEqual(['a/x', 'a/y', 'a/z']);
    expect(JSON.stringify([...held().values()])).not.toContain('not kept');
    expect(reflector.lastContact()).toBe(7);
    expect(api.lists).toEqual(['/api/v1/pods?{"limit":2}', '/api/v1/pods?{"limit":2,"continue":"token"}']);
  });

  it('goes on from the last event or bookmark when a watch ends or breaks', async () => {
    const api = new FakeApi(
      [page(5, ['x'])],
      [[event('ADDED', 'y', 6), event('DELETED', 'x', 7)], [event('BOOKMARK', '', 20)], new Error('ECONNRESET')],
    );
    const { held, errors } = start(api);
    await vi.waitFor(() => expect(api.watches).toEqual(['5', '7', '20', '20']));
    expect([...held().keys()]).toEqual(['a/y']);
    expect(api.lists).toHaveLength(1);
    expect(errors).toEqual(['Error: ECONNRESET']);
  });

  it.each<[string, readonly WatchEvent[] | Error]>([
    ['410 in the stream', [{ type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old' } }]],
    ['410 as the answer', new ApiError(410, 'Expired', 'too old')],
    ['versions that go back', [event('ADDED', 'y', 9), event('MODIFIED', 'y', 8)]],
  ])('lists anew after %s', async (_case, script) => {
    const api = new FakeApi([page(5, ['x']), page(11, ['n'])], [script]);
    const { held } = start(api);
    await vi.waitFor(() => expect(api.watches).toEqual(['5', '11']));
    expect([...held().keys()]).toEqual(['a/n']);
  });

  it('waits longer and longer while the server is gone, tells it once, and comes back', async () => {
    const down = new Error('ECONNREFUSED');
    const api = new FakeApi([down, down, down, page(5, ['x'])], []);
    const { reflector, delays, errors } = start(api);
    await reflector.synced;
    expect(delays).toEqual([500, 1000, 2000]);
    expect(errors).toEqual(['Error: ECONNREFUSED']);
  });

  it('does not spin on a server that closes each watch at once', async () => {
    const { reflector, delays } = start(new FakeApi([page(5, [])], [[], [], []]));
    await reflector.synced;
    await vi.waitFor(() => expect(delays).toEqual([500, 500, 500]));
  });

  it('gives up a watch that is silent for longer than the server promised', async () => {
    vi.useFakeTimers();
    const api = new FakeApi([page(5, ['x'])], ['hang']);
    const { reflector, errors } = start(api);
    await reflector.synced;
    await vi.advanceTimersByTimeAsync(90_000);
    expect(errors).toEqual(['Error: the watch of /api/v1/pods was silent for too long']);
    expect(api.watches).toEqual(['5', '5']);
  });

  it('begins a list anew whose pages expired, and keeps nothing of the first try', async () => {
    const expired = new ApiError(410, 'Expired', 'the provided continue parameter is too old');
    const api = new FakeApi([page(5, ['gone', 'x'], 'token'), expired, page(9, ['x', 'y'])], []);
    const { reflector, held } = start(api);
    await reflector.synced;
    expect([...held().keys()]).toEqual(['a/x', 'a/y']);
    await vi.waitFor(() => expect(api.watches).toEqual(['9']));
  });

  it('believes a bookmark far ahead, and lists anew when an event is behind it', async () => {
    const api = new FakeApi([page(5, ['x']), page(2e9, ['n'])], [[event('BOOKMARK', '', 1e9), event('ADDED', 'y', 6)]]);
    const { held } = start(api);
    await vi.waitFor(() => expect(api.watches).toEqual(['5', '2000000000']));
    expect([...held().keys()]).toEqual(['a/n']);
  });

  it.each([
    ['a token that expired', new ApiError(401, 'Unauthorized', 'Unauthorized')],
    ['a role that was taken away', new ApiError(403, 'Forbidden', 'cannot watch pods')],
    ['a server that is overloaded', new ApiError(429, 'TooManyRequests', 'please try again later')],
    ['a server that fails', new ApiError(500, 'InternalError', 'etcdserver: request timed out')],
    ['a proxy in front of none', new ApiError(503, '', 'HTTP 503: no healthy upstream')],
    ['an event that was cut', new Error('the connection was cut in the middle of an event')],
  ])('goes on where it was after %s, without a list', async (_case, failure) => {
    const api = new FakeApi([page(5, ['x'])], [failure, [event('ADDED', 'y', 6)]]);
    const { held } = start(api);
    await vi.waitFor(() => expect(api.watches).toEqual(['5', '5', '6']));
    expect(api.lists).toHaveLength(1);
    expect([...held().keys()]).toEqual(['a/x', 'a/y']);
  });

  it('lists anew when the server was restored from a backup that is older than what it has seen', async () => {
    const ahead = new ApiError(504, 'Timeout', 'Too large resource version: 900, current: 40');
    const api = new FakeApi([page(900, ['x']), page(40, ['n'])], [ahead]);
    const { held } = start(api);
    await vi.waitFor(() => expect(api.watches).toEqual(['900', '40']));
    expect([...held().keys()]).toEqual(['a/n']);
  });

  it('waits as long as an overloaded server asks, and never longer than half a minute by itself', async () => {
    const busy = new ApiError(429, 'TooManyRequests', 'later', 45_000);
    const month = new ApiError(503, 'ServiceUnavailable', 'much later', 30 * 24 * 60 * 60_000);
    const down = new Error('ECONNREFUSED');
    const pages = [busy, month, ...Array.from({ length: 7 }, () => down), page(5, ['x'])];
    const { reflector, delays } = start(new FakeApi(pages, []));
    await reflector.synced;
    expect(delays).toEqual([45_000, 300_000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('spreads its tries, so that all who lost a server do not come back at once', async () => {
    const down = new Error('ECONNREFUSED');
    const { reflector, delays } = start(new FakeApi([down, down, page(5, ['x'])], []), { random: () => 0 });
    await reflector.synced;
    expect(delays).toEqual([250, 500]);
  });

  it('takes what the server does not have for an empty list, until it has it', async () => {
    const api = new FakeApi([new ApiError(404, 'NotFound', 'the server could not find it'), page(5, ['x'])], []);
    const { reflector, held, errors, delays } = start(api);
    await reflector.synced;
    expect([held().size, reflector.lastContact()]).toEqual([0, 7]);
    await vi.waitFor(() => expect([...held().keys()]).toEqual(['a/x']));
    expect([errors, delays]).toEqual([[], [30_000]]);
  });

  it('does not mind a clock that jumps', async () => {
    let time = 0;
    const jumps = [8.64e7, -8.64e7, 1, 5e11];
    const api = new FakeApi([page(5, ['x'])], [[event('ADDED', 'y', 6)], [], [event('BOOKMARK', '', 9)]]);
    const { held, errors } = start(api, { now: () => (time += jumps.shift() ?? 1000) });
    await vi.waitFor(() => expect(api.watches).toEqual(['5', '6', '6', '9']));
    expect([[...held().keys()], api.lists.length, errors]).toEqual([['a/x', 'a/y'], 1, []]);
  });

  it('ends in the middle of a list when it is told to', async () => {
    const api = new FakeApi([page(5, ['x'], 'token')], []);
    const { reflector, held, errors } = start(api);
    reflector.stop();
    await reflector.done;
    expect([held().size, errors]).toEqual([0, []]);
  });
});
