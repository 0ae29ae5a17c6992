import { mkdtempSync, rmSync, symlinkSync, writeFileSync, renameSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
