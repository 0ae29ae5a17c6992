import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  readSecretData,
  rotateCertificates,
  writeSecretData,
  type CertificateStore,
} from '../../../webhook/tls/rotation.ts';

const settings = { names: ['quotafit.q.svc'], authorityDays: 365, servingDays: 30, overlapMs: 600_000 };
const start = new Date('2026-01-01T00:00:00Z');
const after = (days: number, minutes = 0) => new Date(start.getTime() + days * 86_400_000 + minutes * 60_000);

function isTrusted(serving: string, bundle: string, at: Date): boolean {
  const leaf = new X509Certificate(serving);
  return bundle.split(/(?<=-----END CERTIFICATE-----\n)/u).some((pem) => {
    const authority = new X509Certificate(pem);
    return leaf.verify(authority.publicKey) && new Date(authority.validTo) > at && new Date(leaf.validTo) > at;
  });
}

const isValid = (pem: string, at: Date): boolean => {
  const { validFrom, validTo } = new X509Certificate(pem);
  return new Date(validFrom) <= at && at < new Date(validTo);
};

describe('rotateCertificates', () => {
  it('makes everything the first time and then leaves it alone', async () => {
    const store = await rotateCertificates(null, settings, start);
    expect(isTrusted(store.serving.certificate, store.bundle, start)).toBe(true);
    expect(await rotateCertificates(store, settings, after(10))).toBe(store);
  });

  it('trusts a new authority first and signs with it only after the overlap', async () => {
    const store = await rotateCertificates(null, settings, start);
    const announced = await rotateCertificates(store, settings, after(250));
    expect(announced.authority).toBe(store.authority);
    expect(announced.serving).toBe(store.serving);
    expect(announced.bundle).toContain(announced.next?.certificate.trim());
    const waiting = await rotateCertificates(announced, settings, after(250, 9));
    expect(waiting.authority).toBe(store.authority);
    const promoted = await rotateCertificates(waiting, settings, after(250, 10));
    expect(promoted.authority.certificate).toBe(announced.next?.certificate);
    expect(isTrusted(promoted.serving.certificate, announced.bundle, after(250, 10))).toBe(true);
  });

  it('never serves what the bundle of the step before does not trust, over three years', async () => {
    let store = await rotateCertificates(null, settings, start);
    for (let day = 1; day <= 3 * 365; day += 15) {
      for (const now of [after(day), after(day, 20)]) {
        const next = await rotateCertificates(store, settings, now);
        expect(isTrusted(next.serving.certificate, store.bundle, now)).toBe(true);
        expect(isTrusted(next.serving.certificate, next.bundle, now)).toBe(true);
        store = next;
      }
    }
  });
});

describe('a clock that jumps ahead and back again', () => {
  it.each([1, 25, 250, 360, 4000])('leaves no certificate that is not valid yet, after %d days ahead', async (days) => {
    let store = await rotateCertificates(null, settings, start);
    for (const minutes of [0, 20]) store = await rotateCertificates(store, settings, after(days, minutes));
    // Back again: the authority of an hour before, the overlap, and one more round.
    for (const minutes of [30, 31, 42, 43]) store = await rotateCertificates(store, settings, after(0, minutes));
    const now = after(0, 43);
    expect(isTrusted(store.serving.certificate, store.bundle, now)).toBe(true);
    expect([isValid(store.serving.certificate, now), isValid(store.authority.certificate, now)]).toEqual([true, true]);
  });

  it.each([
    ['ahead when it began', 2, 0],
    ['behind when it began', -4000, 0],
    ['ahead by more than certificates live', 4000, 1],
  ])(
    'makes what can be trusted with the first round after the clock is right: it was %s',
    async (_case, days, round) => {
      const wrong = after(days);
      const before = round === 0 ? null : await rotateCertificates(null, settings, start);
      const made = await rotateCertificates(before, settings, wrong);
      expect(isTrusted(made.serving.certificate, made.bundle, wrong)).toBe(true);
      const right = await rotateCertificates(made, settings, after(0, 1));
      for (const { certificate } of [right.serving, right.authority])
        expect(isValid(certificate, after(0, 1))).toBe(true);
      expect(isTrusted(right.serving.certificate, right.bundle, after(0, 1))).toBe(true);
      expect(await rotateCertificates(right, settings, after(0, 2))).toBe(right);
    },
  );

  it('does not trust an authority for longer than it was announced', async () => {
    const store = await rotateCertificates(null, settings, start);
    const announced = await rotateCertificates(store, settings, after(250));
    const back = await rotateCertificates(announced, settings, after(1));
    expect([back.authority, back.next?.since]).toEqual([store.authority, after(1)]);
    expect((await rotateCertificates(back, settings, after(1, 10))).authority.certificate).toBe(
      announced.next?.certificate,
    );
  });
});

describe('the Secret', () => {
  it('gives back what was written', async () => {
    const store = await rotateCertificates(null, settings, start);
    const withNext: CertificateStore = { ...store, next: { ...store.authority, since: start } };
    expect(readSecretData(writeSecretData(store))).toEqual(store);
    expect(readSecretData(writeSecretData(withNext))).toEqual(withNext);
  });

  it.each(['tls.crt', 'tls.key', 'ca.crt', 'authority.crt', 'authority.key'])(
    'is made anew without %s',
    async (name) => {
      const data = writeSecretData(await rotateCertificates(null, settings, start));
      expect(readSecretData({ ...data, [name]: undefined })).toBeNull();
    },
  );
});
