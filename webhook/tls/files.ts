import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
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
 * Watches the folders, because a mounted Secret is renewed by swapping a symbolic link, and reads again every
 * `pollMs` where the file system sends no events.
 * @returns a function that stops watching
 */
export function watchKeyPair(
  files: CertificateFiles,
  current: KeyPair,
  settings: { readonly pollMs: number; readonly settleMs: number },
  onChange: (pair: KeyPair) => void,
  onError: (error: unknown) => void,
): () => void {
  let served = current;
  let failure = '';
  let timer: NodeJS.Timeout | null = null;
  const look = () => {
    timer = null;
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
  const soon = () => {
    timer ??= setTimeout(look, settings.settleMs);
  };
  const watchers = [...new Set([dirname(files.certFile), dirname(files.keyFile)])].map((folder) =>
    watch(folder, soon).on('error', onError),
  );
  const poll = setInterval(look, settings.pollMs);
  poll.unref();
  return () => {
    clearInterval(poll);
    if (timer !== null) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
