import type { KubernetesObject } from '../manifest/document.ts';
import type { Charge } from '../quota/charge.ts';
import type { Blocker, RefusalReason } from '../quota/judge.ts';
import type { LimitedResource } from '../quota/quota-state.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import type { PodShape } from '../workload/pod-shape.ts';

/** One write to the API server. An update has the stored object as `old`. */
export interface AdmissionRequest {
  readonly object: KubernetesObject;
  readonly old?: KubernetesObject;
  /** `resize` of a pod; without it the object itself is written. */
  readonly subresource?: 'resize';
}

export interface AdmissionOptions {
  /** Minor of Kubernetes 1: 37. */
  readonly kubernetesMinor: number;
  readonly limitedResources?: readonly LimitedResource[];
}

/** What the server makes of the request before quota is asked. */
export type Preparation =
  | {
      readonly kind: 'ready';
      readonly charge: Charge;
      /** The effective pod; `null` for other kinds. */
      readonly pod: PodShape | null;
      /** The class of a claim after the cluster's default; `null` for other kinds, empty for none. */
      readonly storageClassName: string | null;
      /** What could not be known, such as `priority classes`; the charge holds without it. */
      readonly missing: readonly string[];
    }
  | Refusal
  | UnknownAdmission;

export interface Refusal {
  readonly kind: 'refused';
  /** What the server meets first when several reasons apply. */
  readonly reason: RefusalReason;
  /** The server's whole message: `pods "web" is forbidden: exceeded quota: ...`. */
  readonly message: string;
  /** Every quota and resource that refuses, not only the one that the message names. */
  readonly blockedBy: readonly Blocker[];
}

export interface UnknownAdmission {
  readonly kind: 'unknown';
  readonly missing: readonly string[];
}

export type Admission =
  | {
      readonly kind: 'admitted';
      readonly charge: Charge;
      readonly pod: PodShape | null;
      readonly storageClassName: string | null;
      /** What each quota adds to its `used`, by quota name. */
      readonly charges: ReadonlyMap<string, ResourceList>;
      readonly missing: readonly string[];
    }
  | Refusal
  | UnknownAdmission;

/**
 * All that happens to a write before quota: decoding, defaults, mutating plugins, validation, limit ranges.
 * It does not depend on what quotas hold, so for many pods of one template it is needed once.
 */
export declare function prepareObject(
  request: AdmissionRequest,
  namespace: NamespaceState,
  cluster: ClusterState,
  options: AdmissionOptions,
): Preparation;

/** `prepareObject`, then quota: what the API server would answer. */
export declare function admitObject(
  request: AdmissionRequest,
  namespace: NamespaceState,
  cluster: ClusterState,
  options: AdmissionOptions,
): Admission;

/** The pod that a controller makes of a template, as an object to admit; its generated name part is `*`. */
export declare function podOf(
  template: { readonly metadata: KubernetesObject['value']; readonly spec: KubernetesObject['value'] },
  name: string,
  namespace: string,
): KubernetesObject;
