import type { Diagnostic, JsonObject } from '../manifest/document.ts';

export type Level = 'error' | 'warning' | 'off';

/** One broken rule at one place: the unit that people read, waive and count. */
export interface Finding {
  readonly rule: string;
  readonly level: Exclude<Level, 'off'>;
  /** English or translated sentence, made from the rule's `messageId` and `data`. */
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly resource: ResourceId;
  /** JSON pointer (RFC 6901) inside the object. */
  readonly path: string;
  readonly data: JsonObject;
  /** Where to read about the rule. */
  readonly help: string;
  /** Whether quotafit itself could write the mended manifest. */
  readonly fixable: boolean;
  /** Stable over moved lines and reordered containers: rule, resource, and the pointer with names for indexes. */
  readonly fingerprint: string;
  /** How it stood in the baseline or at the commit compared with, when it is worse now; absent when it is new or nothing was compared. */
  readonly was?: EarlierFinding;
}

/** What is remembered of a finding: enough to tell whether it got worse. */
export interface EarlierFinding {
  readonly level: Finding['level'];
  /** The amounts of its data as they were printed, by name. */
  readonly amounts: Readonly<Record<string, string>>;
}

export interface ResourceId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface CheckSummary {
  readonly files: number;
  /** What kubectl's decoder yields that is not null. */
  readonly documents: number;
  readonly workloads: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly warnings: number;
  readonly waived: number;
  /** Documents that are no Kubernetes objects. */
  readonly skipped: number;
}

/** The outcome of `quotafit check`; `--output json` prints it as it stands. */
export interface CheckReport {
  readonly apiVersion: 'quotafit.dev/v1';
  readonly kind: 'CheckReport';
  readonly kubernetesVersion: string;
  readonly summary: CheckSummary;
  readonly findings: readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
  /** What the findings were compared with; then only those that are new or worse are among them. */
  readonly comparison?: Comparison;
}

/** What every format for machines tells of a report, whatever the report was about. */
export type Told = Pick<CheckReport, 'diagnostics' | 'findings'>;

/** The outcome of comparing a report with a baseline file or an earlier commit. */
export interface Comparison {
  readonly against:
    | { readonly kind: 'baseline'; readonly file: string }
    | { readonly kind: 'commit'; readonly ref: string; readonly commit: string };
  /** Findings and diagnostics that stand no worse than they stood. */
  readonly known: number;
  /** What is gone, in the order of its fingerprints. */
  readonly fixed: readonly FixedFinding[];
  /** Quota amounts whose demand changed; empty where no quota is known. */
  readonly quotas: readonly QuotaChange[];
}

export interface FixedFinding {
  readonly rule: string;
  readonly resource: ResourceId;
  readonly path: string;
}

/** What all desired pods and objects would charge to one resource of one quota, before the change and with it. */
export interface QuotaChange {
  /** Empty where nobody knows it: then the quota is shared by the objects of `file` alone. */
  readonly namespace: string;
  readonly file?: string;
  readonly quota: string;
  readonly resource: string;
  /** Printed amounts; `null` where there was no such quota, or nothing is known. */
  readonly hard: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** Whether the demand fits with the change; `null` when that is not known. */
  readonly fits: boolean | null;
}
