import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../../../src/cluster/api.ts';
import type { JsonObject } from '../../../../src/manifest/document.ts';
import { watchBreakGlass } from '../../../../webhook/audit/break-glass.ts';
import { objectOf } from '../../../helpers/kube-objects.ts';
import { createObjectStore } from '../../../helpers/object-store.ts';

const namespace = (labels: JsonObject = {}) =>
  objectOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', labels } });
const open = { 'quotafit.dev/break-glass': 'true' };

function start() {
  const api = createObjectStore();
  const registry = new Registry();
  const errors: unknown[] = [];
  let held = namespace();
  const settings = { instance: 'quotafit-0', now: () => new Date(0), onError: (error: unknown) => errors.push(error) };
  const tell = watchBreakGlass(api, registry, settings, () => [held]);
  const seen = (object: typeof held): void => {
    held = object;
    tell(object);
  };
  const events = () => [...api.objects.values()].map(({ reason, type, message }) => ({ reason, type, message }));
  return { api, registry, errors, seen, events };
}

describe('watchBreakGlass', () => {
  it('leaves an Event when the label comes and one when it goes, and a metric in between', async () => {
    const { seen, events, registry } = start();
    seen(namespace());
    expect(events()).toEqual([]);
    seen(namespace(open));
    seen(namespace({ ...open, other: 'x' }));
    expect(events()).toEqual([
      {
        reason: 'QuotafitBreakGlass',
        type: 'Warning',
        message:
          'break-glass: quotafit judges nothing in a any more; to end it: kubectl label namespace a quotafit.dev/break-glass-',
      },
    ]);
    expect(await registry.metrics()).toContain('quotafit_break_glass{namespace="a"} 1');
    seen(namespace());
    expect(events()[1]).toMatchObject({ type: 'Normal', message: 'break-glass was ended: quotafit judges in a again' });
    expect(await registry.metrics()).not.toContain('quotafit_break_glass{');
  });

  it('knows the label whatever its value, as the API server does', () => {
    const { seen, events } = start();
    seen(namespace({ 'quotafit.dev/break-glass': '' }));
    expect(events()).toHaveLength(1);
  });

  it('leaves one Event, however many replicas see the same', async () => {
    const { api, seen, events, errors } = start();
    const settings = {
      instance: 'quotafit-1',
      now: () => new Date(1),
      onError: (error: unknown) => errors.push(error),
    };
    const other = watchBreakGlass(api, new Registry(), settings, () => []);
    seen(namespace(open));
    other(namespace(open));
    await vi.waitFor(() => expect(api.requests).toHaveLength(2), { timeout: 15_000 });
    expect([events().length, errors]).toEqual([1, []]);
  });

  it('tells of an Event that cannot be written', async () => {
    const { api, seen, errors } = start();
    api.refuse = () => {
      throw new ApiError(403, 'Forbidden', 'no');
    };
    seen(namespace(open));
    await vi.waitFor(() => expect(errors).toHaveLength(1), { timeout: 15_000 });
  });

  it('looks at namespaces alone', () => {
    const { api, seen } = start();
    seen(objectOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'a', labels: open } }));
    expect(api.requests).toEqual([]);
  });
});
