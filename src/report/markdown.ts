import { describeEarlier } from './earlier.ts';
import type { CheckReport, Comparison, Finding, QuotaChange } from './report.ts';
import { describeResource } from './resource-name.ts';

/** GitHub refuses a comment above 65,536 characters, GitLab one above a million. */
const commentLength = 65_536;

/**
 * Prints a report as a pull request comment: what does not fit or breaks a rule, and what changed since the base.
 * Texts of the input are escaped throughout: they can neither form markup nor mention people.
 * What would pass GitHub's limit for a comment is cut after a whole row, and says so.
 */
export function printMarkdown(report: CheckReport): string {
  const { comparison } = report;
  const head = [
    `## quotafit: ${headline(report)}`,
    ...(comparison === undefined ? [] : [describeComparison(comparison)]),
  ];
  const sections = [
    table(['Where', 'Resource', 'What'], report.findings.map(findingRow), ['finding', 'findings']),
    table(
      ['Where', 'Could not be used'],
      report.diagnostics.map(({ level, file, line, message }) => [
        `${mark(level)} ${code(`${file}:${line}`)}`,
        escape(message),
      ]),
      ['diagnostic', 'diagnostics'],
    ),
    table(
      ['Quota', 'Resource', 'Demand before', 'Demand now', 'Hard', 'Fits'],
      (comparison?.quotas ?? []).map(quotaRow),
      ['quota amount', 'quota amounts'],
    ),
    table(
      ['Fixed', 'Resource'],
      (comparison?.fixed ?? []).map(({ rule, resource, path }) => [
        code(rule),
        `${code(describeResource(resource))} ${code(path)}`,
      ]),
      ['fixed finding', 'fixed findings'],
    ),
  ];
  const foot = `_Kubernetes ${escape(report.kubernetesVersion)}, ${count(report.summary.files, 'file', 'files')}, ${count(report.summary.workloads, 'workload', 'workloads')}._`;
  let room = commentLength - [...head, foot].join('\n\n').length;
  const printed: string[] = [];
  for (const section of sections) {
    const text = printTable(section, room - sections.length * 80);
    room -= text.length + 2;
    if (text !== '') printed.push(text);
  }
  return `${[...head, ...printed, foot].join('\n\n')}\n`;
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly noun: readonly [one: string, many: string];
}

function table(head: Table['head'], rows: Table['rows'], noun: Table['noun']): Table {
  return { head, rows, noun };
}

/** As many rows as `room` characters hold, and a line for those that it does not. */
function printTable({ head, rows, noun }: Table, room: number): string {
  if (rows.length === 0) return '';
  const lines = [row(head), row(head.map(() => '---'))];
  let length = lines.join('\n').length;
  let shown = 0;
  for (const cells of rows) {
    const line = row(cells);
    if (length + line.length + 1 > room) break;
    lines.push(line);
    length += line.length + 1;
    shown += 1;
  }
  const left = rows.length - shown;
  const more = left === 0 ? '' : `${count(left, `more ${noun[0]}`, `more ${noun[1]}`)} not shown here.`;
  return [shown === 0 ? '' : lines.join('\n'), more].filter((part) => part !== '').join('\n\n');
}

function headline({ findings, diagnostics, comparison, summary }: CheckReport): string {
  const levels = [...findings, ...diagnostics].map(({ level }) => level);
  const errors = levels.filter((level) => level === 'error').length;
  const warnings = levels.length - errors;
  if (levels.length === 0) return comparison === undefined ? 'no findings' : 'nothing new, nothing worse';
  const waived = summary.waived === 0 ? '' : `, ${summary.waived} waived`;
  const scope = comparison === undefined ? '' : ' new or worse';
  return `${count(errors, 'error', 'errors')}, ${count(warnings, 'warning', 'warnings')}${scope}${waived}`;
}

function describeComparison({ against, known, fixed }: Comparison): string {
  const base =
    against.kind === 'baseline'
      ? `the baseline ${code(against.file)}`
      : `${code(against.ref)} (${code(against.commit.slice(0, 12))})`;
  return `Compared with ${base}: ${count(known, 'finding', 'findings')} as before, ${fixed.length} fixed.`;
}

function findingRow(finding: Finding): readonly string[] {
  const { level, file, line, resource, message, rule, help } = finding;
  const name = /^https?:\/\/[^\s()<>]+$/u.test(help) ? `[${code(rule)}](${help})` : code(rule);
  return [
    `${mark(level)} ${code(`${file}:${line}`)}`,
    code(describeResource(resource)),
    `${escape(message + describeEarlier(finding))}<br>${name}`,
  ];
}

function quotaRow({ namespace, quota, resource, hard, before, after, fits }: QuotaChange): readonly string[] {
  const known = (text: string | null): string => (text === null ? 'not known' : code(text));
  const answer = fits === null ? 'not known' : fits ? 'yes' : '**no**';
  return [code(`${namespace}/${quota}`), code(resource), known(before), known(after), known(hard), answer];
}

function mark(level: 'error' | 'warning'): string {
  return level === 'error' ? '❌' : '⚠️';
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

/** Character references can start no markup, end no cell and mention nobody, whatever they stand for. */
function escape(text: string): string {
  return text
    .replaceAll(/[\r\n]+/gu, ' ')
    .replaceAll(/[&<>|`*_~[\]()#@!\\:]/gu, (character) => `&#${character.codePointAt(0)};`);
}
