import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { FailOn } from '../config/schema.ts';
import { createError } from '../errors.ts';
import type { RuleEntry } from '../policy/catalog.ts';
import { readPackageJson } from '../package-files.ts';
import { printJson } from '../report/json.ts';
import type { CheckReport } from '../report/report.ts';
import type { RuleCard } from '../report/sarif.ts';
import { printSummaryLine } from '../report/summary-line.ts';
import { printLines, printText } from '../report/text.ts';
import type { Io } from './io.ts';
import type { OutputFile } from './write-files.ts';

export const checkFormats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown'] as const;
export type CheckFormat = (typeof checkFormats)[number];

/** Where a report goes: a file, or standard output. */
export interface OutputTarget<Format extends string = CheckFormat> {
  readonly format: Format;
  readonly file: string | null;
}

export interface PrintOptions {
  readonly quiet: boolean;
  readonly failOn: FailOn;
  /** All rules there are, with what is to be said of them. */
  readonly rules: readonly RuleEntry[];
  /** The text of a file, for excerpts. */
  readonly sourceOf: (file: string) => string | undefined;
}

/**
 * Prints a report to every target: files are written whole or not at all, and before anything is said.
 * @param otherFiles - what is to be written with them: all, or nothing
 * @throws QuotafitError when a file cannot be written; then standard output stays empty
 */
export async function deliverReport(
  report: CheckReport,
  targets: readonly OutputTarget[],
  options: PrintOptions,
  io: Io,
  otherFiles: readonly OutputFile[] = [],
): Promise<void> {
  const files = [...otherFiles];
  let printed = '';
  for (const { format, file } of targets) {
    const isFile = file !== null;
    const text = await printReport(report, format, options, isFile ? plain : io);
    if (isFile) files.push({ path: resolve(io.cwd, file), name: file, text });
    else printed += text;
  }
  if (files.length > 0) {
    const { writeFiles } = await import('./write-files.ts');
    writeFiles(files);
  }
  if (targets.some(({ file }) => file !== null)) {
    io.stderr.write(`quotafit: ${printSummaryLine(report)}\n`);
  }
  io.stdout.write(printed);
}

/** A file is read by anybody anywhere, so it is printed for no terminal. */
const plain: Pick<Io, 'env' | 'stdout'> = {
  env: {},
  stdout: { isTerminal: false, columns: 120, write: () => undefined },
};

async function printReport(
  report: CheckReport,
  format: CheckFormat,
  { quiet, failOn, rules, sourceOf }: PrintOptions,
  io: Pick<Io, 'env' | 'stdout'>,
): Promise<string> {
  // What few ask for is loaded by those who do.
  switch (format) {
    case 'json':
      return printJson(report);
    case 'text':
      if (quiet) return printLines(report);
      return printText(report, {
        color: wantsColor(io),
        columns: io.stdout.columns,
        sourceOf,
        remedies: readPackageJson('messages/remedies.en.json') as Record<string, string>,
      });
    case 'sarif': {
      const { printSarif } = await import('../report/sarif.ts');
      return printSarif(report, { version: packageJson.version, rules: rules.map(describeRule) });
    }
    case 'junit': {
      const { printJUnit } = await import('../report/junit.ts');
      return printJUnit(report, { failOn });
    }
    case 'github': {
      const { printGithub } = await import('../report/github.ts');
      return printGithub(report);
    }
    case 'gitlab': {
      const { printGitlab } = await import('../report/gitlab.ts');
      return printGitlab(report);
    }
    case 'markdown': {
      const { printMarkdown } = await import('../report/markdown.ts');
      return printMarkdown(report);
    }
  }
}

function describeRule({ id, title, description, lesson, level, urls }: RuleEntry): RuleCard {
  return { id, title, description: `${description} ${lesson}`.trim(), level, url: urls[0] ?? '' };
}

/** Refuses what could not be told apart: two reports on standard output, or in one file. */
export function checkTargets(targets: readonly OutputTarget<string>[], cwd: string): void {
  const places = targets.map(({ file }) => (file === null ? null : resolve(cwd, file)));
  const repeated = places.find((place, index) => places.indexOf(place) !== index);
  if (repeated === undefined) return;
  const place = repeated === null ? 'standard output' : repeated;
  throw createError('QF_USAGE', { problem: `two reports cannot both go to ${place}; give --output FORMAT=FILE` });
}

/** Colour is for people at a terminal who did not ask for none. */
export function wantsColor({ stdout, env }: Pick<Io, 'env' | 'stdout'>): boolean {
  return stdout.isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
