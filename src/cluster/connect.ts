import type { ClusterApi } from './api.ts';
import { createClusterApi } from './http-api.ts';
import { loadKubeConfig } from './load-kubeconfig.ts';

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

/** Reads the kubeconfig, and loads the client library only now. @throws when there is none or the context is unknown */
export async function openCluster(options: ConnectOptions): Promise<ClusterConnection> {
  // Its index would load a class for every kind of Kubernetes' API.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = loadKubeConfig(KubeConfig, options.kubeconfig || undefined);
  // As kubectl has it, a name that a script left empty is none.
  if (options.context !== undefined && options.context !== '') {
    if (config.getContextObject(options.context) === null) {
      const known = config.getContexts().map((context) => context.name);
      throw new Error(`no context ${options.context} in the kubeconfig; it has: ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(options.context);
  }
  const context = config.getContextObject(config.getCurrentContext());
  if (context !== null && config.getCluster(context.cluster) === null) {
    throw new Error(`context ${context.name} is of cluster ${context.cluster}, which the kubeconfig does not have`);
  }
  const server = config.getCurrentCluster()?.server ?? '';
  if (context !== null && !URL.canParse(server)) {
    throw new Error(`the server of cluster ${context.cluster} in the kubeconfig is no URL: ${server}`);
  }
  if (context !== null && config.getUser(context.user) === null) {
    throw new Error(`context ${context.name} is of user ${context.user}, which the kubeconfig does not have`);
  }
  return {
    api: createClusterApi(config, options.requestTimeoutMs),
    server,
    namespace: context?.namespace ?? '',
  };
}
