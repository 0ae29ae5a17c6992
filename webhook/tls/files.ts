import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { watchFolders, type WatchSettings } from '../watch-folders.ts';
import type { KeyPair } from './authority.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** @throws when a file cannot be read, or certificate and key do not belong together */
export function readKeyPair(files: CertificateFiles): KeyPair {
  const pair = { certificate: readFileSync(files.certFile, 'utf8'), key: readFileSync(files.keyFile, 'utf8') };
  createSecureContext({ cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2' });
  return pair;
}

/**
 * Calls `onChange` with each new valid pair, `onError` when what stands in the files cannot serve: the old pair stays.
 * @returns a function that stops watching
 */
export function watchKeyPair(
  files: CertificateFiles,
  current: KeyPair,
  settings: WatchSettings,
  onChange: (pair: KeyPair) => void,
  onError: (error: unknown) => void,
): () => void {
  let served = current;
  let failure = '';
  const look = (): void => {
    try {
      const pair = readKeyPair(files);
      failure = '';
      if (pair.certificate === served.certificate && pair.key === served.key) return;
      served = pair;
      onChange(pair);
    } catch (error) {
      if (String(error) === failure) return;
      failure = String(error);
      onError(error);
    }
  };
  return watchFolders([dirname(files.certFile), dirname(files.keyFile)], settings, look, onError);
}
