import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../manifest/document.ts';
import { integerAt, objectAt, stringAt } from '../manifest/fields.ts';
import { ApiError, type ClusterApi } from './api.ts';
import { getOrNull } from './get-or-null.ts';

export interface LeaseSettings {
  readonly namespace: string;
  readonly name: string;
  /** Who we are: the pod's name. */
  readonly identity: string;
  readonly durationSeconds: number;
  /** What is written for others to read. */
  readonly now: () => Date;
  /** Milliseconds on a clock that nobody sets: how long the holder has not renewed it is measured by that. */
  readonly clock: () => number;
}

/** One of those who want the same Lease. */
export interface Lease {
  /**
   * Takes or renews it, as leader election of client-go does.
   * @returns whether we hold it for `durationSeconds` from when this was asked; false too when somebody was faster
   * @throws when the API server cannot be asked: then nobody knows, and the caller must act as if it did not hold it
   */
  readonly tryHold: () => Promise<boolean>;
  /**
   * Gives it back if we hold it, so that others need not wait until it lapses.
   * @throws when the API server cannot be asked; then it lapses
   */
  readonly release: () => Promise<void>;
}

/**
 * Somebody else's Lease is free once it has stood unchanged before our eyes for as long as it lasts. No time that
 * stands in it is ever compared: a clock that is wrong, theirs or ours, takes nothing from anybody, and makes nobody wait.
 * @see k8s.io/client-go/tools/leaderelection `tryAcquireOrRenew`
 */
export function createLease(api: ClusterApi, settings: LeaseSettings): Lease {
  const { namespace, name, identity, durationSeconds, now, clock } = settings;
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const path = `${collection}/${name}`;
  const printTime = (): string => now().toISOString().replace('Z', '000Z');
  let seen: { readonly spec: JsonObject; readonly since: number } = { spec: {}, since: clock() };

  function isFree(spec: JsonObject): boolean {
    const holder = stringAt(spec, 'holderIdentity');
    if (holder === '' || holder === identity) return true;
    if (!isDeepStrictEqual(spec, seen.spec)) seen = { spec, since: clock() };
    const lastsSeconds = integerAt(spec, 'leaseDurationSeconds') ?? durationSeconds;
    return clock() - seen.since > lastsSeconds * 1000;
  }

  function printSpec(before: JsonObject): JsonObject {
    const isOurs = stringAt(before, 'holderIdentity') === identity;
    const time = printTime();
    return {
      holderIdentity: identity,
      leaseDurationSeconds: durationSeconds,
      acquireTime: (isOurs && stringAt(before, 'acquireTime')) || time,
      renewTime: time,
      leaseTransitions: (integerAt(before, 'leaseTransitions') ?? 0) + (isOurs ? 0 : 1),
    };
  }

  return {
    async tryHold() {
      const lease = await getOrNull(api, path);
      const spec = objectAt(lease, 'spec');
      if (lease !== null && !isFree(spec)) return false;
      try {
        if (lease === null) {
          const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
          await api.send('POST', collection, { ...body, spec: { ...printSpec({}), leaseTransitions: 0 } });
        } else await api.send('PUT', path, { ...lease, spec: printSpec(spec) });
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) return false;
        throw error;
      }
    },
    async release() {
      const lease = await api.get(path);
      const spec = objectAt(lease, 'spec');
      if (stringAt(spec, 'holderIdentity') !== identity) return;
      const free = { ...spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: printTime() };
      await api.send('PUT', path, { ...lease, spec: free });
    },
  };
}
