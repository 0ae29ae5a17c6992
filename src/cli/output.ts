import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { FailOn } from '../config/schema.ts';
import { createError } from '../errors.ts';
import type { RuleEntry } from '../policy/catalog.ts';
import { readPackageJson } from '../package-files.ts';
import { printJson } from '../report/json.ts';
import type { CheckReport, Told } from '../report/report.ts';
import type { RuleCard } from '../report/sarif.ts';
import { printSummaryLine } from '../report/summary-line.ts';
import { printLines, printText } from '../report/text.ts';
import type { Io } from './io.ts';
import type { OutputFile } from './write-files.ts';

/** Of `check` and of `fit`. */
export const reportFormats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Where a report goes: a file, or standard output. */
export interface OutputTarget<Format extends string = ReportFormat> {
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
  const print: PrintFormat<ReportFormat> = async (format, reader) => printReport(report, format, options, reader);
  await deliver(targets, print, io, { summary: printSummaryLine(report), otherFiles });
}

/** Prints in one format, for who reads it. */
export type PrintFormat<Format extends string> = (
  format: Format,
  reader: Pick<Io, 'env' | 'stdout'>,
) => Promise<string>;

export interface DeliverOptions {
  /** One line for the log of a run that writes files. */
  readonly summary: string;
  readonly otherFiles?: readonly OutputFile[];
}

/** What `deliverReport` does, for reports of any kind. */
export async function deliver<Format extends string>(
  targets: readonly OutputTarget<Format>[],
  print: PrintFormat<Format>,
  io: Io,
  { summary, otherFiles = [] }: DeliverOptions,
): Promise<void> {
  const files = [...otherFiles];
  let printed = '';
  for (const { format, file } of targets) {
    if (file === null) printed += await print(format, io);
    else files.push({ path: resolve(io.cwd, file), name: file, text: await print(format, plain) });
  }
  if (files.length > 0) {
    const { writeFiles } = await import('./write-files.ts');
    writeFiles(files);
  }
  if (targets.some(({ file }) => file !== null)) io.stderr.write(`quotafit: ${summary}\n`);
  io.stdout.write(printed);
}

/** A file is read by anybody anywhere, so it is printed for no terminal. */
const plain: Pick<Io, 'env' | 'stdout'> = {
  env: {},
  stdout: { isTerminal: false, columns: 120, write: () => undefined },
};

async function printReport(
  report: CheckReport,
  format: ReportFormat,
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
    case 'sarif':
    case 'junit':
    case 'github':
    case 'gitlab':
      return printTold(report, format, { failOn, rules: rules.map(describeRule) });
    case 'markdown': {
      const { printMarkdown } = await import('../report/markdown.ts');
      return printMarkdown(report);
    }
  }
}

/** Prints in a format that machines read and that has no more to it than places and sentences. */
export async function printTold(
  told: Told,
  format: 'github' | 'gitlab' | 'junit' | 'sarif',
  { failOn, rules }: { readonly failOn: FailOn; readonly rules: readonly RuleCard[] },
): Promise<string> {
  switch (format) {
    case 'sarif': {
      const { printSarif } = await import('../report/sarif.ts');
      return printSarif(told, { version: packageJson.version, rules });
    }
    case 'junit': {
      const { printJUnit } = await import('../report/junit.ts');
      return printJUnit(told, { failOn });
    }
    case 'github': {
      const { printGithub } = await import('../report/github.ts');
      return printGithub(told);
    }
    case 'gitlab': {
      const { printGitlab } = await import('../report/gitlab.ts');
      return printGitlab(told);
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
