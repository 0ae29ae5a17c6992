import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/cluster/api.ts';
import { createLease } from '../../../src/cluster/lease.ts';
import { integerAt, stringAt } from '../../../src/manifest/fields.ts';
import { createObjectStore } from '../../helpers/object-store.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/own/leases/audit';
const HOUR_MS = 3_600_000;
const start = Date.parse('2026-06-01T12:00:00Z');

/** Two who want one Lease; time goes by for both alike, and each has a wall clock of its own. */
function twoOf() {
  const api = createObjectStore();
  const time = { elapsed: 0 };
  const wanting = (identity: string) => {
    const wall = { offset: 0 };
    const lease = createLease(api, {
      namespace: 'own',
      name: 'audit',
      identity,
      durationSeconds: 60,
      now: () => new Date(start + time.elapsed + wall.offset),
      clock: () => time.elapsed,
    });
    return { ...lease, wall };
  };
  const spec = (field: string) => stringAt(api.objects.get(path), 'spec', field);
  return {
    api,
    one: wanting('one'),
    two: wanting('two'),
    wait: (ms: number) => (time.elapsed += ms),
    holder: () => spec('holderIdentity'),
    spec,
    transitions: () => integerAt(api.objects.get(path), 'spec', 'leaseTransitions'),
  };
}

describe('createLease', () => {
  it('is held by one, who renews it', async () => {
    const { one, two, wait, holder, spec, transitions } = twoOf();
    expect([await one.tryHold(), await two.tryHold()]).toEqual([true, false]);
    for (let round = 0; round < 10; round += 1) {
      wait(20_000);
      expect([await one.tryHold(), await two.tryHold()]).toEqual([true, false]);
    }
    expect([holder(), transitions()]).toEqual(['one', 0]);
    expect([spec('acquireTime'), spec('renewTime')]).toEqual([
      '2026-06-01T12:00:00.000000Z',
      '2026-06-01T12:03:20.000000Z',
    ]);
  });

  it('is taken once its holder has not renewed it for as long as it lasts', async () => {
    const { one, two, wait, holder, transitions } = twoOf();
    await one.tryHold();
    expect(await two.tryHold()).toBe(false);
    wait(60_000);
    expect(await two.tryHold()).toBe(false);
    wait(1);
    expect(await two.tryHold()).toBe(true);
    expect([await one.tryHold(), holder(), transitions()]).toEqual([false, 'two', 1]);
  });

  it.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('is kept by its holder when the clock of another is an hour %s', async (_case, offset) => {
    const { one, two, wait, transitions } = twoOf();
    two.wall.offset = offset;
    for (let round = 0; round < 5; round += 1) {
      expect([await one.tryHold(), await two.tryHold()]).toEqual([true, false]);
      wait(20_000);
    }
    expect(transitions()).toBe(0);
  });

  it('is taken in time from one who ended while his clock was ahead', async () => {
    const { one, two, wait } = twoOf();
    one.wall.offset = HOUR_MS;
    await one.tryHold();
    await two.tryHold();
    wait(60_001);
    expect(await two.tryHold()).toBe(true);
  });

  it('is free at once when it was given back, by its holder alone', async () => {
    const { one, two, holder } = twoOf();
    await one.tryHold();
    await two.tryHold();
    await two.release();
    expect(holder()).toBe('one');
    await one.release();
    expect([holder(), await two.tryHold()]).toEqual(['', true]);
  });

  it('is not held by who was too late', async () => {
    const { api, one, two } = twoOf();
    api.refuse = (method) => {
      if (method === 'GET') return;
      throw new ApiError(409, 'Conflict', 'somebody was faster');
    };
    expect(await one.tryHold()).toBe(false);
    api.refuse = () => undefined;
    expect(await two.tryHold()).toBe(true);
    api.refuse = () => {
      throw new ApiError(503, 'ServiceUnavailable', 'not now');
    };
    await expect(two.tryHold()).rejects.toThrow('not now');
  });
});
