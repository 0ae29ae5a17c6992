import type { Cluster } from '@kubernetes/client-node';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClusterApi, WatchEvent } from '../../../src/cluster/api.ts';
import { createClusterApi } from '../../../src/cluster/http-api.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { createAuthority, issueServingCertificate } from '../../../webhook/tls/authority.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answer: Answer;
let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-http-'));
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function connect(path = '', cluster: Partial<Cluster> = {}, requestTimeoutMs = 5000): ClusterApi {
  const { port } = server.address() as AddressInfo;
  const config = new KubeConfig();
  const plain = { server: `http://127.0.0.1:${port}${path}`, skipTLSVerify: Object.keys(cluster).length === 0 };
  config.loadFromOptions({
    clusters: [{ name: 'c', ...plain, ...cluster }],
    users: [{ name: 'u', authProvider: { name: 'tokenFile', config: { tokenFile: join(folder, 'token') } } }],
    contexts: [{ name: 'c', cluster: 'c', user: 'u' }],
    currentContext: 'c',
  });
  return createClusterApi(config, requestTimeoutMs);
}
const setToken = (token: string): void => writeFileSync(join(folder, 'token'), token);
beforeEach(() => setToken('first'));

const line = (version: number): string =>
  `${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'ä', resourceVersion: String(version) } } })}\n`;

async function watch(api: ClusterApi, signal = new AbortController().signal) {
  const events: WatchEvent[] = [];
  const ended = await api
    .watch('/api/v1/pods', { resourceVersion: '5' }, (event) => events.push(event), signal)
    .then(
      () => 'closed',
      (error: unknown) => String(error),
    );
  return { ended, versions: events.map(({ object }) => (object['metadata'] as JsonObject)['resourceVersion']) };
}

describe('watch', () => {
  it('tells of each event, wherever the network cuts the text, and ends with the server', async () => {
    answer = (_request, response) => {
      const bytes = Buffer.from(line(6) + '\n' + line(7));
      response.write(bytes.subarray(0, bytes.indexOf('ä') + 1));
      setTimeout(() => response.end(bytes.subarray(bytes.indexOf('ä') + 1)), 20);
    };
    expect(await watch(connect())).toEqual({ ended: 'closed', versions: ['6', '7'] });
  });

  it.each<[string, Answer, string]>([
    [
      'politely',
      (_request, response) => response.end(line(6) + line(7).slice(0, 20)),
      'Error: the connection was cut in the middle of an event',
    ],
    [
      'by force',
      (_request, response) => {
        response.write(line(6) + line(7).slice(0, 20));
        setTimeout(() => response.destroy(), 20);
      },
      'Error: aborted',
    ],
  ])('fails when a proxy cuts it %s in the middle of an event, which counts as not sent', async (_how, cut, ended) => {
    answer = cut;
    expect(await watch(connect())).toEqual({ ended, versions: ['6'] });
  });

  it.each<[string, Answer]>([
    ['that had begun', (_request, response) => response.flushHeaders()],
    ['that was not even answered', () => undefined],
  ])('says why one was given up %s', async (_case, hang) => {
    answer = hang;
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('it was silent')), 20);
    expect(await watch(connect(), stop.signal)).toEqual({ ended: 'Error: it was silent', versions: [] });
  });

  it('asks for no compression, which might hold events back', async () => {
    let asked: IncomingMessage | null = null;
    answer = (request, response) => {
      asked = request;
      response.end();
    };
    await watch(connect('/clusters/one/'));
    expect(asked).toMatchObject({ url: '/clusters/one/api/v1/pods?resourceVersion=5&watch=true' });
    expect((asked as unknown as IncomingMessage).headers).not.toHaveProperty('accept-encoding');
  });
});

