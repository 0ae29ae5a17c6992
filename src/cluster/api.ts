import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { isDeepStrictEqual } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { JsonObject } from '../manifest/document.ts';

type Query = Readonly<Record<string, string | number | boolean>>;

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}

/** What quotafit needs of an API server. */
export interface ClusterApi {
  /** @throws ApiError, or the network's own error */
  get(path: string, query?: Query): Promise<JsonObject>;
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: unknown, query?: Query): Promise<JsonObject>;
  /** Ends when the server closes the watch; rejects when it breaks, when `onEvent` throws, or when `signal` aborts. */
  watch(path: string, query: Query, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

/** The API server answered, and said no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export interface ConnectOptions {
  /** A file; otherwise as kubectl finds it: KUBECONFIG, the home folder, then the pod's service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly requestTimeoutMs: number;
}

/** A cluster, and what the kubeconfig says beside its address. */
export interface ClusterConnection {
  readonly api: ClusterApi;
  /** Of the context: `https://10.0.0.1:6443`. */
  readonly server: string;
  /** Where the context puts objects that name no namespace; empty when it does not say. */
  readonly namespace: string;
}

/** @throws when there is no kubeconfig or the context is unknown */
export async function connectCluster(options: ConnectOptions): Promise<ClusterApi> {
  return (await openCluster(options)).api;
}

/** Reads the kubeconfig, and loads the client library only now. @throws when there is none or the context is unknown */
export async function openCluster(options: ConnectOptions): Promise<ClusterConnection> {
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  if (options.kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(options.kubeconfig);
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      const known = config.getContexts().map((context) => context.name);
      throw new Error(`no context ${options.context} in the kubeconfig; it has: ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(options.context);
  }
  return {
    api: createClusterApi(config, options.requestTimeoutMs),
    server: config.getCurrentCluster()?.server ?? '',
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? '',
  };
}

function createClusterApi(config: KubeConfig, requestTimeoutMs: number): ClusterApi {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error('the kubeconfig has no current context; name one, or run kubectl config use-context');
  const server = new URL(cluster.server);
  let agent: Agent | null = null;

  /** The library renews tokens and certificates; one agent keeps connections for as long as its credentials are the same. */
  async function open(method: string, path: string, query: Query, body: string | null, signal: AbortSignal) {
    const options: RequestOptions = { method, headers: { accept: 'application/json', 'accept-encoding': 'gzip' } };
    await config.applyToHTTPSOptions(options);
    if (options.agent instanceof Agent) {
      if (agent === null || !isDeepStrictEqual(credentialsOf(agent), credentialsOf(options.agent))) {
        agent = new Agent({ ...options.agent.options, keepAlive: true });
      }
      options.agent = agent;
    }
    const url = new URL(server.pathname.replace(/\/$/u, '') + path, server);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const headers = { ...(options.headers as Record<string, string>) };
    if (body !== null) {
      headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = send(url, { ...options, headers, signal }, resolve);
      request.on('error', reject);
      request.end(body ?? undefined);
    });
  }

  async function call(method: string, path: string, query: Query, body: string | null): Promise<JsonObject> {
    const response = await open(method, path, query, body, AbortSignal.timeout(requestTimeoutMs));
    const text = await readText(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw readError(status, text);
    return JSON.parse(text) as JsonObject;
  }

  return {
    get: (path, query = {}) => call('GET', path, query, null),
    send: (method, path, body, query = {}) => call(method, path, query, JSON.stringify(body)),
    async watch(path, query, onEvent, signal) {
      const response = await open('GET', path, { ...query, watch: true }, null, signal);
      if (response.statusCode !== 200) {
        throw readError(response.statusCode ?? 0, await readText(response));
      }
      try {
        for await (const line of readLines(decompress(response))) onEvent(JSON.parse(line) as WatchEvent);
      } finally {
        response.destroy();
      }
    },
  };
}

function credentialsOf({ options: { ca, cert, key, rejectUnauthorized } }: Agent) {
  return { ca, cert, key, rejectUnauthorized };
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(response)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Lines that are not empty. Unlike `node:readline` it rejects when the connection breaks. */
async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}

function decompress(response: IncomingMessage): AsyncIterable<Buffer> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  response.on('aborted', () => gunzip.destroy(new Error('the connection was cut')));
  return response.pipe(gunzip);
}

/** Reads a `Status` object; anything else is told by its first line. @see k8s.io/apimachinery/pkg/apis/meta/v1 `Status` */
function readError(status: number, text: string): ApiError {
  try {
    const body = JSON.parse(text) as { reason?: unknown; message?: unknown };
    if (typeof body.message === 'string') {
      return new ApiError(status, typeof body.reason === 'string' ? body.reason : '', body.message);
    }
  } catch {
    // Not every proxy on the way speaks JSON.
  }
  return new ApiError(status, '', `HTTP ${status}: ${text.split('\n', 1)[0]?.slice(0, 200) ?? ''}`);
}
