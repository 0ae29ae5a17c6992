import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync, renameSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeCause } from '../../../src/errors.ts';
import { createAuthority, type KeyPair } from '../../../webhook/tls/authority.ts';
import { readKeyPair, watchKeyPair } from '../../../webhook/tls/files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a pair as the kubelet mounts a Secret: a `..data` link swapped to a new folder. */
function mount(pair: KeyPair, version: string): void {
  mkdirSync(join(folder, version));
  writeFileSync(join(folder, version, 'tls.crt'), pair.certificate);
  writeFileSync(join(folder, version, 'tls.key'), pair.key);
  symlinkSync(version, join(folder, '..next'));
  renameSync(join(folder, '..next'), join(folder, '..data'));
}

function files() {
  return { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
}

describe('readKeyPair', () => {
  it('says which file cannot be used, why, and what it has to be', async () => {
    const [own, other] = [await createAuthority(new Date(), 1), await createAuthority(new Date(), 1)];
    const secret = createPrivateKey(own.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'x',
    });
    const texts = {
      'a.crt': own.certificate,
      'a.key': own.key,
      'b.key': other.key,
      'der.crt': new X509Certificate(own.certificate).raw,
      'locked.key': secret,
      empty: '',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const problemOf = (cert: string, key: string): string => {
      try {
        readKeyPair({ certFile: join(folder, cert), keyFile: join(folder, key) });
        return '';
      } catch (error) {
        return describeCause(error).replaceAll(`${folder}/`, '').replace('cannot serve with this certificate: ', '');
      }
    };
    const noCertificate = 'holds no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----';
    const noKey = 'holds no private key as PEM, or one with a passphrase: it has to have none';
    expect(problemOf('a.crt', 'a.key')).toBe('');
    expect(problemOf('a.crt', 'none.key')).toBe('none.key cannot be read: there is no such file or folder');
    mkdirSync(join(folder, 'in'));
    expect(problemOf('in', 'a.key')).toBe('in cannot be read: it is a folder, and a file is wanted');
    expect(problemOf('a.key', 'a.crt')).toBe(`a.key ${noCertificate}`);
    expect(problemOf('empty', 'a.key')).toBe(`empty ${noCertificate}`);
    expect(problemOf('a.crt', 'empty')).toBe(`empty ${noKey}`);
    expect(problemOf('a.crt', 'locked.key')).toBe(`locked.key ${noKey}`);
    expect(problemOf('der.crt', 'a.key')).toBe(`der.crt ${noCertificate}`);
    expect(problemOf('a.crt', 'b.key')).toBe(
      'the key in b.key is not that of the certificate in a.crt; renew both together',
    );
  });
});

describe('watchKeyPair', () => {
  it('hands over a renewed pair, and keeps the old one while the new does not fit together', async () => {
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => createAuthority(new Date(), 1)));
    if (!first || !second || !third) throw new Error('no pairs');
    mount(first, 'v1');
    symlinkSync('..data/tls.crt', join(folder, 'tls.crt'));
    symlinkSync('..data/tls.key', join(folder, 'tls.key'));
    expect(readKeyPair(files())).toEqual(first);

    const onChange = vi.fn<(pair: KeyPair) => void>();
    const onError = vi.fn<(error: unknown) => void>();
    const stop = watchKeyPair(files(), first, { pollMs: 50, settleMs: 5 }, onChange, onError);
    mount({ certificate: second.certificate, key: first.key }, 'v2');
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce());
    expect(onChange).not.toHaveBeenCalled();
    mount(third, 'v3');
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledExactlyOnceWith(third));
    stop();
  });
});
