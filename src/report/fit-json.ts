import type { FitReport } from '../fit/fit-report.ts';

/** Prints the answer for programs, as it stands. */
export function printFitJson(report: FitReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
