import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';

/** What the server holds: by collection, such as `/api/v1/pods` or `/apis/apps/v1/deployments`, objects of all namespaces. */
export type Collections = Readonly<Record<string, readonly JsonObject[]>>;

export interface FakeApiServer {
  readonly url: string;
  /** Paths with their queries, in order. */
  readonly requests: readonly string[];
  /** Collections that nobody may read; a namespace in front narrows it: `team-a /api/v1/pods`. */
  readonly forbidden: Set<string>;
  /** Tells whoever watches a path of a change. @returns whether anybody does */
  readonly emit: (path: string, type: 'ADDED' | 'DELETED' | 'MODIFIED', object: JsonObject) => boolean;
  readonly close: () => Promise<void>;
}

const groups = ['apps', 'argoproj.io', 'kueue.x-k8s.io'].map((name) => ({
  name,
  preferredVersion: { groupVersion: `${name}/v1${name === 'argoproj.io' ? 'alpha1' : ''}` },
}));

/** An API server of a few lines, on loopback without TLS: version, discovery, single objects, and lists in pages of two. */
export async function startFakeApiServer(collections: Collections): Promise<FakeApiServer> {
  const requests: string[] = [];
  const forbidden = new Set<string>();
  const watches = new Map<string, ServerResponse>();
  const answer = (url: URL): readonly [number, JsonObject] => {
    if (url.pathname === '/version') return [200, { major: '1', minor: '33+' }];
    if (url.pathname === '/apis') return [200, { groups }];
    const [, root = '', namespace = '', rest = ''] =
      /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?(\/.*)?$/u.exec(url.pathname) ?? [];
    const collection = rest === '' ? '/api/v1/namespaces' : root + rest;
    const scoped = `${namespace} ${collection}`;
    if (forbidden.has(collection) || forbidden.has(scoped)) return [403, { reason: 'Forbidden', message: 'no' }];
    const held = collections[collection] ?? [];
    if (rest === '') {
      const found = held.find((object) => stringAt(object, 'metadata', 'name') === namespace);
      return found === undefined ? [404, { reason: 'NotFound', message: 'not found' }] : [200, found];
    }
    const [, parent = '', name = ''] = /^(.*)\/([^/]+)$/u.exec(collection) ?? [];
    const siblings = collections[parent];
    if (siblings !== undefined) {
      const found = siblings.find(
        ({ metadata }) => stringAt(metadata, 'name') === name && stringAt(metadata, 'namespace') === namespace,
      );
      return found === undefined ? [404, { reason: 'NotFound', message: 'not found' }] : [200, found];
    }
    const items = held.filter((item) => ['', stringAt(item, 'metadata', 'namespace')].includes(namespace));
    const from = Number(url.searchParams.get('continue') ?? 0);
    const next = from + 2 < items.length ? String(from + 2) : '';
    return [200, { metadata: { resourceVersion: '7', continue: next }, items: items.slice(from, from + 2) }];
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    requests.push(url.pathname + url.search);
    if (url.searchParams.has('watch')) {
      watches.set(url.pathname, response.writeHead(200, { 'content-type': 'application/json' }));
      response.flushHeaders();
      return;
    }
    const [status, body] = answer(url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const emit: FakeApiServer['emit'] = (path, type, object) => {
    const watch = watches.get(path);
    watch?.write(`${JSON.stringify({ type, object })}\n`);
    return watch !== undefined;
  };
  return { url: `http://127.0.0.1:${port}`, requests, forbidden, emit, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
