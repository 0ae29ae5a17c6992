import type { JsonObject, KubernetesObject } from '../manifest/document.ts';

export type WorkloadFamily =
  | 'CronJob'
  | 'Custom'
  | 'DaemonSet'
  | 'Deployment'
  | 'Job'
  | 'Pod'
  | 'PodTemplate'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'StatefulSet';

/** How many pods are made of one template in the steady state, as far as the object itself says. */
export type Replicas =
  /** `written`: the number as it stands in the object, `null` when the kind's default holds. */
  | { readonly kind: 'count'; readonly written: number | null; readonly count: number }
  | { readonly kind: 'per-node' }
  /** A PodTemplate, or a CronJob between runs: nothing runs by itself. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly missing: string };

/** One pod template of a workload; a Pod is its own. */
export interface PodTemplate {
  /** JSON pointer to the object that holds `metadata` and `spec`: `''` for a Pod, `/spec/template` for a Deployment. */
  readonly pointer: string;
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  readonly replicas: Replicas;
}

export interface Workload {
  readonly object: KubernetesObject;
  readonly family: WorkloadFamily;
  readonly templates: readonly PodTemplate[];
  /** Objects of other kinds that the kind's controller makes besides pods, from its description. */
  readonly children: readonly CountedChild[];
}

/** `count` objects of one resource (`replicasets.apps`) that every object of a custom kind brings with it. */
export interface CountedChild {
  readonly resource: string;
  readonly count: number;
}

/** Where a custom kind keeps its pod templates and their number. Pointers are RFC 6901; `*` is every item or member. */
export interface KindDescription {
  readonly group: string;
  readonly kind: string;
  /** Plural of the kind, for `count/` keys; `null` when not known. */
  readonly plural: string | null;
  readonly templates: readonly TemplateDescription[];
  readonly children: readonly CountedChild[];
}

export interface TemplateDescription {
  /** To the object that holds `metadata` and `spec`. */
  readonly template: string;
  /** To the number of pods; each `*` stands for the same item as in `template`. `null`: not known from the object. */
  readonly replicas: string | null;
  /** What an absent number means; `null`: not known. */
  readonly defaultReplicas: number | null;
}

/** Custom kinds by `kind.group`. */
export type KindTable = ReadonlyMap<string, KindDescription>;

/** Null for objects that make no pods. Bad fields do not throw: what cannot be read is absent or `unknown`. */
export declare function readWorkload(object: KubernetesObject, kinds: KindTable): Workload | null;
