import { beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../../src/cluster/lease.ts';
import { listAt, objectAt, stringAt } from '../../../src/manifest/fields.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { tendCertificates } from '../../../webhook/tls/self-managed.ts';
import { createObjectStore } from '../../helpers/object-store.ts';

const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/quotafit';
const SECRET = '/api/v1/namespaces/quotafit-system/secrets/quotafit-tls';
const NOW = new Date('2026-06-01T12:00:00Z');

/** As the chart writes it. */
const asInstalled: JsonObject = {
  metadata: { name: 'quotafit' },
  webhooks: [
    { name: 'workloads.quotafit.dev', failurePolicy: 'Fail', clientConfig: { service: { name: 'quotafit' } } },
  ],
};

let store = createObjectStore();
let unregistered = 0;
beforeEach(() => {
  store = createObjectStore();
  unregistered = 0;
  store.objects.set(CONFIGURATION, asInstalled);
});

const round = (holds: boolean, now = NOW) => {
  const lease: Lease = { tryHold: () => Promise.resolve(holds), release: () => Promise.resolve() };
  return tendCertificates(store, {
    namespace: 'quotafit-system',
    lease,
    secret: 'quotafit-tls',
    webhookConfiguration: 'quotafit',
    onUnregistered: () => (unregistered += 1),
    rotation: { names: ['quotafit.quotafit-system.svc'], authorityDays: 30, servingDays: 10, overlapMs: 0 },
    now: () => now,
  });
};

const trusted = (): string =>
  Buffer.from(
    stringAt(listAt(store.objects.get(CONFIGURATION), 'webhooks')[0], 'clientConfig', 'caBundle'),
    'base64',
  ).toString();

describe('self-managed certificates', () => {
  it('are made, kept and trusted by the holder of the Lease, who leaves all else of the configuration as it is', async () => {
    const made = await round(true);
    expect(trusted()).toBe(made?.bundle);
    expect(listAt(store.objects.get(CONFIGURATION), 'webhooks')).toMatchObject(listAt(asInstalled, 'webhooks'));
    expect(await round(true)).toEqual(made);
    expect(store.requests.filter((request) => /^(?:PATCH|POST|PUT)/u.test(request))).toEqual([
      `POST ${SECRET.replace('/quotafit-tls', '')}`,
      `PATCH ${CONFIGURATION}`,
    ]);
  });

  it('are waited for by all others', async () => {
    expect(await round(false)).toBeNull();
    expect(trusted()).toBe('');
  });

  it('are trusted at once where nobody is, though the Lease is still that of an earlier installation', async () => {
    const made = await round(true);
    store.objects.set(CONFIGURATION, asInstalled);
    expect(await round(false)).toEqual(made);
    expect(trusted()).toBe(made?.bundle);
  });

  it.each([true, false])('are served while nobody asks for them, and that is told (holder: %s)', async (holds) => {
    const made = await round(true);
    store.objects.delete(CONFIGURATION);
    expect([await round(holds), unregistered]).toEqual([made, 1]);
  });

  it('are not trusted by who does not hold the Lease where there is a bundle, which may be newer', async () => {
    await round(true);
    const [webhook] = listAt(asInstalled, 'webhooks');
    const newer = { ...objectAt(webhook), clientConfig: { caBundle: 'bmV3ZXI=' } };
    store.objects.set(CONFIGURATION, { ...asInstalled, webhooks: [newer] });
    await round(false);
    expect(trusted()).toBe('newer');
  });
});
