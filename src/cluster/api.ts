import type { JsonObject } from '../manifest/document.ts';

/** Parameters of a request, behind its path. */
export type Query = Readonly<Record<string, string | number | boolean>>;

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}

/** @param head - '' where nobody asked for heads, or an item's text has none */
export type OnItem = (item: JsonObject, head: string) => void;

/** What quotafit needs of an API server. */
export interface ClusterApi {
  /** @throws ApiError, or the network's own error */
  get(path: string, query?: Query): Promise<JsonObject>;
  /**
   * Reads one page of a list. Each item is handed over as soon as it is there; a page that fails may have given some.
   * @param isKnown - told an item's head, its text as far as its version; what is known is neither parsed nor handed over
   * @returns the list without its items
   * @throws ApiError, the network's own error, or whatever `onItem` throws
   */
  list(path: string, query: Query, onItem: OnItem, isKnown?: (head: string) => boolean): Promise<JsonObject>;
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: unknown, query?: Query): Promise<JsonObject>;
  /** Ends when the server closes the watch; rejects when it breaks, when `onEvent` throws, or when `signal` aborts. */
  watch(path: string, query: Query, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

/** The API server answered, and said no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  /** How long the server asks to be left alone; 0 when it does not say. */
  readonly retryAfterMs: number;

  constructor(status: number, reason: string, message: string, retryAfterMs = 0) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}
