import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Told } from './report.ts';

/** One entry of a GitLab Code Quality report. */
interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'critical' | 'major' | 'minor';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

/**
 * Prints a report as a GitLab Code Quality artifact. Fingerprints hold no file and no line, so that the merge request
 * widget shows neither moved lines nor renamed files as new; the second of two equal ones is numbered, since GitLab drops it otherwise.
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function printGitlab(report: Told): string {
  const number = createCounter();
  const issues: CodeQualityIssue[] = [
    ...report.diagnostics.map(({ level, file, line, message }) => ({
      description: message,
      check_name: 'input',
      fingerprint: hash(number(`input ${file} ${message}`)),
      severity: level === 'error' ? ('critical' as const) : ('minor' as const),
      location: locate(file, line, line),
    })),
    ...report.findings.map(({ level, file, line, endLine, rule, message, fingerprint }) => ({
      description: message,
      check_name: rule,
      fingerprint: hash(number(fingerprint)),
      severity: level === 'error' ? ('major' as const) : ('minor' as const),
      location: locate(file, line, endLine),
    })),
  ];
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function locate(file: string, begin: number, end: number): CodeQualityIssue['location'] {
  // GitLab compares paths as text with those of the diff: `./a.yaml` would match nothing.
  return { path: posix.normalize(file), lines: { begin: Math.max(begin, 1), end: Math.max(end, 1) } };
}

/** Appends how often a text has come before, from its second time on. */
function createCounter(): (text: string) => string {
  const seen = new Map<string, number>();
  return (text) => {
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    return times === 0 ? text : `${text} ${times}`;
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
