import { EventEmitter, once } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, KubernetesObject } from '../../../src/manifest/document.ts';
import { integerAt, objectAt, stringAt } from '../../../src/manifest/fields.ts';
import { createRecordStore } from '../../../webhook/reservation-record.ts';
import { createReservations, type Claim } from '../../../webhook/reservations.ts';
import { shareReservations, type SharedReservations } from '../../../webhook/shared-reservations.ts';
import { createConfigMaps } from '../../helpers/config-maps.ts';

const LIFETIME_MS = 15_000;
const RECORD = 'quotafit-reservations.a';

const deployment = (name: string, replicas: number, generation = 1): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'a',
  name,
  value: { metadata: { name, generation, uid: name, note: 'secret' }, spec: { replicas } },
  source: null,
});
const sizeOf = ({ value }: KubernetesObject): number => integerAt(value, 'spec', 'replicas') ?? 0;
const sum = (objects: readonly KubernetesObject[]): number => objects.reduce((total, one) => total + sizeOf(one), 0);
const reduce = ({ value }: KubernetesObject): JsonObject => {
  const { name, generation, uid } = objectAt(value, 'metadata');
  return { metadata: { name, generation, uid }, spec: value['spec'] };
};

interface Setting {
  readonly before?: () => Promise<void>;
  readonly names?: readonly string[];
}

/** Replicas that share one API server, and a clock that tests move. */
function start({ before, names = ['one', 'two'] }: Setting = {}) {
  const { api, stored } = createConfigMaps(before);
  const clock = { now: 0 };
  const rounds = new EventEmitter();
  const errors: unknown[] = [];
  const writes: string[] = [];
  const replicas = names.map((holder) =>
    shareReservations(
      createReservations(LIFETIME_MS, () => clock.now),
      createRecordStore(api, 'quotafit-system'),
      {
        holder,
        lifetimeMs: LIFETIME_MS,
        now: () => clock.now,
        delay: async (_ms, signal) => {
          await once(rounds, 'round', { signal });
        },
        reduce,
        onWrite: (result) => writes.push(result),
        onError: (error) => errors.push(error),
      },
    ),
  );
  const entries = (): readonly JsonObject[] =>
    JSON.parse(stringAt(stored.get(RECORD), 'data', 'entries') || '[]') as readonly JsonObject[];
  const [one, two] = replicas;
  if (one === undefined || two === undefined) throw new Error('two replicas are needed');
  return { one, two, clock, entries, stored, errors, writes, tidy: () => rounds.emit('round') };
}

