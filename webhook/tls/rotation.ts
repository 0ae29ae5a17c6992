import {
  createAuthority,
  isDueForRotation,
  issueServingCertificate,
  isValidAt,
  mergeBundle,
  type KeyPair,
} from './authority.ts';

/** What the Secret of a self-managed webhook keeps. */
export interface CertificateStore {
  readonly authority: KeyPair;
  /** The authority that takes over once every API server trusts it. */
  readonly next: (KeyPair & { readonly since: Date }) | null;
  readonly serving: KeyPair;
  /** What `caBundle` must hold: each authority that signed, or will sign, a serving certificate in use. */
  readonly bundle: string;
}

export interface RotationSettings {
  readonly names: readonly string[];
  readonly authorityDays: number;
  readonly servingDays: number;
  /** How long the next authority stands in the bundle before it signs: API servers need a moment to hear of it. */
  readonly overlapMs: number;
}

/**
 * One step towards certificates that are valid for long enough. Taken again and again it never serves a certificate
 * that the bundle of the step before did not trust.
 * @param store - `null` when there is none yet, or it cannot be read
 * @returns the same object when there is nothing to do
 */
export async function rotateCertificates(
  store: CertificateStore | null,
  settings: RotationSettings,
  now: Date,
): Promise<CertificateStore> {
  const issue = (authority: KeyPair): Promise<KeyPair> =>
    issueServingCertificate(authority, settings.names, now, settings.servingDays);
  // One that nobody can trust, as it was made while the clock was wrong, is followed at once: nothing is lost by that.
  if (store === null || !isValidAt(store.authority.certificate, now)) {
    const authority = await createAuthority(now, settings.authorityDays);
    return {
      authority,
      next: null,
      serving: await issue(authority),
      bundle: mergeBundle(authority.certificate, store?.bundle ?? '', now),
    };
  }
  // The clock was ahead when it was announced: nobody knows for how long it has been trusted.
  if (store.next !== null && store.next.since > now) return { ...store, next: { ...store.next, since: now } };
  if (store.next !== null && now.getTime() - store.next.since.getTime() >= settings.overlapMs) {
    const authority = { certificate: store.next.certificate, key: store.next.key };
    return {
      authority,
      next: null,
      serving: await issue(authority),
      bundle: mergeBundle(authority.certificate, store.bundle, now),
    };
  }
  if (store.next === null && isDueForRotation(store.authority.certificate, now)) {
    const next = { ...(await createAuthority(now, settings.authorityDays)), since: now };
    return { ...store, next, bundle: mergeBundle(next.certificate, store.bundle, now) };
  }
  if (isDueForRotation(store.serving.certificate, now)) return { ...store, serving: await issue(store.authority) };
  return store;
}

type SecretData = Readonly<Record<string, string>>;

/** As `data` of a `kubernetes.io/tls` Secret, so that other tools read it too. */
export function writeSecretData({ authority, next, serving, bundle }: CertificateStore): SecretData {
  const texts: SecretData = {
    'tls.crt': serving.certificate,
    'tls.key': serving.key,
    'ca.crt': bundle,
    'authority.crt': authority.certificate,
    'authority.key': authority.key,
    ...(next === null
      ? {}
      : { 'next.crt': next.certificate, 'next.key': next.key, 'next.since': next.since.toISOString() }),
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Buffer.from(text, 'utf8').toString('base64')]),
  );
}

/** @returns `null` when anything is missing: then all is made anew */
export function readSecretData(data: Readonly<Record<string, unknown>>): CertificateStore | null {
  const text = (name: string): string => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
  };
  const pair = (certificate: string, key: string): KeyPair => ({ certificate: text(certificate), key: text(key) });
  const [authority, serving, next] = [
    pair('authority.crt', 'authority.key'),
    pair('tls.crt', 'tls.key'),
    pair('next.crt', 'next.key'),
  ];
  const bundle = text('ca.crt');
  if ([authority, serving].some(({ certificate, key }) => certificate === '' || key === '') || bundle === '')
    return null;
  const since = new Date(text('next.since'));
  const hasNext = next.certificate !== '' && next.key !== '' && !Number.isNaN(since.getTime());
  return { authority, serving, bundle, next: hasNext ? { ...next, since } : null };
}
