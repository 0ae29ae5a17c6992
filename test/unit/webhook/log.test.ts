import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { reviewOf, startApp } from '../../helpers/reviews.ts';

const canary = 'canary-5f3e';

/** Secrets wherever people put them, and one object that is refused for it. */
const object: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'team', labels: { note: canary }, annotations: { token: canary } },
  spec: {
    replicas: 9,
    selector: { matchLabels: { note: canary } },
    template: {
      metadata: { labels: { note: canary } },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app',
            args: [`--password=${canary}`],
            env: [{ name: 'PASSWORD', value: canary }],
            resources: { limits: { cpu: '1', memory: '1Gi' } },
          },
        ],
      },
    },
  },
};

const review = (request: JsonObject): JsonObject =>
  reviewOf(object, { uid: 'u1', userInfo: { username: 'alice', extra: { token: [canary] } }, ...request });

it('is one line a review, with what happened and nothing of what was written', async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().trim().split('\n'));
      done();
    },
  });
  const { app } = await startApp({ level: 'trace', stream });
  const send = (payload: JsonObject) => app.inject({ method: 'POST', url: '/validate?timeout=5s', payload });
  await send(review({}));
  await send(review({ operation: 'UPDATE', oldObject: object }));
  await send(review({ object: { spec: { replicas: canary, template: canary } } }));
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'review',
    uid: 'u1',
    kind: 'Deployment',
    namespace: 'team',
    name: 'web',
    operation: 'CREATE',
    user: 'alice',
    verdict: 'denied',
    rules: expect.arrayContaining(['quota/exceeded']) as unknown,
  });
  await send({ kind: canary });
  await send({ ...review({}), apiVersion: canary });
  expect(lines.join('\n')).not.toContain(canary);
});
