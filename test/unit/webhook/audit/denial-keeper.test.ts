import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../../../src/cluster/api.ts';
import { countDays, readRecord, type DenialRecord } from '../../../../src/denial/denial.ts';
import { stringAt } from '../../../../src/manifest/fields.ts';
import { createDenialKeeper } from '../../../../webhook/audit/denial-keeper.ts';
import type { Observation } from '../../../../webhook/judge.ts';
import { createObjectStore, type ObjectStore } from '../../../helpers/object-store.ts';

const path = '/api/v1/namespaces/quotafit-system/configmaps/quotafit-denials';

const spared = (user: string, name = 'web'): Observation => ({
  kind: 'would-deny',
  namespace: 'a',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', name },
  user,
  remarks: [{ rule: 'quota/exceeded', level: 'error', text: 'x'.repeat(600), isOld: false }],
});

function keep(api: ObjectStore, onError: (error: unknown) => void = () => undefined) {
  return createDenialKeeper(api, {
    namespace: 'quotafit-system',
    delayMs: 30_000,
    now: () => new Date('2026-06-01T12:00:00Z'),
    onError,
  });
}

function recordIn(api: ObjectStore): DenialRecord {
  const record = readRecord(stringAt(api.objects.get(path), 'data', 'denials.json'));
  if (record === null) throw new Error('no record');
  return record;
}

const usersIn = (api: ObjectStore) =>
  recordIn(api)
    .denials.map(({ user, days }) => `${user} ${countDays(days)}`)
    .toSorted();

describe('createDenialKeeper', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('writes what came in half a minute at once, and nothing while nothing comes', async () => {
    const api = createObjectStore();
    const { note } = keep(api);
    for (const user of ['alice', 'bob', 'alice']) note(spared(user));
    expect(api.requests).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(usersIn(api)).toEqual(['alice 2', 'bob 1']);
    expect(recordIn(api).denials[0]?.message).toHaveLength(500);
    expect(api.requests.filter((request) => request.startsWith('P'))).toHaveLength(1);
    const { length } = api.requests;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(api.requests).toHaveLength(length);
  });

  it('adds to what an earlier process and other replicas wrote', async () => {
    const api = createObjectStore();
    const [first, second] = [keep(api), keep(api)];
    first.note(spared('alice'));
    second.note(spared('bob'));
    await Promise.all([first.stop(), second.stop()]);
    const third = keep(api);
    third.note(spared('alice'));
    await third.stop();
    expect(usersIn(api)).toEqual(['alice 2', 'bob 1']);
    expect(api.requests.filter((request) => request.startsWith('P')).length).toBeGreaterThanOrEqual(3);
  });

  it('keeps what it could not write, and tries again', async () => {
    const api = createObjectStore();
    const errors: unknown[] = [];
    api.refuse = () => {
      throw new ApiError(500, '', 'etcd is away');
    };
    const { note } = keep(api, (error) => errors.push(error));
    note(spared('alice'));
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(errors).toHaveLength(1);
    api.refuse = () => undefined;
    note(spared('alice'));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(usersIn(api)).toEqual(['alice 2']);
  });

  it('begins anew where somebody damaged the record', async () => {
    const api = createObjectStore();
    await api.send('POST', path.slice(0, path.lastIndexOf('/')), {
      metadata: { name: 'quotafit-denials' },
      data: { 'denials.json': '{', note: 'mine' },
    });
    const { note, stop } = keep(api);
    note(spared('alice'));
    await stop();
    expect(usersIn(api)).toEqual(['alice 1']);
  });

  it('counts what there is no room for', async () => {
    const api = createObjectStore();
    const { note, stop } = keep(api);
    for (let index = 0; index < 1003; index += 1) note(spared('alice', `web-${index}`));
    note(spared('alice', 'web-0'));
    await stop();
    const { denials, leftOut } = recordIn(api);
    expect(denials.length + countDays(leftOut)).toBe(1003);
    expect(countDays(leftOut)).toBeGreaterThanOrEqual(3);
  });

  it('notes nothing of what a controller wrote', async () => {
    const api = createObjectStore();
    const { note, stop } = keep(api);
    note({ ...spared('alice'), kind: 'does-not-fit' });
    await stop();
    expect(usersIn(api)).toEqual([]);
  });

  it('lets be known that it keeps, before there is anything, and leaves what is there', async () => {
    const api = createObjectStore();
    keep(api);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(recordIn(api)).toMatchObject({ since: '2026-06-01T12:00:00.000Z', denials: [] });
    keep(api);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(api.requests).toHaveLength(3);
  });
});
