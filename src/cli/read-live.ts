import type { ClusterApi } from '../cluster/api.ts';
import { openCluster, type ClusterConnection } from '../cluster/connect.ts';
import { tellFault } from '../cluster/fault.ts';
import { takeSnapshot, type SnapshotOrder, type TakenSnapshot } from '../cluster/take-snapshot.ts';
import { createError, describeCause } from '../errors.ts';
import type { ClusterFlags } from './fit-flags.ts';
import { useSnapshot, type GatheredState, type StateOrder } from './gather-state.ts';
import type { Io } from './io.ts';
import { namespacesOf } from './release-namespaces.ts';
import { tellState } from './tell-state.ts';

const REQUEST_TIMEOUT_MS = 30_000;

/** Reads the namespaces that a release goes to, and no others. @throws QuotafitError when the cluster cannot be read */
export async function readLive(flags: ClusterFlags, order: StateOrder, io: Io): Promise<GatheredState> {
  const cluster = await connect(flags);
  const namespace = order.namespace || cluster.namespace || 'default';
  const namespaces = [...namespacesOf(order.release, namespace)];
  const release = order.release.map(({ value }) => value);
  const { snapshot, missing } = await readCluster(cluster, { namespaces, kinds: order.kinds, release, now: io.now() });
  const diagnostics = tellState(snapshot, missing, order.release, namespace);
  return { ...useSnapshot(snapshot, 'live', namespace), diagnostics };
}

/** @throws QuotafitError when no cluster is named, or the kubeconfig cannot be used */
export async function connect({ context, kubeconfig }: ClusterFlags): Promise<ClusterConnection> {
  try {
    return await openCluster({
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      ...(context !== undefined && { context }),
      ...(kubeconfig !== undefined && { kubeconfig }),
    });
  } catch (error) {
    throw createError('QF_CLUSTER', { problem: describeCause(error) }, { cause: error });
  }
}

/** @throws QuotafitError when the API server cannot be reached, or does not let us in */
export function readCluster(cluster: ClusterConnection, order: SnapshotOrder): Promise<TakenSnapshot> {
  return askCluster(cluster, (api) => takeSnapshot(api, order));
}

/** @throws QuotafitError when the API server cannot be reached, or does not let us in */
export async function askCluster<Value>(
  { api, server }: ClusterConnection,
  ask: (api: ClusterApi) => Promise<Value>,
): Promise<Value> {
  try {
    return await ask(api);
  } catch (error) {
    throw createError('QF_CLUSTER', { problem: tellFault(server, error) }, { cause: error });
  }
}
