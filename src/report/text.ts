import { createColors } from 'picocolors';
import type { Diagnostic } from '../manifest/document.ts';
import { fillTemplate } from '../policy/message.ts';
import { describeEarlier } from './earlier.ts';
import { isBinary, makePrintable, mayBeSecret, namesSecrets, printExcerpt } from './excerpt.ts';
import type { CheckReport, CheckSummary, Finding, QuotaChange } from './report.ts';
import { describeQuota, describeResource } from './resource-name.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns of the terminal, to which excerpts are cut. */
  readonly columns: number;
  /** The text of a file by the name that findings give; its lines are shown where it is known. */
  readonly sourceOf: (file: string) => string | undefined;
  /** What to write instead, by rule id, as YAML in which `{name}` stands for a member of the finding's data. */
  readonly remedies: Readonly<Record<string, string>>;
}

type Colors = ReturnType<typeof createColors>;
type Entry = Diagnostic | Finding;

const indent = ' '.repeat(10);

/** Prints a report for people: by file and resource, what is wrong and where, with the lines, and a summary. */
export function printText(report: CheckReport, options: TextOptions): string {
  const colors = createColors(options.color);
  const lines: string[] = [];
  for (const [file, entries] of groupByFile(report)) {
    lines.push(colors.underline(makePrintable(file)));
    printEntries(entries, options.sourceOf(file)?.split('\n') ?? [], lines, colors, options);
    lines.push('');
  }
  lines.push(...printQuotaChanges(report.comparison?.quotas ?? [], colors), printSummary(report, colors));
  return `${lines.join('\n')}\n`;
}

function printQuotaChanges(changes: readonly QuotaChange[], colors: Colors): readonly string[] {
  if (changes.length === 0) return [];
  const lines = changes.map((change) => {
    const { resource, hard, before, after, fits } = change;
    const answer = fits === false ? colors.red('does not fit') : fits === null ? 'not known' : 'fits';
    const amounts = `${before ?? 'none'} before, ${after ?? 'none'} now, hard ${hard ?? 'none'}`;
    return `${makePrintable(`quota ${describeQuota(change)}  ${resource}: ${amounts}`)}, ${answer}`;
  });
  return [...lines, ''];
}

/** Prints a line for each finding and nothing else: `web.yaml:14:9: error: ... [resources/limits-required]`. */
export function printLines(report: CheckReport): string {
  return groupByFile(report)
    .flatMap(([, entries]) => entries)
    .map(({ file, line, column, level, message, ...entry }) => {
      const rule = 'rule' in entry ? ` [${entry.rule}]` : '';
      return `${makePrintable(`${file}:${line}:${column}: ${level}: ${message}${rule}`)}\n`;
    })
    .join('');
}

/** What could not be read comes first in its file: it says that the findings may not be all. */
function groupByFile({ findings, diagnostics }: CheckReport): readonly (readonly [string, readonly Entry[]])[] {
  const files = new Map<string, Entry[]>();
  for (const entry of [...diagnostics, ...findings]) {
    const entries = files.get(entry.file);
    if (entries === undefined) files.set(entry.file, [entry]);
    else entries.push(entry);
  }
  return [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function printEntries(
  entries: readonly Entry[],
  source: readonly string[],
  lines: string[],
  colors: Colors,
  options: TextOptions,
): void {
  let resource = '';
  /** Remedies of the findings whose lines are still to come. */
  let remedies: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const named = 'resource' in entry ? makePrintable(describeResource(entry.resource)) : '';
    if (named !== resource && named !== '') lines.push(`  ${colors.bold(named)}`);
    resource = named;
    const position = `${entry.line}:${entry.column}`;
    const rule = 'rule' in entry ? `  ${colors.dim(entry.rule)}` : '';
    const message = entry.message + ('rule' in entry ? describeEarlier(entry) : '');
    lines.push(`  ${position.padEnd(7)} ${paintLevel(entry.level, colors)}  ${makePrintable(message)}${rule}`);
    if ('rule' in entry) remedies.push(...printRemedy(entry, colors, options));
    const next = entries[index + 1];
    // Several findings at one place show its lines once, after the last.
    if (next !== undefined && isSamePlace(entry, next)) continue;
    lines.push(...printPlace(entry, source, colors, options), ...remedies);
    remedies = [];
  }
}

function printPlace(
  entry: Entry,
  source: readonly string[],
  colors: Colors,
  { columns }: TextOptions,
): readonly string[] {
  const isHidden =
    'path' in entry
      ? entry.resource.kind === 'Secret' || mayBeSecret(entry.path)
      : namesSecrets(source) || isBinary(source);
  if (isHidden) return [];
  const { line, column } = entry;
  const place = 'endLine' in entry ? entry : { line, column, endLine: line, endColumn: column };
  const before = 'path' in entry ? 'holder' : 'any';
  return printExcerpt(source, place, columns - indent.length, before).map(
    (printed) => indent + paintExcerpt(printed, colors),
  );
}

/** Under the lines, the YAML that would keep the rule. */
function printRemedy({ rule, data }: Finding, colors: Colors, { remedies }: TextOptions): readonly string[] {
  const template = Object.hasOwn(remedies, rule) ? remedies[rule] : undefined;
  if (template === undefined) return [];
  const [first = '', ...rest] = fillTemplate(template, data).split('\n').map(makePrintable);
  return [`${indent}write: ${colors.green(first)}`, ...rest.map((line) => `${indent}       ${colors.green(line)}`)];
}

function isSamePlace(a: Entry, b: Entry): boolean {
  return a.line === b.line && a.column === b.column && 'rule' in a === 'rule' in b;
}

function paintLevel(level: Entry['level'], colors: Colors): string {
  return level === 'error' ? colors.red('error  ') : colors.yellow('warning');
}

function paintExcerpt(line: string, colors: Colors): string {
  return /^ *\| +\^/u.test(line) ? colors.red(line) : colors.dim(line);
}

function printSummary({ summary, comparison, kubernetesVersion }: CheckReport, colors: Colors): string {
  const { errors, warnings, waived } = summary;
  const counts = [
    ...(errors > 0 ? [colors.red(count(errors, 'error'))] : []),
    ...(warnings > 0 ? [colors.yellow(count(warnings, 'warning'))] : []),
    ...(errors + warnings === 0
      ? [colors.green(comparison === undefined ? 'nothing found' : 'nothing new or worse')]
      : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(comparison === undefined ? [] : [`${comparison.known} as before`, `${comparison.fixed.length} fixed`]),
  ];
  return `${counts.join(', ')} in ${describeScope(summary)}, judged as Kubernetes ${kubernetesVersion}`;
}

function describeScope({ files, documents, workloads, skipped }: CheckSummary): string {
  const parts = [count(files, 'file'), count(documents, 'document'), count(workloads, 'workload')];
  return [...parts, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