/** Asks as a judge does: once more, by what is true now, before it refuses. */
async function ask(replica: SharedReservations, object: KubernetesObject, room: number, deadlineMs = 60_000) {
  const judge = (pending: readonly KubernetesObject[]): Claim<boolean> => {
    const others = pending.filter(({ name }) => name !== object.name);
    const fits = sum(others) + sizeOf(object) <= room;
    return { value: fits, object: fits ? object : null, raises: sizeOf(object) > 0 };
  };
  const first = await replica.claim('a', judge, deadlineMs);
  return first.value ? first : replica.claim('a', judge, deadlineMs);
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

describe('shareReservations', () => {
  it('admits exactly what fits, whatever order calls of the API server take effect in', async () => {
    const size = fc.integer({ min: 1, max: 3 });
    const review = fc.record({ size, isFirst: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(review, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 12 }),
        fc.scheduler(),
        async (reviews, room, scheduler) => {
          const { one, two } = start({ before: () => scheduler.schedule(Promise.resolve()) });
          const asked = reviews.map(async (wanted, index) => {
            const object = deployment(`web-${index}`, wanted.size);
            const { value, failure } = await ask(wanted.isFirst ? one : two, object, room);
            expect(failure).toBeNull();
            return { fits: value, size: wanted.size };
          });
          const answers = await scheduler.waitFor(Promise.all(asked));
          const admitted = answers.filter(({ fits }) => fits).reduce((total, answer) => total + answer.size, 0);
          const smallest = Math.min(...answers.filter(({ fits }) => !fits).map((answer) => answer.size));
          expect(admitted).toBeLessThanOrEqual(room);
          expect(admitted + smallest).toBeGreaterThan(room);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('tells the others before it answers, and no more of an object than the state keeps', async () => {
    const { one, two, entries, writes } = start();
    await ask(one, deployment('web', 3), 4);
    expect(entries()).toMatchObject([{ holder: 'one', seconds: 15, kind: 'Deployment', name: 'web' }]);
    expect(JSON.stringify(entries())).not.toContain('secret');
    expect(await ask(two, deployment('api', 2), 4)).toEqual({ value: false, failure: null });
    expect(await ask(two, deployment('api', 1), 4)).toEqual({ value: true, failure: null });
    expect(writes).toEqual(['written', 'late', 'written']);
  });

  it('writes nothing for what asks for no more than before', async () => {
    const { one, stored } = start();
    const claimed = one.claim('a', () => ({ value: 1, object: deployment('web', 3), raises: false }), 60_000);
    expect([claimed, stored.size, one.size()]).toEqual([{ value: 1, failure: null }, 0, 1]);
  });

  it('counts an entry from when it was first seen, on the clock of whoever looks', async () => {
    const { one, two, clock } = start();
    await ask(one, deployment('web', 4), 4);
    clock.now = 10_000;
    expect((await ask(two, deployment('api', 1), 4)).value).toBe(false);
    clock.now = 24_999;
    expect((await ask(two, deployment('api', 1), 4)).value).toBe(false);
    clock.now = 25_000;
    expect((await ask(two, deployment('api', 1), 4)).value).toBe(true);
  });

  it('does not count what was deleted', async () => {
    const { one, two } = start();
    await ask(one, deployment('web', 4), 4);
    two.release(deployment('web', 4));
    expect((await ask(two, deployment('api', 1), 4)).value).toBe(true);
  });

  it('takes away a record of which nothing is left, whoever wrote it', async () => {
    const { one, clock, stored, tidy, errors } = start();
    await ask(one, deployment('web', 4), 4);
    one.stop();
    await settled();
    tidy();
    await settled();
    expect(stored.size).toBe(1);
    clock.now = LIFETIME_MS;
    tidy();
    await settled();
    expect([stored.size, errors]).toEqual([0, []]);
  });

  it('goes on alone and says so when the API server refuses or does not answer', async () => {
    const refused = start({ before: () => Promise.reject(new Error('ECONNREFUSED')) });
    expect(await ask(refused.one, deployment('web', 3), 4)).toEqual({ value: true, failure: 'ECONNREFUSED' });
    expect(refused.writes).toEqual(['failed']);
    expect(await ask(refused.one, deployment('api', 2), 4)).toEqual({ value: false, failure: null });
    const silent = start({ before: () => new Promise(() => undefined) });
    const failure = 'other replicas could not be told within 6 ms';
    expect(await ask(silent.one, deployment('web', 3), 4, 10)).toEqual({ value: true, failure });
    expect((await ask(silent.one, deployment('api', 2), 4, 10)).value).toBe(false);
    expect(silent.one.size()).toBe(1);
  });

  it('passes on what breaks inside a judge, and serves the next', async () => {
    const { one, two } = start();
    // So that the write comes too late, and there is a second look.
    await ask(two, deployment('db', 1), 4);
    let calls = 0;
    const judge = (): Claim<number> => {
      calls += 1;
      if (calls > 1) throw new Error('boom');
      return { value: 1, object: deployment('api', 1), raises: true };
    };
    await expect(one.claim('a', judge, 60_000)).rejects.toThrow('boom');
    expect(one.size()).toBe(0);
    expect((await ask(one, deployment('web', 3), 4)).value).toBe(true);
  });

  it('tells the others in one record of more than a ConfigMap holds as text, and says when it is too much', async () => {
    const { one, two, stored, entries } = start();
    // As large as twenty objects are.
    const large = (index: number): KubernetesObject => {
      const object = deployment(`web-${index}`, 1);
      return { ...object, value: { ...object.value, spec: { replicas: 1, like: 'any other '.repeat(2000) } } };
    };
    const askFrom = async (replica: SharedReservations, from: number, count: number) => {
      const asked = Array.from({ length: count }, (_, index) => ask(replica, large(from + index), 1000));
      return new Set((await Promise.all(asked)).map(({ failure }) => failure));
    };
    expect(await askFrom(one, 0, 10)).toEqual(new Set([null]));
    expect(entries()).toHaveLength(10);
    expect(await askFrom(one, 10, 90)).toEqual(new Set([null]));
    expect([entries(), stored.get(RECORD)?.['data']]).toEqual([[], undefined]);
    expect((await ask(two, deployment('last', 1), 100)).value).toBe(false);
    expect((await ask(two, deployment('last', 1), 101)).value).toBe(true);
    // The first is written alone, and the others together.
    expect(await askFrom(two, 100, 400)).toEqual(new Set([null, '501 reservations are too many for one record']));
  });

  it('reads past what somebody spoiled, and puts it right with the next write', async () => {
    const { one, two, stored, entries } = start();
    await ask(one, deployment('web', 1), 4);
    const spoiled = stored.get(RECORD) ?? {};
    for (const text of ['no JSON', '{}', '[null, 1, {"id": "x"}]']) {
      (stored as Map<string, JsonObject>).set(RECORD, { ...spoiled, data: { entries: text } });
      expect((await ask(two, deployment('api', 4), 4)).value).toBe(true);
    }
    (stored as Map<string, JsonObject>).set(RECORD, {
      ...spoiled,
      data: {},
      binaryData: { entries: 'bm90IHppcHBlZA==' },
    });
    expect((await ask(two, deployment('api', 4), 4)).value).toBe(true);
    expect(entries()).toMatchObject([{ holder: 'two', name: 'api' }]);
  });
});
