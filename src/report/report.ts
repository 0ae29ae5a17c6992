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
}
