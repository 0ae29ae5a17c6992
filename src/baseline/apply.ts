import type { CheckReport, Comparison } from '../report/report.ts';
import { matchFindings, type KnownFinding } from './match.ts';
import { matchDiagnostics, type DigestOf } from './diagnostics.ts';
import type { Baseline } from './schema.ts';

export interface CompareOptions {
  readonly against: Comparison['against'];
  readonly digestOf: DigestOf;
  /** Whether the organisation locks a rule: its findings all stay, known or not. */
  readonly isLocked: (rule: string) => boolean;
}

/** A report with only what is new or worse, and what of the known is gone. */
export interface ComparedReport {
  readonly report: CheckReport;
  readonly fixed: readonly KnownFinding[];
}

/** Keeps of a report what is new or worse than was known. `summary` counts what is kept. */
export function compareReport(
  report: CheckReport,
  known: Pick<Baseline, 'diagnostics' | 'findings'>,
  { against, digestOf, isLocked }: CompareOptions,
): ComparedReport {
  const { changed, fixed } = matchFindings(report.findings, known.findings, isLocked);
  const diagnostics = matchDiagnostics(report.diagnostics, known.diagnostics, digestOf);
  const kept = [...changed, ...diagnostics];
  const before = report.findings.length + report.diagnostics.length;
  const comparison: Comparison = {
    against,
    known: before - kept.length,
    fixed: fixed.map(({ rule, resource, path }) => ({ rule, resource, path })),
    quotas: [],
  };
  const errors = kept.filter(({ level }) => level === 'error').length;
  const summary = { ...report.summary, errors, warnings: kept.length - errors };
  return { report: { ...report, summary, findings: changed, diagnostics, comparison }, fixed };
}
