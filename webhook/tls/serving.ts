import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { createLease } from '../../src/cluster/lease.ts';
import type { WebhookConfigFile } from '../settings.ts';
import type { KeyPair } from './authority.ts';
import { readKeyPair, watchKeyPair } from './files.ts';
import { tendCertificates, type SelfManagedSettings } from './self-managed.ts';

/** What is served now, and how to hear of what shall be served next. */
export interface ServingCertificate {
  readonly pair: KeyPair;
  /** @returns a function that stops it; it settles when nobody has to wait for us any more */
  readonly follow: (onChange: (pair: KeyPair) => void, onError: (error: unknown) => void) => () => Promise<void>;
}

export interface Identity {
  readonly namespace: string;
  /** The pod's name. */
  readonly instance: string;
}

const ROUND_MS = 20_000;
const FIRST_ROUND_MS = 1000;
const FILES = { pollMs: 10_000, settleMs: 200 };
const LEASE_SECONDS = 60;
const ROTATION = { authorityDays: 3650, servingDays: 90, overlapMs: 10 * 60_000 };

/** The certificate to begin with: from files, or of our own authority, waiting while another replica makes it. */
export async function obtainCertificate(
  tls: WebhookConfigFile['tls'],
  api: ClusterApi,
  identity: Identity,
): Promise<ServingCertificate> {
  if (tls.mode === 'files') {
    const pair = readKeyPair(tls);
    return {
      pair,
      follow(onChange, onError) {
        const stop = watchKeyPair(tls, pair, FILES, onChange, onError);
        return () => Promise.resolve(stop());
      },
    };
  }
  let tell: ((error: unknown) => void) | null = null;
  const nobodyAsks = `there is no ValidatingWebhookConfiguration ${tls.webhookConfiguration}: nobody asks this webhook; install the chart again`;
  const settings = readSettings(tls, api, identity, () => tell?.(new Error(nobodyAsks)));
  let store = await tendCertificates(api, settings);
  while (store === null) {
    await sleep(FIRST_ROUND_MS);
    store = await tendCertificates(api, settings);
  }
  const pair = store.serving;
  return {
    pair,
    follow(onChange, onError) {
      tell = onError;
      return tendForever(api, settings, pair, onChange, onError);
    },
  };
}

/** When a PEM certificate ends, in seconds since 1970. */
export function readExpiry(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo) / 1000;
}

const wallClock = (): Date => new Date();
const clock = (): number => performance.now();

function readSettings(
  tls: Extract<WebhookConfigFile['tls'], { mode: 'self-managed' }>,
  api: ClusterApi,
  { namespace, instance }: Identity,
  onUnregistered: () => void,
): SelfManagedSettings {
  const { secret, service, webhookConfiguration, names: more = [] } = tls;
  const names = [`${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`, ...more];
  return {
    namespace,
    lease: createLease(api, {
      namespace,
      name: `${secret}-rotation`,
      identity: instance,
      durationSeconds: LEASE_SECONDS,
      now: wallClock,
      clock,
    }),
    secret,
    webhookConfiguration,
    onUnregistered,
    rotation: { ...ROTATION, names },
    now: wallClock,
  };
}

function tendForever(
  api: ClusterApi,
  settings: SelfManagedSettings,
  first: KeyPair,
  onChange: (pair: KeyPair) => void,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const stop = new AbortController();
  const rounds = async (): Promise<void> => {
    let served = first.certificate;
    for (;;) {
      await sleep(ROUND_MS, undefined, { signal: stop.signal });
      try {
        const store = await tendCertificates(api, settings);
        if (store === null || store.serving.certificate === served) continue;
        served = store.serving.certificate;
        onChange(store.serving);
      } catch (error) {
        onError(error);
      }
    }
  };
  // They end when they are stopped, and in no other way.
  const ended = rounds().catch(() => undefined);
  return async () => {
    stop.abort();
    await ended;
    await settings.lease.release().catch(onError);
  };
}
