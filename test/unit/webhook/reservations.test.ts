import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/manifest/document.ts';
import { createReservations, type LocalReservations } from '../../../webhook/reservations.ts';

const deployment = (name: string, replicas = 1, namespace = 'a', generation = 1): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  name,
  value: { metadata: { generation }, spec: { replicas } },
  source: null,
});

let clock = 0;
let reservations: LocalReservations;
beforeEach(() => {
  clock = 0;
  reservations = createReservations(1000, () => clock);
});

describe('createReservations', () => {
  it('holds one reservation an object: the latest', () => {
    reservations.reserve(deployment('web', 1));
    reservations.reserve(deployment('api'));
    reservations.reserve(deployment('web', 2));
    expect(reservations.pending('a').map(({ name, value }) => [name, value['spec']])).toEqual([
      ['api', { replicas: 1 }],
      ['web', { replicas: 2 }],
    ]);
    expect(reservations.pending('b')).toEqual([]);
  });

  it('lets go of what the state shows', () => {
    reservations.reserve(deployment('web'));
    reservations.settle(deployment('web', 1, 'b'));
    expect(reservations.size()).toBe(1);
    reservations.settle(deployment('web'));
    expect(reservations.size()).toBe(0);
  });

  it('is not let go by a state of before the write', () => {
    reservations.reserve(deployment('web', 2, 'a', 7));
    reservations.settle(deployment('web', 1, 'a', 6));
    expect(reservations.size()).toBe(1);
    reservations.settle(deployment('web', 2, 'a', 8));
    expect(reservations.size()).toBe(0);
  });

  it('lets go at the deadline, which a new review moves on', () => {
    reservations.reserve(deployment('web'));
    clock = 500;
    reservations.reserve(deployment('api'));
    clock = 999;
    expect(reservations.size()).toBe(2);
    clock = 1000;
    expect(reservations.pending('a').map(({ name }) => name)).toEqual(['api']);
    clock = 1500;
    expect(reservations.size()).toBe(0);
  });

  it('tells once of each that the state should show by now', () => {
    const names = (): readonly string[] => reservations.overdue().map(({ name }) => name);
    reservations.reserve(deployment('web'));
    reservations.reserve(deployment('seen'));
    clock = 499;
    reservations.reserve(deployment('api', 1, 'b'));
    expect(names()).toEqual([]);
    reservations.settle(deployment('seen'));
    clock = 500;
    expect([names(), names()]).toEqual([['web'], []]);
    reservations.reserve(deployment('web'));
    clock = 1000;
    expect(names()).toEqual(['web', 'api']);
  });

  it('keeps nothing of what has lapsed, also where nobody asks again', async () => {
    const seen = new WeakRef(deployment('web'));
    reservations.reserve(seen.deref() as KubernetesObject);
    clock = 1000;
    expect(reservations.overdue()).toHaveLength(1);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await setImmediate();
    collectGarbage();
    expect(seen.deref()).toBeUndefined();
  });
});
