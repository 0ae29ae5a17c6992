import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';

/** How to speak to one API server. */
export interface ApiAddress {
  readonly url: string;
  readonly token: string;
  /** PEM of the server's authority. */
  readonly ca: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: JsonObject;
  /** What admission says beside its answer, as the `Warning` headers have it. */
  readonly warnings?: readonly string[];
}

type PatchType =
  'application/apply-patch+yaml' | 'application/merge-patch+json' | 'application/strategic-merge-patch+json';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}

export interface Api {
  get(path: string): Promise<ApiAnswer>;
  create(path: string, body: JsonObject): Promise<ApiAnswer>;
  replace(path: string, body: JsonObject): Promise<ApiAnswer>;
  patch(path: string, body: JsonObject, type: PatchType): Promise<ApiAnswer>;
  remove(path: string): Promise<ApiAnswer>;
  /** Calls back with each change after `resourceVersion`, until the signal; comes back when the server ends the watch. */
  watch(
    path: string,
    resourceVersion: string,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  close(): void;
}

/** Connects over TLS with a bearer token; connections are kept and shared. */
export function connect(address: ApiAddress): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: 128, ca: address.ca });
  const open = (method: string, path: string, body: string, type: string, signal?: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${address.token}`,
        accept: 'application/json',
        ...(body !== '' && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      };
      const sent = request(address.url + path, { method, agent, headers, ...(signal && { signal }) }, resolve);
      sent.on('error', reject);
      sent.end(body);
    });
  const call = async (
    method: string,
    path: string,
    value?: JsonObject,
    type = 'application/json',
  ): Promise<ApiAnswer> => {
    const response = await open(method, path, value === undefined ? '' : JSON.stringify(value), type);
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const warnings = response.headersDistinct['warning'] ?? [];
    return { status: response.statusCode ?? 0, body: readBody(text), warnings };
  };
  return {
    get: (path) => call('GET', path),
    create: (path, body) => call('POST', path, body),
    replace: (path, body) => call('PUT', path, body),
    patch: (path, body, type) => call('PATCH', path, body, type),
    remove: (path) => call('DELETE', path),
    watch: async (path, resourceVersion, onEvent, signal) => {
      const query = `?watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
      try {
        const response = await open('GET', path + query, '', '', signal);
        response.setEncoding('utf8');
        let rest = '';
        for await (const chunk of response) {
          const lines = (rest + String(chunk)).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onEvent(JSON.parse(line) as WatchEvent);
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    close: () => agent.destroy(),
  };
}

/** The server answers in JSON, save for a path that nobody serves and for health checks, which are plain words. */
function readBody(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Plain words: given as the message.
  }
  return { message: text };
}

/** Sends again while the server is busy or not there yet; gives the last answer when the time is over. */
export async function until(
  ask: () => Promise<ApiAnswer>,
  done: (answer: ApiAnswer) => boolean,
  timeoutMs: number,
): Promise<ApiAnswer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask().catch((error: unknown): ApiAnswer => ({ status: 0, body: { message: String(error) } }));
    if (done(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`the API server did not come to it in ${timeoutMs} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
