import type { JsonObject } from '../../src/manifest/document.ts';

/**
 * One experiment: what is created in a fresh namespace, in this order, each left to settle before the next; and what came of it.
 * `scenarios.jsonl` holds one a line, also those of other recorders, which leave out what is optional here.
 */
export interface Scenario {
  /** Also the namespace's name. */
  readonly id: string;
  readonly family?: string;
  /** The cluster that it is played in: `defaults` has a default StorageClass, a global default PriorityClass and nodes apart. */
  readonly cluster?: ClusterKind;
  /** Quotas and limit ranges. */
  readonly namespace: readonly JsonObject[];
  /** Objects applied next. */
  readonly before: readonly JsonObject[];
  /** In-place resizes of pods of `before`, by pod and container. */
  readonly resize?: readonly Resize[];
  /** The objects whose fate is asked. The same name as in `before` means a new version. */
  readonly apply: readonly JsonObject[];
}

export type ClusterKind = 'plain' | 'defaults';

interface Resize {
  readonly pod: string;
  readonly container: string;
  readonly resources: JsonObject;
}

/** A scenario that was played: the state before `apply` as `kubectl get -o json` prints it, and the truth after. */
export interface Recording extends Scenario {
  readonly state: JsonObject;
  readonly truth: Truth;
}

export type Reason = 'exceeded-quota' | 'must-specify' | 'limit-range' | 'invalid' | 'other';

export interface BlockedBy {
  readonly quota: string;
  /** Sorted names of quota keys. */
  readonly resources: readonly string[];
}

interface Outcome {
  /** Whether the API server stored the object. */
  readonly admitted: boolean;
  /** How the server refused the object, or what was last to be created for it; other recorders put the controller's words before. */
  readonly message: string | null;
  readonly reason: Reason | null;
  /** Quotas and resources that the messages of both recordings name; with several quotas the server names an arbitrary one. */
  readonly blockedBy: readonly BlockedBy[];
  readonly desired: number | null;
  /** Pods that exist, of the old and the new version, without terminating ones. */
  readonly pods: number | null;
  readonly updated: number | null;
  readonly ready: number | null;
}

/** The outcome of the last object, and what the quotas counted. */
export interface Truth extends Outcome {
  /** Quota name, then resource, then `status.used` at the end. */
  readonly usedAfter: Amounts;
  /** The highest `status.used` that a watch saw from just before `apply` on. */
  readonly usedPeak: Amounts;
  /** False when two recordings differ, or when a controller had not finished. */
  readonly settled: boolean;
  /** One for each object of `apply`, in its order; other recorders leave it out and have one object. */
  readonly objects?: readonly ObjectOutcome[];
}

export interface ObjectOutcome extends Outcome {
  readonly kind: string;
  readonly name: string;
  /** Whether pods, pods of the new version, or claims are missing at the end: only then the message is about the end. */
  readonly missing: boolean;
  /** Whether every pod that the strategy replaces is of the new version; `null` where it leaves that to a person. */
  readonly rolled?: boolean | null;
  /** Whether both recordings ended with the same words, generated names aside; else which came last was chance. */
  readonly sameWords?: boolean;
}

export type Amounts = Readonly<Record<string, Readonly<Record<string, string>>>>;
