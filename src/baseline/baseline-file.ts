import { Check, Errors } from 'typebox/schema';
import { toKnown, type KnownFinding } from './match.ts';
import { toKnownDiagnostic, type DigestOf, type KnownDiagnostic } from './diagnostics.ts';
import { baselineSchema, type Baseline } from './schema.ts';
import type { CheckReport } from '../report/report.ts';

/** The words for a text that is no baseline which this version reads. */
export interface BaselineProblem {
  readonly kind: 'baseline-problem';
  readonly problem: string;
}

export interface BaselineSource {
  /** What was judged, relative to the folder of the file. */
  readonly paths: readonly string[];
  readonly digestOf: DigestOf;
  readonly isLocked: (rule: string) => boolean;
}

/** What is known once a report has been made; findings of locked rules are left out, since no baseline holds for them. */
export function createBaseline(report: CheckReport, { paths, digestOf, isLocked }: BaselineSource): Baseline {
  return {
    apiVersion: 'quotafit.dev/v1',
    kind: 'Baseline',
    paths: [...paths].sort(),
    findings: report.findings.filter((finding) => !isLocked(finding.rule)).map(toKnown),
    diagnostics: report.diagnostics.map((diagnostic) => toKnownDiagnostic(diagnostic, digestOf)),
  };
}

/**
 * Prints a baseline as JSON with one line for each entry, sorted by what does not move, so that a mended
 * finding is one removed line in a review and two branches that mend different ones merge.
 */
export function printBaseline({ paths, findings, diagnostics }: Baseline): string {
  return [
    '{',
    '  "apiVersion": "quotafit.dev/v1",',
    '  "kind": "Baseline",',
    `  "paths": ${JSON.stringify(paths)},`,
    `  "findings": ${printList(findings.map(printFinding))},`,
    `  "diagnostics": ${printList(diagnostics.map(printDiagnostic))}`,
    '}\n',
  ].join('\n');
}

export function parseBaseline(text: string): Baseline | BaselineProblem {
  const value = parseJson(text);
  if (value === undefined) return { kind: 'baseline-problem', problem: 'it is no JSON' };
  if (Check(baselineSchema, value)) return value;
  const { apiVersion, kind } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Baseline>;
  if (kind === 'Baseline' && apiVersion !== 'quotafit.dev/v1') {
    const other = JSON.stringify(apiVersion) ?? 'no version';
    return { kind: 'baseline-problem', problem: `it is of ${other}, this quotafit reads "quotafit.dev/v1"` };
  }
  const [, errors] = Errors(baselineSchema, value);
  const [first] = errors;
  return {
    kind: 'baseline-problem',
    problem: `${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`.trim(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The order of the members is fixed here, whatever the value came from: the fingerprint first, since lines are sorted.
function printFinding({ fingerprint, aspect, rule, level, resource, path, amounts }: KnownFinding): string {
  const { apiVersion, kind, namespace, name } = resource;
  return JSON.stringify({
    fingerprint,
    aspect,
    rule,
    level,
    resource: { apiVersion, kind, namespace, name },
    path,
    amounts,
  });
}

function printDiagnostic({ file, message, level, digest }: KnownDiagnostic): string {
  return JSON.stringify({ file, message, level, digest });
}

function printList(entries: readonly string[]): string {
  if (entries.length === 0) return '[]';
  const lines = [...entries].sort().map((entry) => `    ${entry}`);
  return `[\n${lines.join(',\n')}\n  ]`;
}
