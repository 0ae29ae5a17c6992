import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../src/cluster/api.ts';
import { reduceWritten } from '../src/cluster/reduce-written.ts';
import type { KindTable } from '../src/workload/workload.ts';
import { createRecordStore } from './reservation-record.ts';
import { createReservations } from './reservations.ts';
import type { WebhookConfigFile } from './settings.ts';
import { shareReservations, type SharedReservations, type SharedSettings } from './shared-reservations.ts';
import type { Identity } from './tls/serving.ts';

const DEFAULT_SECONDS = 15;

export interface ReservationDeps {
  readonly api: ClusterApi;
  readonly identity: Identity;
  readonly kinds: KindTable;
  readonly now: () => number;
  readonly onWrite: SharedSettings['onWrite'];
  readonly onError: (error: unknown) => void;
}

/** Reservations of this process alone, or of all replicas, as the configuration says. */
export function openReservations(
  config: WebhookConfigFile['reservations'],
  { api, identity, kinds, now, onWrite, onError }: ReservationDeps,
): SharedReservations {
  const lifetimeMs = (config?.seconds ?? DEFAULT_SECONDS) * 1000;
  const local = createReservations(lifetimeMs, now);
  if (config?.mode !== 'shared') return { ...local, stop: () => undefined };
  return shareReservations(local, createRecordStore(api, identity.namespace), {
    holder: identity.instance,
    lifetimeMs,
    now,
    delay: (ms, signal) => sleep(ms, undefined, { signal }),
    reduce: ({ apiVersion, kind, value }) => reduceWritten(value, apiVersion, kind, kinds),
    onWrite,
    onError,
  });
}
