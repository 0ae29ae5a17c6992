import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../../src/denial/event.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { createEventWriter } from '../../../webhook/events.ts';
import type { Observation } from '../../../webhook/judge.ts';

const shortages = [{ quota: 'team', resource: 'limits.cpu', hard: '4', others: '0', wanted: '8' }];
const denied: Observation = {
  kind: 'denied',
  namespace: 'a',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  user: 'alice',
  remarks: [
    { rule: 'quota/exceeded', level: 'error', text: 'is short', isOld: false, shortages },
    { rule: 'images/tag-required', level: 'error', text: 'has no tag', isOld: false },
  ],
};

function start(answer: () => Promise<JsonObject> = () => Promise.resolve({})) {
  const sent: JsonObject[] = [];
  const wall = { now: Date.parse('2026-06-01T12:00:00Z') };
  let elapsed = 0;
  const write = createEventWriter(
    {
      get: () => Promise.reject(new Error('nothing is read')),
      list: () => Promise.reject(new Error('nothing is read')),
      watch: () => Promise.reject(new Error('nothing is watched')),
      send: (_method, _path, body) => {
        sent.push(body as JsonObject);
        return answer();
      },
    },
    {
      instance: 'quotafit-0',
      quietMs: 60_000,
      now: () => new Date(wall.now + elapsed),
      clock: () => elapsed,
      onError: () => undefined,
    },
  );
  return { write, sent, wall, wait: (ms: number) => (elapsed += ms) };
}

describe('createEventWriter', () => {
  it('leaves a denial on the namespace, with what it was about and what was found as data', () => {
    const { write, sent } = start();
    write(denied);
    const [event] = sent;
    expect(event).toMatchObject({
      reason: 'QuotafitDenied',
      involvedObject: { kind: 'Namespace', name: 'a' },
      related: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'a' },
      message: 'alice was refused Deployment web: is short [quota/exceeded]; has no tag [images/tag-required]',
    });
    expect(readEvent(event ?? {})).toEqual({
      user: 'alice',
      findings: [
        { rule: 'quota/exceeded', message: 'is short', shortages },
        { rule: 'images/tag-required', message: 'has no tag', shortages: [] },
      ],
    });
  });

  it('leaves what a controller wrote on the object itself', () => {
    const { write, sent } = start();
    write({ ...denied, kind: 'does-not-fit' });
    expect(sent).toMatchObject([{ reason: 'QuotafitDoesNotFit', involvedObject: { kind: 'Deployment', name: 'web' } }]);
  });

  it('writes no more than fifty at a time, and goes on once they are answered or refused', async () => {
    const waiting: ((error: Error) => void)[] = [];
    const { write, sent } = start(() => new Promise((_, reject) => waiting.push(reject)));
    const deny = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        write({ ...denied, object: { ...denied.object, name: `web-${index}` } });
      }
    };
    deny(60);
    expect(sent).toHaveLength(50);
    for (const reject of waiting) reject(new Error('refused'));
    await setImmediate();
    deny(60);
    expect(sent).toHaveLength(60);
  });

  it('tells the same once a minute, whatever else the object says', () => {
    const { write, sent, wait } = start();
    write(denied);
    write({ ...denied, object: { ...denied.object } });
    expect(sent).toHaveLength(1);
    wait(60_000);
    write(denied);
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['ahead', 3_600_000],
    ['back', -3_600_000],
  ])('tells the same once a minute, also when the clock is put %s', (_, offset) => {
    const { write, sent, wait, wall } = start();
    write(denied);
    wall.now += offset;
    write(denied);
    expect(sent).toHaveLength(1);
    wait(60_000);
    write(denied);
    expect(sent).toHaveLength(2);
  });

  it('leaves no Event of what a weaker mode let through', () => {
    const { write, sent } = start();
    write({ ...denied, kind: 'would-deny' });
    expect(sent).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['another', { metadata: { annotations: { note: '[]' } } }],
    ['one without annotations', {}],
    ['a broken one', { metadata: { annotations: { 'quotafit.dev/findings': '[{"rule":1}]' } } }],
  ])('is not mistaken for %s', (_, event) => {
    expect(readEvent(event)).toBeNull();
  });
});
