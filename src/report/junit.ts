import type { Diagnostic } from '../manifest/document.ts';
import { groupBy } from './group-by.ts';
import type { Finding, Told } from './report.ts';
import { describeResource } from './resource-name.ts';

// Written by hand: junit-report-builder puts `skipped` on `testsuites`, which Jenkins' schema refuses, and weighs 157 KB.

export interface JUnitOptions {
  /** Findings at or above this level fail their test; others are skipped tests, so that viewer and exit status agree. */
  readonly failOn: 'error' | 'never' | 'warning';
}

interface TestCase {
  readonly file: string;
  readonly name: string;
  readonly outcome: 'error' | 'failure' | 'passed' | 'skipped';
  readonly message: string;
  /** The rule's id, or the level of a diagnostic. */
  readonly type: string;
  readonly text: string;
}

const passed: TestCase = {
  file: 'quotafit',
  name: 'no findings',
  outcome: 'passed',
  message: '',
  type: '',
  text: '',
};

/**
 * Prints a report as JUnit XML: a suite for each file, a test for each finding, an error for each file that could not be read.
 * A report without findings holds one passing test, since Jenkins fails a build whose results are empty.
 * There are no times and no host, so that the same report gives the same bytes.
 * @see https://github.com/jenkinsci/xunit-plugin, the `junit-*.xsd` files
 */
export function printJUnit(report: Told, { failOn }: JUnitOptions): string {
  const tests = [
    ...report.diagnostics.map((diagnostic) => describeDiagnostic(diagnostic, failOn)),
    ...report.findings.map((finding) => describeFinding(finding, failOn)),
  ];
  const suites = groupBy(tests.length === 0 ? [passed] : tests, (test) => test.file);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="quotafit" ${printCounts([...suites.values()].flat(), ['error', 'failure'])}>`,
    ...[...suites].map(([file, cases]) => printSuite(file, cases)),
    '</testsuites>\n',
  ].join('\n');
}

function describeDiagnostic(
  { file, line, column, message, level }: Diagnostic,
  failOn: JUnitOptions['failOn'],
): TestCase {
  return {
    file,
    name: `input: ${message}`,
    outcome: fails(level, failOn) ? 'error' : 'skipped',
    message,
    type: level,
    text: `${file}:${line}:${column}: ${message}`,
  };
}

function describeFinding(finding: Finding, failOn: JUnitOptions['failOn']): TestCase {
  const { file, line, column, rule, level, message, path, resource, help } = finding;
  return {
    file,
    name: `${rule}: ${describeResource(resource)} ${path}`,
    outcome: fails(level, failOn) ? 'failure' : 'skipped',
    message,
    type: rule,
    text: [`${file}:${line}:${column}: ${message}`, help].filter((part) => part !== '').join('\n'),
  };
}

function fails(level: 'error' | 'warning', failOn: JUnitOptions['failOn']): boolean {
  return failOn === 'warning' || (failOn === 'error' && level === 'error');
}

function printSuite(file: string, tests: readonly TestCase[]): string {
  const counts = printCounts(tests, ['error', 'failure', 'skipped']);
  return [`  <testsuite name="${escape(file)}" ${counts}>`, ...tests.map(printTest), '  </testsuite>'].join('\n');
}

const countNames = { error: 'errors', failure: 'failures', skipped: 'skipped' } as const;

function printCounts(tests: readonly TestCase[], outcomes: readonly (keyof typeof countNames)[]): string {
  const counts = outcomes.map(
    (outcome) => `${countNames[outcome]}="${tests.filter((test) => test.outcome === outcome).length}"`,
  );
  return [`tests="${tests.length}"`, ...counts].join(' ');
}

function printTest({ file, name, outcome, message, type, text }: TestCase): string {
  const attributes = `classname="${escape(file)}" name="${escape(name)}"`;
  const body = printOutcome(outcome, `message="${escape(message)}" type="${escape(type)}"`, escape(text));
  return body === '' ? `    <testcase ${attributes}/>` : `    <testcase ${attributes}>${body}</testcase>`;
}

function printOutcome(outcome: TestCase['outcome'], attributes: string, text: string): string {
  switch (outcome) {
    case 'error':
    case 'failure':
      return `<${outcome} ${attributes}>${text}</${outcome}>`;
    case 'skipped':
      return `<skipped/><system-out>${text}</system-out>`;
    case 'passed':
      return '';
    default:
      return outcome satisfies never;
  }
}

/** For attributes and content; what XML 1.0 has no way to write becomes the replacement character. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"\t\n\r]/gu, (character) => `&#${character.codePointAt(0)};`);
}
