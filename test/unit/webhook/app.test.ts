import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { buildApp, type AppDeps } from '../../../webhook/app.ts';
import type { Judgement } from '../../../webhook/judgement.ts';
import { createMetrics } from '../../../webhook/metrics.ts';
import { reviewOf } from '../../helpers/reviews.ts';

const denied: Judgement = {
  decision: { allowed: false, message: 'does not fit', warnings: [] },
  deniedBy: ['quota/exceeded'],
  spared: [],
  degraded: [],
};
const reviewIn = (namespace: string) =>
  reviewOf({ kind: 'ConfigMap', data: { key: 'value' } }, { uid: 'u1', namespace });
const review = reviewIn('team-a');

function app(changes: Partial<AppDeps> = {}) {
  const deps: AppDeps = {
    judge: () => Promise.resolve(denied),
    metrics: createMetrics(),
    readiness: { missing: () => [] },
    logger: false,
    tls: null,
    now: () => 1000,
    ...changes,
  };
  return { deps, server: buildApp(deps) };
}

describe('POST /validate', () => {
  it('answers a review and counts the denial', async () => {
    const { server, deps } = app();
    const response = await server.inject({ method: 'POST', url: '/validate?timeout=5s', payload: review });
    expect(response.json()).toMatchObject({
      response: { uid: 'u1', allowed: false, status: { message: 'does not fit' } },
    });
    expect(await deps.metrics.registry.metrics()).toContain(
      'quotafit_denials_total{rule="quota/exceeded",namespace="team-a"} 1',
    );
  });

  it('gives series of their own to so many namespaces, and adds up the others', async () => {
    const { server, deps } = app();
    for (let index = 0; index < 502; index += 1) {
      const payload = reviewIn(`n${index}`);
      await server.inject({ method: 'POST', url: '/validate', payload });
    }
    const text = await deps.metrics.registry.metrics();
    expect(text.match(/^quotafit_denials_total\{/gmu)).toHaveLength(501);
    expect(text).toContain('quotafit_denials_total{rule="quota/exceeded",namespace="*"} 2');
  });

  it.each([
    ['5s', 1000 + 5000 - 250],
    ['1s', 1000 + 1000 - 250],
    ['nonsense', 1000 + 10_000 - 250],
  ])('judges within the timeout %s of the caller', async (timeout, deadlineMs) => {
    const judge = vi.fn<AppDeps['judge']>(() => Promise.resolve(denied));
    await app({ judge }).server.inject({ method: 'POST', url: `/validate?timeout=${timeout}`, payload: review });
    expect(judge.mock.calls[0]?.[1]).toBe(deadlineMs);
  });

  it('judges an object that has a key __proto__', async () => {
    const judge = vi.fn<AppDeps['judge']>(() => Promise.resolve(denied));
    const payload = JSON.stringify(review).replace('"key"', '"__proto__"');
    const headers = { 'content-type': 'application/json' };
    await app({ judge }).server.inject({ method: 'POST', url: '/validate', payload, headers });
    expect(Object.keys(judge.mock.calls[0]?.[0].object?.['data'] ?? {})).toEqual(['__proto__']);
  });

  it('leaves the reading of a long body to a thread, and reads a short one itself', async () => {
    const judge = vi.fn<AppDeps['judge']>(() => Promise.resolve(denied));
    const judgeLarge = vi.fn<NonNullable<AppDeps['judgeLarge']>>(() =>
      Promise.resolve({ kind: 'unread', message: 'it took too long' }),
    );
    const { deps, server } = app({ judge, judgeLarge });
    const ask = (size: number) => {
      const payload = reviewOf({ kind: 'ConfigMap', data: { key: 'x'.repeat(size) } });
      return server.inject({ method: 'POST', url: '/validate?timeout=5s', payload });
    };
    expect((await ask(60_000)).statusCode).toBe(200);
    expect([judge.mock.calls.length, judgeLarge.mock.calls.length]).toEqual([1, 0]);
    const unread = await ask(70_000);
    expect([unread.statusCode, unread.json()]).toEqual([503, { error: 'it took too long' }]);
    expect(await deps.metrics.registry.metrics()).toContain('quotafit_degraded_total{mode="evaluation-failed"} 1');
    expect([judge.mock.calls.length, judgeLarge.mock.calls.length]).toEqual([1, 1]);
    expect(judgeLarge.mock.calls[0]?.[1]).toBe(1000 + 5000 - 250);
  });

  it('answers what comes on a connection that was busy when it began to close, and then lets go of it', async () => {
    const waiting: ((judgement: Judgement) => void)[] = [];
    const judge = vi
      .fn<AppDeps['judge']>(() => Promise.resolve(denied))
      .mockImplementationOnce(() => new Promise((resolve) => waiting.push(resolve)));
    const { server } = app({ judge });
    const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = async (): Promise<readonly unknown[]> => {
      const headers = { 'content-type': 'application/json' };
      const posted = request(url, { agent, method: 'POST', path: '/validate', headers }).end(JSON.stringify(review));
      const [response] = (await once(posted, 'response')) as [IncomingMessage];
      await text(response);
      return [response.statusCode, response.headers.connection];
    };
    const first = post();
    await vi.waitFor(() => expect(judge).toHaveBeenCalledOnce());
    const closed = server.close();
    await vi.waitFor(() => expect(server.server.listening).toBe(false));
    waiting[0]?.(denied);
    expect(await first).toEqual([200, 'keep-alive']);
    expect(await post()).toEqual([200, 'close']);
    await closed;
  });

  it('takes no more large bodies in than there is room for, and short ones always', async () => {
    const { deps, server } = app();
    const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    let heard = 0;
    server.server.on('request', () => (heard += 1));
    const begin = (length: number | null): ClientRequest => {
      const headers = { 'content-type': 'application/json', ...(length !== null && { 'content-length': length }) };
      const begun = request(url, { method: 'POST', path: '/validate', headers }).on('error', () => undefined);
      begun.flushHeaders();
      return begun;
    };
    const post = async (length: number): Promise<unknown> => {
      const [response] = (await once(begin(length).end(' '.repeat(length)), 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    // Who does not say how much it sends counts for the longest.
    const slow = [16 * 1024 * 1024, null, null, null, null, null].map(begin);
    try {
      await vi.waitFor(() => expect(heard).toBe(6));
      expect(await post(100_000)).toBe(503);
      expect(await deps.metrics.registry.metrics()).toContain('quotafit_degraded_total{mode="evaluation-failed"} 1');
      expect(await post(60_000)).toBe(400);
      slow.pop()?.destroy();
      await vi.waitFor(async () => expect(await post(100_000)).toBe(400));
    } finally {
      for (const begun of slow) begun.destroy();
      server.server.closeAllConnections();
      await server.close();
    }
  });

  it.each([
    ['no JSON', '{', 400],
    ['a JSON text', '"x"', 400],
    ['another kind', '{"kind":"Pod"}', 400],
    ['too large a body', JSON.stringify('x'.repeat(17 * 1024 * 1024)), 413],
  ])('answers %s with %s', async (_case, payload, code) => {
    const headers = { 'content-type': 'application/json' };
    const response = await app().server.inject({ method: 'POST', url: '/validate', payload, headers });
    expect(response.statusCode).toBe(code);
  });
});

describe('health', () => {
  it('is ready only when nothing is missing', async () => {
    const missing: string[] = ['state of pods'];
    const { server } = app({ readiness: { missing: () => missing } });
    expect((await server.inject('/healthz')).statusCode).toBe(200);
    const waiting = await server.inject('/readyz');
    expect([waiting.statusCode, waiting.json()]).toEqual([503, { status: 'waiting', missing: ['state of pods'] }]);
    missing.pop();
    expect((await server.inject('/readyz')).statusCode).toBe(200);
  });
});
