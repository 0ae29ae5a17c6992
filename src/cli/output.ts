import type { CheckReport } from '../report/report.ts';
import { printJson } from '../report/json.ts';
import { printLines, printText } from '../report/text.ts';
import type { Io } from './io.ts';

export const checkFormats = ['text', 'json'] as const;
export type CheckFormat = (typeof checkFormats)[number];

export interface PrintOptions {
  readonly format: CheckFormat;
  readonly quiet: boolean;
  /** The text of a file, for excerpts. */
  readonly sourceOf: (file: string) => string | undefined;
}

export function printReport(report: CheckReport, { format, quiet, sourceOf }: PrintOptions, io: Io): string {
  switch (format) {
    case 'json':
      return printJson(report);
    case 'text':
      if (quiet) return printLines(report);
      return printText(report, { color: wantsColor(io), columns: io.stdout.columns, sourceOf });
  }
}

/** Colour is for people at a terminal who did not ask for none. */
export function wantsColor({ stdout, env }: Pick<Io, 'env' | 'stdout'>): boolean {
  return stdout.isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
