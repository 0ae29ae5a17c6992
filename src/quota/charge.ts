import type { ResourceList } from '../quantity/quantity.ts';

/** An API resource as messages and `count/` keys name it: `pods`, `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  /** Plural, lower case; `null` for a custom kind whose plural is not known. */
  readonly resource: string | null;
}

/** What scopes of quotas ask about a pod. */
export interface PodTraits {
  readonly kind: 'pod';
  readonly terminating: boolean;
  readonly bestEffort: boolean;
  /** After the Priority plugin; empty for none, `null` when the cluster's default class is not known. */
  readonly priorityClassName: string | null;
  readonly crossNamespaceAffinity: boolean;
  /** Containers that name no request or limit, by the quota key that demands one; empty where pod-level resources excuse them. */
  readonly unspecified: ReadonlyMap<string, readonly string[]>;
}

export interface ClaimTraits {
  readonly kind: 'claim';
  readonly volumeAttributesClasses: readonly string[];
}

/** Every other kind: no scope ever covers it. */
export interface PlainTraits {
  readonly kind: 'plain';
}

/** What one object counts for, before any quota is asked. A quota that names none of these keys is not concerned. */
export interface Charge {
  readonly of: GroupResource;
  readonly traits: ClaimTraits | PlainTraits | PodTraits;
  readonly usage: ResourceList;
}
