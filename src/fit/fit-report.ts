import type { RefusalReason } from '../quota/judge.ts';

/** The outcome of `quotafit fit`; `--output json` prints it as it stands. Amounts are printed as Kubernetes prints them. */
export interface FitReport {
  readonly apiVersion: 'quotafit.dev/v1';
  readonly kind: 'FitReport';
  readonly kubernetesVersion: string;
  readonly state: StateSource;
  /** What was taken for granted, each `name: value`. */
  readonly assumptions: readonly string[];
  readonly diagnostics: readonly FitDiagnostic[];
  readonly workloads: readonly WorkloadFit[];
  readonly quotas: readonly QuotaFit[];
}

export interface StateSource {
  readonly source: 'file' | 'live' | 'none' | 'snapshot';
  /** RFC 3339; `null` when not known. */
  readonly takenAt: string | null;
}

/** Something to know about the input or the answer. `file` is empty and the place 1:1 where it belongs to none. */
export interface FitDiagnostic {
  readonly level: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One quota and resource that refuse, with amounts as printed; `null` where the quota only demands an amount. */
export interface BlockedBy {
  readonly quota: string;
  readonly resource: string;
  readonly requested: string | null;
  readonly used: string | null;
  readonly hard: string | null;
}

/** One object of the release. */
export interface WorkloadFit {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Whether the API server would store the object itself; `null` when that is not known. */
  readonly admitted: boolean | null;
  readonly reason: RefusalReason | null;
  readonly message: string | null;
  readonly blockedBy: readonly BlockedBy[];
  /** What would have to be known for a full answer. */
  readonly unknown: readonly string[];
  /** `null` for objects that make no pods. */
  readonly pods: PodsFit | null;
  /** `null` when nothing rolls. */
  readonly rollout: RolloutFit | null;
  /** The largest number of replicas with which all pods exist, everything else as it is; `null` where it means nothing. */
  readonly maxReplicas: number | null;
}

export interface PodsFit {
  /** `null` when not known. */
  readonly desired: number | null;
  /** Pods that exist once the controllers have settled, of old and new version together; `null` when not known. */
  readonly created: number | null;
  /**
   * Why pods, or claims that they need, are missing: the last refusal that the controller met. Its events outlast it, so
   * this may be told of a workload that has got all its pods by now; `created` against `desired` says whether any is missing.
   */
  readonly reason: RefusalReason | null;
  readonly message: string | null;
  readonly blockedBy: readonly BlockedBy[];
}

/** Whether fewer pods exist than are wanted, as far as both are known. */
export function lacksPods(
  pods: PodsFit | null,
): pods is PodsFit & { readonly created: number; readonly desired: number } {
  return pods !== null && pods.created !== null && pods.desired !== null && pods.created < pods.desired;
}

/** Whether an object is refused, or does not get all its pods. */
export function isLacking({ admitted, pods }: WorkloadFit): boolean {
  return admitted === false || lacksPods(pods);
}

export interface RolloutFit {
  readonly completes: boolean;
  /** The most pods at once if nothing blocked it. */
  readonly peakPods: number;
}

export interface QuotaFit {
  readonly namespace: string;
  readonly name: string;
  readonly resources: Readonly<Record<string, ResourceFit>>;
}

export interface ResourceFit {
  readonly hard: string;
  /** Before the release. */
  readonly used: string;
  /** Once the release has settled. */
  readonly after: string;
  /** What `after` would be if all desired objects existed. */
  readonly wanted: string;
  /** The highest that is wanted on the way: in rollouts, and at autoscalers' maxima. */
  readonly peak: string;
  /** `wanted` is within `hard`. */
  readonly fits: boolean;
  /** `peak` is within `hard`. */
  readonly fitsPeak: boolean;
}
