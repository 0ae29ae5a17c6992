import type { ClusterApi } from './api.ts';
import { createClusterApi } from './http-api.ts';

export interface ConnectOptions {
  /** A file; otherwise as kubectl finds it: KUBECONFIG, the home folder, then the pod's service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly requestTimeoutMs: number;
}

/** A cluster, and what the kubeconfig says beside its address. */
export interface ClusterConnection {
  readonly api: ClusterApi;
  /** Of the context: `https://10.0.0.1:6443`. */
  readonly server: string;
  /** Where the context puts objects that name no namespace; empty when it does not say. */
  readonly namespace: string;
}

/** @throws when there is no kubeconfig or the context is unknown */
export async function connectCluster(options: ConnectOptions): Promise<ClusterApi> {
  return (await openCluster(options)).api;
}

/** Where the client library goes when it has found nothing. */
const nowhere = 'http://localhost:8080';

/** Reads the kubeconfig, and loads the client library only now. @throws when there is none or the context is unknown */
export async function openCluster(options: ConnectOptions): Promise<ClusterConnection> {
  // Its index would load a class for every kind of Kubernetes' API.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  if (options.kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(options.kubeconfig);
  if (options.kubeconfig === undefined && config.getCurrentCluster()?.server === nowhere) {
    throw new Error('there is no kubeconfig; name one by KUBECONFIG or --kubeconfig');
  }
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      const known = config.getContexts().map((context) => context.name);
      throw new Error(`no context ${options.context} in the kubeconfig; it has: ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(options.context);
  }
  return {
    api: createClusterApi(config, options.requestTimeoutMs),
    server: config.getCurrentCluster()?.server ?? '',
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? '',
  };
}
