import type { Diagnostic } from '../manifest/document.ts';
import type { Finding } from './report.ts';

type Placed = Pick<Diagnostic, 'column' | 'file' | 'line' | 'message'>;

/** By file, line, column and rule; what is the same there by pointer and words, so that no order is left to chance. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    comparePlaces(a, b) ||
    compareText(a.rule, b.rule) ||
    compareText(a.path, b.path) ||
    compareText(a.message, b.message)
  );
}

export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return comparePlaces(a, b) || compareText(a.message, b.message);
}

function comparePlaces(a: Placed, b: Placed): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** By code units: the same everywhere, whatever the language of the machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
