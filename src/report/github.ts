import { describeEarlier } from './earlier.ts';
import type { Finding, Told } from './report.ts';

/**
 * Prints a report as GitHub workflow commands, which the runner shows as annotations on the changed lines.
 * GitHub shows ten errors and ten warnings of a step, so errors come first; the rest stays in the log.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function printGithub(report: Told): string {
  const commands = [
    ...report.diagnostics.map(({ level, file, line, column, message }) => ({
      level,
      text: printCommand(level, { file, line: Math.max(line, 1), col: Math.max(column, 1), title: 'input' }, message),
    })),
    ...report.findings.map((finding) => ({ level: finding.level, text: printFinding(finding) })),
  ];
  return ['error', 'warning']
    .flatMap((level) => commands.filter((command) => command.level === level))
    .map((command) => `${command.text}\n`)
    .join('');
}

function printFinding(finding: Finding): string {
  const { level, file, line, column, endLine, endColumn, rule, message } = finding;
  // Columns are shown only within one line. Theirs include the last character, ours end behind it.
  const columns = line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {};
  return printCommand(level, { file, line, endLine, ...columns, title: rule }, message + describeEarlier(finding));
}

function printCommand(level: string, properties: Readonly<Record<string, number | string>>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${level} ${list.join(',')}::${escapeMessage(message)}`;
}

/** As `@actions/core` escapes what stands behind the second `::`. */
function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
