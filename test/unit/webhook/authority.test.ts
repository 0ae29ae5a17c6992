import { X509Certificate } from 'node:crypto';
import { createServer, connect } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  createAuthority,
  isDueForRotation,
  issueServingCertificate,
  mergeBundle,
} from '../../../webhook/tls/authority.ts';

const now = new Date('2026-11-23T00:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('a self-managed authority', () => {
  it('issues a certificate that a TLS client trusts by the bundle alone', async () => {
    const today = new Date();
    const authority = await createAuthority(today, 365);
    const serving = await issueServingCertificate(authority, ['quotafit.test.svc'], today, 30);
    const server = createServer({ cert: serving.certificate, key: serving.key }, (socket) => socket.end('ok'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const dial = (servername: string) => {
      const socket = connect({ host: '127.0.0.1', port, servername, ca: authority.certificate });
      return once(socket, 'secureConnect').finally(() => socket.destroy());
    };
    await expect(dial('quotafit.test.svc')).resolves.toBeDefined();
    await expect(dial('other.test.svc')).rejects.toThrow('does not match');
    server.close();
  });

  it('signs with the authority, which may sign nothing but leaves', async () => {
    const authority = await createAuthority(now, 365);
    const serving = new X509Certificate((await issueServingCertificate(authority, ['a.svc'], now, 30)).certificate);
    const issuer = new X509Certificate(authority.certificate);
    expect(serving.verify(issuer.publicKey)).toBe(true);
    expect(serving.ca).toBe(false);
    expect(issuer.ca).toBe(true);
  });
});

describe('isDueForRotation', () => {
  it('says so from two thirds of the life on', async () => {
    const { certificate } = await createAuthority(now, 30);
    expect(isDueForRotation(certificate, later(19))).toBe(false);
    expect(isDueForRotation(certificate, later(20))).toBe(true);
  });

  it('says so of what is no certificate', () => {
    expect(isDueForRotation('junk', now)).toBe(true);
  });
});

describe('mergeBundle', () => {
  it('keeps valid older authorities behind the next, and drops expired ones, doubles and junk', async () => {
    const [expired, old, next] = await Promise.all([
      createAuthority(later(-60), 30),
      createAuthority(now, 30),
      createAuthority(now, 90),
    ]);
    const bundle = `${expired.certificate}\n${old.certificate}\n${next.certificate}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    expect(mergeBundle(next.certificate, bundle, now)).toBe(`${next.certificate.trim()}\n${old.certificate.trim()}\n`);
  });
});
