import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../src/cluster/api.ts';
import { reduceCustomObject } from '../src/cluster/reduce-custom.ts';
import { reduceObject } from '../src/cluster/reduce.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import { kindKey } from '../src/workload/kinds.ts';
import { groupOf, type KindTable } from '../src/workload/workload.ts';
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
    reduce: (object) => reduceWritten(object, kinds),
    onWrite,
    onError,
  });
}

/** As the watches of the state reduce it. */
function reduceWritten({ apiVersion, kind, value }: KubernetesObject, kinds: KindTable): JsonObject {
  const description = kinds.get(kindKey(groupOf(apiVersion), kind));
  return description === undefined
    ? reduceObject(value, apiVersion, kind)
    : reduceCustomObject(value, apiVersion, description);
}