describe('list', () => {
  const page = { metadata: { resourceVersion: '9', continue: 'next' }, items: [{ a: 1 }, { b: 'ä' }] };

  it.each([
    ['as it is', (text: string) => Buffer.from(text), {}],
    ['compressed', (text: string) => gzipSync(text), { 'content-encoding': 'gzip' }],
  ])('gives each item, and the rest of the list: %s', async (_how, encode, headers) => {
    answer = (_request, response) => response.writeHead(200, headers).end(encode(JSON.stringify(page)));
    const items: JsonObject[] = [];
    const rest = await connect().list('/api/v1/pods', { limit: 500 }, (item) => items.push(item));
    expect(items).toEqual(page.items);
    expect(rest).toEqual({ ...page, items: [] });
  });

  it('waits for a page for as long as something comes, and not for one that is silent', async () => {
    const text = JSON.stringify(page);
    const pieces = [text.slice(0, 20), text.slice(20, 40), text.slice(40, 50), text.slice(50)];
    let isSilent = false;
    answer = (_request, response) => {
      response.flushHeaders();
      pieces.forEach((piece, index) => {
        if (!isSilent) setTimeout(() => response.write(piece), 500 * index);
      });
      if (!isSilent) setTimeout(() => response.end(), 2000);
    };
    const api = connect('', {}, 1500);
    await expect(api.list('/api/v1/pods', {}, () => undefined)).resolves.toEqual({ ...page, items: [] });
    isSilent = true;
    await expect(api.list('/api/v1/pods', {}, () => undefined)).rejects.toThrow('/api/v1/pods was silent for 1500 ms');
  });

  it.each([
    ['plain', 'aborted'],
    ['gzip', 'the connection was cut'],
  ])('fails when the connection is cut within it: %s', async (encoding, message) => {
    const text = JSON.stringify(page);
    const bytes = encoding === 'gzip' ? gzipSync(text) : Buffer.from(text);
    answer = (_request, response) => {
      response.writeHead(200, encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {});
      response.write(bytes.subarray(0, bytes.length - 8));
      setTimeout(() => response.destroy(), 20);
    };
    await expect(connect().list('/api/v1/pods', {}, () => undefined)).rejects.toThrow(message);
  });
});

describe('what the server refuses', () => {
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Wed, 21 Oct 2065 07:28:00 GMT' }, 0],
    [{ 'retry-after': '-5' }, 0],
    [{}, 0],
  ])('says when to come back: %j', async (headers, retryAfterMs) => {
    const body = { kind: 'Status', reason: 'TooManyRequests', message: 'please try again later' };
    answer = (_request, response) => response.writeHead(429, headers).end(JSON.stringify(body));
    const refused = { name: 'ApiError', status: 429, reason: body.reason, message: body.message, retryAfterMs };
    await expect(connect().get('/api/v1/pods')).rejects.toMatchObject(refused);
    expect((await watch(connect())).ended).toBe('ApiError: please try again later');
  });

  it('is told by its first line when it is no Status', async () => {
    answer = (_request, response) => response.writeHead(502).end('bad gateway\n<html>');
    await expect(connect().get('/version')).rejects.toThrow('HTTP 502: bad gateway');
  });
});

describe('a connection', () => {
  it('shows a token that was renewed', async () => {
    const tokens: (string | undefined)[] = [];
    answer = (request, response) => {
      tokens.push(request.headers.authorization);
      response.end('{}');
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    const api = connect();
    await api.get('/version');
    setToken('second');
    vi.setSystemTime(Date.now() + 61_000);
    await api.get('/version');
    expect(tokens).toEqual(['Bearer first', 'Bearer second']);
  });

  it('that the server closed as it was used again is no failure of what only reads', async () => {
    const authority = await createAuthority(new Date(), 1);
    const { certificate, key } = await issueServingCertificate(authority, ['127.0.0.1'], new Date(), 1);
    const used = new Set<unknown>();
    const requests: string[] = [];
    const secure = createSecureServer({ cert: certificate, key }, (request, response) => {
      requests.push(request.method ?? '');
      if (used.has(request.socket)) request.socket.destroy();
      else response.end('{}');
      used.add(request.socket);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = secure.address() as AddressInfo;
      const api = connect('', { server: `https://127.0.0.1:${port}`, caData: btoa(authority.certificate) });
      await api.get('/version');
      await expect(api.get('/version')).resolves.toEqual({});
      await expect(api.send('POST', '/api/v1/events', {})).rejects.toThrow('socket hang up');
      expect(requests).toEqual(['GET', 'GET', 'GET', 'POST']);
    } finally {
      secure.closeAllConnections();
      await new Promise((resolve) => secure.close(resolve));
    }
  });
});
