import type { CheckReport } from './report.ts';

/** Prints a report for programs; `schemas/check-report.json` says what is in it. */
export function printJson(report: CheckReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
