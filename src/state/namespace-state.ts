import type { LimitRange } from '../admission/limit-range.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { QuotaState } from '../quota/quota-state.ts';
import type { ResourceList } from '../quantity/quantity.ts';

/** Something outside Kubernetes' own quota that decides about a namespace, so that our verdict cannot be whole. */
export interface Governor {
  readonly kind: 'Capsule' | 'ClusterResourceQuota' | 'HNC' | 'Kueue';
  readonly name: string;
}

/** What a namespace holds, as far as it is known. */
export interface NamespaceState {
  readonly name: string;
  /** In the order in which they stand in the state. */
  readonly quotas: readonly QuotaState[];
  /** In the order in which they stand in the state; the server's own order is arbitrary. */
  readonly limitRanges: readonly LimitRange[];
  /** By kind and API group, as `objectKind` of src/quota/resource-name.ts writes them (`Deployment.apps`, `Pod`). */
  readonly objects: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly governedBy: readonly Governor[];
  /** Resources that may not be read here: `resourcequotas`; custom workloads with their group: `rollouts.argoproj.io`. */
  readonly unread: readonly string[];
}

export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: string;
}

export interface RuntimeClass {
  readonly name: string;
  /** `overhead.podFixed`; `null` when the class has none. */
  readonly overhead: ResourceList | null;
}

export interface StorageClass {
  readonly name: string;
  /** Annotated as the cluster's default; of several the youngest wins, then the first by name. */
  readonly isDefault: boolean;
  /** `metadata.creationTimestamp`; empty when not known. */
  readonly createdAt: string;
  /** `null` when not known. */
  readonly allowVolumeExpansion: boolean | null;
  /** `kubernetes.io/no-provisioner`: claims wait for volumes that somebody makes by hand. */
  readonly provisioner: string;
}

export interface DeviceClass {
  readonly name: string;
  readonly extendedResourceName: string | null;
}

/** What the cluster holds beside namespaces; `null` wherever it is not known, which is not the same as none. */
export interface ClusterState {
  /** Without the built-in `system-*` classes, which are always there. */
  readonly priorityClasses: readonly PriorityClass[] | null;
  readonly runtimeClasses: readonly RuntimeClass[] | null;
  readonly storageClasses: readonly StorageClass[] | null;
  readonly deviceClasses: readonly DeviceClass[] | null;
  readonly nodes: readonly KubernetesObject[] | null;
}
