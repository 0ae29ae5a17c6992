import type { CheckReport, Comparison, ResourceId } from '../report/report.ts';
import { matchFindings, type FindingChanges, type KnownFinding } from './match.ts';
import { matchDiagnostics, type DiagnosticChanges, type DigestOf, type KnownDiagnostic } from './diagnostics.ts';
import type { Baseline } from './schema.ts';

export interface CompareOptions {
  readonly against: Comparison['against'];
  readonly digestOf: DigestOf;
  /** Whether the organisation locks a rule: its findings all stay, known or not. */
  readonly isLocked: (rule: string) => boolean;
}

/** What there was before: of a baseline file, or of an earlier commit. */
export interface Known {
  readonly findings: readonly KnownFinding[];
  readonly diagnostics: readonly KnownDiagnostic[];
}

/** A report with only what is new or worse, and the baseline that its findings deserve. */
export interface ComparedReport {
  readonly report: CheckReport;
  readonly comparison: Comparison;
  readonly changes: FindingChanges;
  readonly diagnosticChanges: DiagnosticChanges;
}

/** Keeps of a report what is new or worse than was known. `summary` counts what is kept. */
export function compareReport(
  report: CheckReport,
  known: Known,
  { against, digestOf, isLocked }: CompareOptions,
): ComparedReport {
  const changes = matchFindings(report.findings, known.findings, isLocked);
  const diagnosticChanges = matchDiagnostics(report.diagnostics, known.diagnostics, digestOf);
  const findings = changes.changed;
  const diagnostics = diagnosticChanges.changed;
  const kept = [...findings, ...diagnostics];
  const comparison: Comparison = {
    against,
    known: report.findings.length + report.diagnostics.length - kept.length,
    fixed: changes.fixed.map(({ rule, resource, path }) => ({ rule, resource, path })),
    quotas: [],
  };
  const errors = kept.filter(({ level }) => level === 'error').length;
  const summary = { ...report.summary, errors, warnings: kept.length - errors };
  return { report: { ...report, summary, findings, diagnostics, comparison }, comparison, changes, diagnosticChanges };
}

/** What a run judged; of anything else it cannot say that it was mended. */
export interface Judged {
  readonly hasResource: (resource: ResourceId) => boolean;
  readonly hasFile: (file: string) => boolean;
}

/**
 * The baseline without what is fixed, and with what got better as it stands now, so that neither can come back unnoticed.
 * Never has more in it than before.
 */
export function tightenBaseline(
  baseline: Baseline,
  { changes, diagnosticChanges }: ComparedReport,
  judged: Judged,
): Baseline {
  return {
    ...baseline,
    findings: [...changes.remaining, ...changes.fixed.filter(({ resource }) => !judged.hasResource(resource))],
    diagnostics: [
      ...diagnosticChanges.remaining,
      ...diagnosticChanges.fixed.filter(({ file }) => !judged.hasFile(file)),
    ],
  };
}
