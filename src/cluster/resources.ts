/** One resource of the API that verdicts need. */
export interface ClusterResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural, as in the path. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** One of a group that not every cluster has; the version is the one that the group prefers. */
export interface GoverningResource extends Omit<ClusterResource, 'apiVersion'> {
  readonly group: string;
}

const namespaced = (apiVersion: string, kind: string, resource: string): ClusterResource => ({
  apiVersion,
  kind,
  resource,
  namespaced: true,
});
const clusterWide = (apiVersion: string, kind: string, resource: string): ClusterResource => ({
  apiVersion,
  kind,
  resource,
  namespaced: false,
});

/** What is read of a cluster. Never Secrets. The chart's role names the same; a test holds the two together. */
export const clusterResources: readonly ClusterResource[] = [
  clusterWide('v1', 'Namespace', 'namespaces'),
  clusterWide('v1', 'Node', 'nodes'),
  clusterWide('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses'),
  clusterWide('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses'),
  clusterWide('storage.k8s.io/v1', 'StorageClass', 'storageclasses'),
  namespaced('v1', 'ResourceQuota', 'resourcequotas'),
  namespaced('v1', 'LimitRange', 'limitranges'),
  namespaced('v1', 'Pod', 'pods'),
  namespaced('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  namespaced('v1', 'Service', 'services'),
  namespaced('v1', 'ReplicationController', 'replicationcontrollers'),
  namespaced('apps/v1', 'Deployment', 'deployments'),
  namespaced('apps/v1', 'ReplicaSet', 'replicasets'),
  namespaced('apps/v1', 'StatefulSet', 'statefulsets'),
  namespaced('apps/v1', 'DaemonSet', 'daemonsets'),
  namespaced('batch/v1', 'Job', 'jobs'),
  namespaced('batch/v1', 'CronJob', 'cronjobs'),
  namespaced('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
];

/** What rules on more than one object look at in a live cluster, beside the above. */
export const ruleResources: readonly ClusterResource[] = [
  namespaced('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
];

/** What a snapshot holds: volumes too, for which claims of classes without provisioner wait. No quota counts them. */
export const snapshotResources: readonly ClusterResource[] = [
  ...clusterResources,
  clusterWide('v1', 'PersistentVolume', 'persistentvolumes'),
];

/** What decides about namespaces beside their own quotas, where a cluster has it. */
export const governingResources: readonly GoverningResource[] = [
  { group: 'quota.openshift.io', kind: 'ClusterResourceQuota', resource: 'clusterresourcequotas', namespaced: false },
  {
    group: 'hnc.x-k8s.io',
    kind: 'HierarchicalResourceQuota',
    resource: 'hierarchicalresourcequotas',
    namespaced: true,
  },
  { group: 'kueue.x-k8s.io', kind: 'LocalQueue', resource: 'localqueues', namespaced: true },
];

/**
 * How tenants see the quotas of OpenShift that cover their project: listed in one namespace only, and not watched.
 * @see github.com/openshift/openshift-apiserver `AppliedClusterResourceQuotaREST`
 */
export const tenantQuotas: GoverningResource = {
  group: 'quota.openshift.io',
  kind: 'AppliedClusterResourceQuota',
  resource: 'appliedclusterresourcequotas',
  namespaced: true,
};

/** Those of them that the cluster has. @param versions - by group, as `readGroupVersions` gives them */
export function listServed(
  governing: readonly GoverningResource[],
  versions: ReadonlyMap<string, string>,
): readonly ClusterResource[] {
  return governing.flatMap(({ group, ...resource }) => {
    const apiVersion = versions.get(group);
    return apiVersion === undefined ? [] : [{ apiVersion, ...resource }];
  });
}

/** Where a resource is listed: everywhere, or in one namespace. */
export function listPath(
  { apiVersion, resource, namespaced: inNamespace }: ClusterResource,
  namespace?: string,
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return inNamespace && namespace !== undefined ? `${root}/namespaces/${namespace}/${resource}` : `${root}/${resource}`;
}
