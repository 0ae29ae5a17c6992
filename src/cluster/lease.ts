import { integerAt, objectAt, stringAt } from '../manifest/fields.ts';
import { ApiError, type ClusterApi } from './api.ts';

export interface LeaseSettings {
  readonly namespace: string;
  readonly name: string;
  /** Who we are: the pod's name. */
  readonly identity: string;
  readonly durationSeconds: number;
  readonly now: () => Date;
}

/**
 * Takes or renews a Lease, as leader election of client-go does.
 * @returns whether we hold it until `now + durationSeconds`; false too when somebody was faster
 * @throws when the API server cannot be asked: then nobody knows, and the caller must act as if it did not hold it
 * @see k8s.io/client-go/tools/leaderelection `tryAcquireOrRenew`
 */
export async function tryHoldLease(api: ClusterApi, settings: LeaseSettings): Promise<boolean> {
  const { namespace, name, identity, durationSeconds, now } = settings;
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const time = now().toISOString().replace('Z', '000Z');
  const fresh = { holderIdentity: identity, leaseDurationSeconds: durationSeconds, acquireTime: time, renewTime: time };
  try {
    const lease = await api.get(`${collection}/${name}`);
    const holder = stringAt(lease, 'spec', 'holderIdentity');
    const renewed = Date.parse(stringAt(lease, 'spec', 'renewTime'));
    const lasts = (integerAt(lease, 'spec', 'leaseDurationSeconds') ?? durationSeconds) * 1000;
    const isFree = holder === '' || holder === identity || Number.isNaN(renewed) || renewed + lasts < now().getTime();
    if (!isFree) return false;
    const spec =
      holder === identity ? { ...fresh, acquireTime: stringAt(lease, 'spec', 'acquireTime') || time } : fresh;
    await api.send('PUT', `${collection}/${name}`, { ...lease, spec });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409) return false;
    if (error.status !== 404) throw error;
  }
  try {
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec: fresh };
    await api.send('POST', collection, body);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

/**
 * Gives a Lease back that we hold, so that others need not wait until it lapses.
 * @throws when the API server cannot be asked; then it lapses
 */
export async function releaseLease(api: ClusterApi, { namespace, name, identity, now }: LeaseSettings): Promise<void> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
  const lease = await api.get(path);
  if (stringAt(lease, 'spec', 'holderIdentity') !== identity) return;
  const time = now().toISOString().replace('Z', '000Z');
  const spec = { ...objectAt(lease, 'spec'), holderIdentity: '', leaseDurationSeconds: 1, renewTime: time };
  await api.send('PUT', path, { ...lease, spec });
}
