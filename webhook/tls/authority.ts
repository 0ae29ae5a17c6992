import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A new certificate is valid a little before now, for API servers whose clock is behind. */
const BACKDATE_MS = 60 * 60 * 1000;

x509.cryptoProvider.set(webcrypto);

/** Makes a certificate authority of our own, for a `caBundle`. */
export async function createAuthority(now: Date, days: number): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: 'CN=quotafit-webhook-ca',
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/**
 * Issues a serving certificate.
 * @param names - DNS names, such as `quotafit.quotafit-system.svc`, and addresses: whatever the API server dials
 */
export async function issueServingCertificate(
  authority: KeyPair,
  names: readonly string[],
  now: Date,
  days: number,
): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await importKey(authority.key);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: `CN=${names[0] ?? 'quotafit'}`,
    issuer: issuer.subject,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/**
 * Whether it is time for the next certificate: this one has lived two thirds of its life, cannot be read, or is not valid
 * yet, having been made while the clock was ahead.
 */
export function isDueForRotation(certificatePem: string, now: Date): boolean {
  try {
    const { notBefore, notAfter } = new x509.X509Certificate(certificatePem);
    const age = now.getTime() - notBefore.getTime();
    return age < 0 || age * 3 >= (notAfter.getTime() - notBefore.getTime()) * 2;
  } catch {
    return true;
  }
}

/** Whether anybody whose clock is ours can trust it. */
export function isValidAt(certificatePem: string, now: Date): boolean {
  try {
    const { notBefore, notAfter } = new x509.X509Certificate(certificatePem);
    return notBefore <= now && now < notAfter;
  } catch {
    return false;
  }
}

/**
 * The certificates of a `caBundle` that are still valid, newest first, with `next` in front.
 * While both stand in it, serving certificates of the old and of the new authority are trusted.
 */
export function mergeBundle(next: string, bundle: string, now: Date): string {
  const old = (bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).filter((pem) => {
    try {
      return new x509.X509Certificate(pem).notAfter > now && pem.trim() !== next.trim();
    } catch {
      return false;
    }
  });
  return [next, ...old].map((pem) => `${pem.trim()}\n`).join('');
}

function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}
