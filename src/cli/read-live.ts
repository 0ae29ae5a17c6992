import { existsSync } from 'node:fs';
import { ApiError, type ClusterApi } from '../cluster/api.ts';
import { LoginError } from '../cluster/exec-login.ts';
import { openCluster, type ClusterConnection } from '../cluster/connect.ts';
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
    const isMissing = kubeconfig !== undefined && !existsSync(kubeconfig);
    const problem = isMissing ? `there is no kubeconfig ${kubeconfig}` : describeCause(error);
    throw createError('QF_CLUSTER', { problem }, { cause: error });
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

/** What is wrong with a cluster, or with our way to it, and the way out. */
export function tellFault(server: string, error: unknown): string {
  if (error instanceof ApiError) {
    return error.status === 401
      ? `${server} does not know who you are; log in again, or name another context with --context`
      : `${server} answers ${error.status}: ${error.message}`;
  }
  if (error instanceof LoginError) return error.message;
  // An address with several faults, as of IPv4 and IPv6, has its words in each of them.
  const causes = error instanceof AggregateError ? error.errors.map(describeCause) : [describeCause(error)];
  return `${server} cannot be reached: ${causes.join('; ')}`;
}
