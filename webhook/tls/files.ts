import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { createError, describeCause, describeFileFault } from '../../src/errors.ts';
import { watchFolders, type WatchSettings } from '../watch-folders.ts';
import type { KeyPair } from './authority.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** @throws QuotafitError when a file cannot be read or used, or certificate and key do not belong together */
export function readKeyPair({ certFile, keyFile }: CertificateFiles): KeyPair {
  const pair = { certificate: readText(certFile), key: readText(keyFile) };
  if (!readCertificate(certFile, pair.certificate).checkPrivateKey(readKey(keyFile, pair.key))) {
    throw unusable(`the key in ${keyFile} is not that of the certificate in ${certFile}; renew both together`);
  }
  try {
    createSecureContext({ cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw unusable(`${certFile} and ${keyFile} cannot be served: ${describeCause(error)}`, error);
  }
  return pair;
}

const unusable = (problem: string, cause?: unknown): Error => createError('QF_CERTIFICATE', { problem }, { cause });

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(`${file} cannot be read: ${describeFileFault(error)}`, error);
  }
}

/** The first, which is the server's own. */
function readCertificate(file: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw unusable(`${file} holds no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----`, error);
  }
}

function readKey(file: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw unusable(`${file} holds no private key as PEM, or one with a passphrase: it has to have none`, error);
  }
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
