import { describeEarlier } from './earlier.ts';
import { code, count, escape, mark, printComment, table } from './markdown-table.ts';
import type { CheckReport, Comparison, Finding, QuotaChange } from './report.ts';
import { describeQuota, describeResource } from './resource-name.ts';

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
  return printComment(head, sections, foot);
}

function headline({ findings, diagnostics, comparison, summary }: CheckReport): string {
  const levels = [...findings, ...diagnostics].map(({ level }) => level);
  const errors = levels.filter((level) => level === 'error').length;
  const warnings = levels.length - errors;
  if (levels.length === 0) return comparison === undefined ? 'no findings' : 'no finding new or worse';
  const waived = summary.waived === 0 ? '' : `, ${summary.waived} waived`;
  const scope = comparison === undefined ? '' : ' new or worse';
  return `${count(errors, 'error', 'errors')}, ${count(warnings, 'warning', 'warnings')}${scope}${waived}`;
}

function describeComparison({ against, known, fixed, quotas }: Comparison): string {
  const base =
    against.kind === 'baseline'
      ? `the baseline ${code(against.file)}`
      : `${code(against.ref)} (${code(against.commit.slice(0, 12))})`;
  const short = quotas.filter(({ fits }) => fits === false).length;
  const answer =
    short === 0 ? '' : ` **${count(short, 'changed quota amount does', 'changed quota amounts do')} not fit.**`;
  return `Compared with ${base}: ${count(known, 'finding', 'findings')} as before, ${fixed.length} fixed.${answer}`;
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

function quotaRow(change: QuotaChange): readonly string[] {
  const { resource, hard, before, after, fits } = change;
  const amounts = [before, after, hard].map((text) => (text === null ? 'none' : code(text)));
  const answer = fits === null ? 'not known' : fits ? 'yes' : '**no**';
  return [code(describeQuota(change)), code(resource), ...amounts, answer];
}
