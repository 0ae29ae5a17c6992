import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { JsonObject } from '../manifest/document.ts';
import { ApiError, type ClusterApi, type Query, type WatchEvent } from './api.ts';
import { createItemReader } from './read-items.ts';

/** How much of a compressed answer is unpacked at a time. */
const PIECE_BYTES = 64 * 1024;

/** Speaks HTTP with the API server of a kubeconfig's current context. @throws when it has none */
export function createClusterApi(config: KubeConfig, requestTimeoutMs: number): ClusterApi {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error('the kubeconfig has no current context; name one, or run kubectl config use-context');
  const server = new URL(cluster.server);
  let agent: Agent | null = null;

  /** The library renews tokens and certificates; one agent keeps connections for as long as its credentials are the same. */
  async function open(method: string, path: string, query: Query, body: string | null, signal: AbortSignal) {
    const options: RequestOptions = { method, headers: { accept: 'application/json' } };
    await config.applyToHTTPSOptions(options);
    if (options.agent instanceof Agent) {
      if (agent === null || !isDeepStrictEqual(credentialsOf(agent), credentialsOf(options.agent))) {
        // One that goes through a proxy is of a class of its own.
        const isPlain = options.agent.constructor === Agent;
        agent = isPlain ? new Agent({ ...options.agent.options, keepAlive: true }) : options.agent;
      }
      options.agent = agent;
    }
    const url = new URL(server.pathname.replace(/\/$/u, '') + path, server);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const headers = { ...(options.headers as Record<string, string>) };
    // Events are small, and a compressor on the way may hold them back.
    if (query['watch'] !== true) headers['accept-encoding'] = 'gzip';
    if (body !== null) {
      headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const ask = (isAgain: boolean): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const request = send(url, { ...options, headers, signal }, resolve);
        request.on('error', (error: NodeJS.ErrnoException) => {
          // A server may close a connection that is kept just as it is used again; what only reads may be asked twice.
          const isStale = request.reusedSocket && error.code === 'ECONNRESET' && method === 'GET' && !isAgain;
          if (isStale) resolve(ask(true));
          else reject(error);
        });
        request.end(body ?? undefined);
      });
    return ask(false);
  }

  /** @returns an answer whose status says yes. @throws ApiError for any other */
  async function ask(method: string, path: string, query: Query, body: string | null, signal?: AbortSignal) {
    const response = await open(method, path, query, body, signal ?? AbortSignal.timeout(requestTimeoutMs));
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw readError(response, await readText(response));
    return response;
  }

  const call = async (method: string, path: string, query: Query, body: string | null): Promise<JsonObject> =>
    JSON.parse(await readText(await ask(method, path, query, body))) as JsonObject;

  return {
    get: (path, query = {}) => call('GET', path, query, null),
    send: (method, path, body, query = {}) => call(method, path, query, JSON.stringify(body)),
    async list(path, query, onItem, isKnown) {
      const reader = createItemReader(onItem, isKnown);
      const silence = new AbortController();
      const dead = (): void => silence.abort(new Error(`${path} was silent for ${requestTimeoutMs} ms`));
      // A page that comes slowly, because many are read at once, is no reason to begin anew.
      const timer = setTimeout(dead, requestTimeoutMs);
      try {
        const response = await ask('GET', path, query, null, silence.signal);
        for await (const chunk of takeTurns(decompress(response))) {
          timer.refresh();
          reader.push(chunk);
        }
        return reader.end();
      } catch (error) {
        silence.signal.throwIfAborted();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    async watch(path, query, onEvent, signal) {
      let response: IncomingMessage | null = null;
      try {
        response = await ask('GET', path, { ...query, watch: true }, null, signal);
        for await (const line of readLines(takeTurns(response))) onEvent(JSON.parse(line) as WatchEvent);
      } catch (error) {
        // A connection that we cut ourselves only says that it was cut.
        signal.throwIfAborted();
        throw error;
      } finally {
        response?.destroy();
      }
    },
  };
}

let turn: Promise<void> = Promise.resolve();

/**
 * Long answers take turns: a piece in each round of the event loop. Else a connection that has much to say would be
 * read on and on, as fast as it comes in, and reviews would wait.
 */
async function* takeTurns(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    turn = turn.then(() => setImmediate());
    await turn;
    yield chunk;
  }
}

function credentialsOf({ options: { ca, cert, key, rejectUnauthorized } }: Agent) {
  return { ca, cert, key, rejectUnauthorized };
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(response)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Lines that are not empty. Unlike `node:readline` it rejects when the connection breaks, even in the middle of one. */
async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') throw new Error('the connection was cut in the middle of an event');
}

function decompress(response: IncomingMessage): AsyncIterable<Buffer> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  response.on('error', (error) => gunzip.destroy(error));
  response.on('aborted', () => gunzip.destroy(new Error('the connection was cut')));
  return response.pipe(gunzip);
}

/** Reads a `Status` object; anything else is told by its first line. @see k8s.io/apimachinery/pkg/apis/meta/v1 `Status` */
function readError({ statusCode: status = 0, headers }: IncomingMessage, text: string): ApiError {
  const retryAfterMs = readRetryAfter(headers['retry-after']);
  try {
    const body = JSON.parse(text) as { reason?: unknown; message?: unknown };
    if (typeof body.message === 'string') {
      return new ApiError(status, typeof body.reason === 'string' ? body.reason : '', body.message, retryAfterMs);
    }
  } catch {
    // Not every proxy on the way speaks JSON.
  }
  return new ApiError(status, '', `HTTP ${status}: ${text.split('\n', 1)[0]?.slice(0, 200) ?? ''}`, retryAfterMs);
}

/** API servers write seconds; proxies may write a date, which says nothing to a clock that is wrong. */
function readRetryAfter(header: string | undefined): number {
  const seconds = Number(header ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
