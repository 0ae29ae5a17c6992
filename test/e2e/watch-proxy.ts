import { request, createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueServingCertificate } from '../../webhook/tls/authority.ts';
import type { ApiAddress } from '../conformance/api.ts';

/**
 * What becomes of watches. `silent`: the connection stays open, and what would come by it is lost, for good; `cut`: they
 * are broken off, and nobody gets a new one.
 */
type Watches = 'pass' | 'silent' | 'cut';

/** Stands between the webhook and an API server, and lets all but watches through. */
export interface WatchProxy extends Pick<ApiAddress, 'ca' | 'url'> {
  readonly setWatches: (how: Watches) => void;
  /** Keeps the next pages of lists waiting, until it is called with false. */
  readonly holdPages: (isHeld: boolean) => void;
  readonly held: () => number;
  /** What was asked for so far: `LIST /api/v1/pods`, `PAGE …` for a list that goes on, `WATCH …`, or the method. */
  readonly asked: () => readonly string[];
  /** How many answers to such requests, and events of such watches, had this code so far. */
  readonly told: (code: number, what: 'PAGE' | 'WATCH') => number;
  readonly close: () => Promise<void>;
}

export async function startWatchProxy({ url, ca }: ApiAddress): Promise<WatchProxy> {
  const authority = await createAuthority(new Date(), 1);
  const { certificate, key } = await issueServingCertificate(authority, ['127.0.0.1'], new Date(), 1);
  const asked: string[] = [];
  const told: string[] = [];
  const watching = new Set<ServerResponse>();
  /** They never say anything again, even when others do. */
  const silenced = new WeakSet<ServerResponse>();
  let watches: Watches = 'pass';
  let waiting: (() => void)[] | null = null;

  function answer(from: IncomingMessage, to: ServerResponse, what: string): void {
    const isWatch = what === 'WATCH';
    told.push(`${from.statusCode} ${what}`);
    if (isWatch && silenced.has(to)) {
      from.resume();
      return;
    }
    to.writeHead(from.statusCode ?? 0, from.headers);
    to.flushHeaders();
    from.on('data', (chunk: Buffer) => {
      if (silenced.has(to)) return;
      if (isWatch && chunk.includes('"type":"ERROR"')) told.push(`${/"code":(\d+)/u.exec(String(chunk))?.[1]} WATCH`);
      to.write(chunk);
    });
    from.on('end', () => {
      if (!silenced.has(to)) to.end();
    });
    from.on('error', () => to.destroy());
  }

  function pass(from: IncomingMessage, to: ServerResponse, body: Buffer, what: string): void {
    const { method, headers } = from;
    const sent = request(url + (from.url ?? ''), { method, headers, ca }, (response) => answer(response, to, what));
    sent.on('error', () => to.destroy());
    to.on('close', () => sent.destroy());
    sent.end(body);
  }

  async function serve(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(from.url ?? '', url);
    const isWatch = searchParams.has('watch');
    const isPage = searchParams.has('continue');
    const what = isWatch ? 'WATCH' : isPage ? 'PAGE' : searchParams.has('limit') ? 'LIST' : `${from.method}`;
    asked.push(`${what} ${pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    if (isWatch && watches === 'cut') {
      to.destroy();
      return;
    }
    if (isWatch) {
      watching.add(to);
      to.on('close', () => watching.delete(to));
      if (watches === 'silent') silenced.add(to);
    }
    const held = isPage ? waiting : null;
    if (held !== null) await new Promise<void>((resolve) => held.push(resolve));
    pass(from, to, Buffer.concat(chunks), what);
  }

  const server = createServer({ cert: certificate, key }, (from, to) => {
    serve(from, to).catch(() => to.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.certificate,
    setWatches(how) {
      watches = how;
      for (const one of watching) {
        if (how === 'silent') silenced.add(one);
        if (how === 'cut') one.destroy();
      }
    },
    holdPages(isHeld) {
      for (const go of waiting ?? []) go();
      waiting = isHeld ? [] : null;
    },
    held: () => waiting?.length ?? 0,
    asked: () => asked,
    told: (code, what) => told.filter((one) => one === `${code} ${what}`).length,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
