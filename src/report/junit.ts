import library, { type TestSuite } from 'junit-report-builder';
import type { Diagnostic } from '../manifest/document.ts';
import type { CheckReport, Finding } from './report.ts';
import { describeResource } from './resource-name.ts';

// The library's types put the builder one `default` deeper than it stands when ESM imports it.
const junit = library as unknown as typeof library.default;

export interface JUnitOptions {
  /** Findings at or above this level fail their test; others are skipped tests, so that viewer and exit status agree. */
  readonly failOn: 'error' | 'never' | 'warning';
}

/**
 * Prints a report as JUnit XML: a suite for each file, a test for each finding, an error for each file that could not be read.
 * A report without findings holds one passing test, since Jenkins fails a build whose results are empty.
 * There are no times and no host, so that the same report gives the same bytes.
 * @see https://github.com/jenkinsci/xunit-plugin, `junit-10.xsd`
 */
export function printJUnit(report: CheckReport, { failOn }: JUnitOptions): string {
  const builder = junit.newBuilder().name('quotafit');
  const suites = new Map<string, TestSuite>();
  const suiteOf = (file: string): TestSuite => {
    const suite = suites.get(file) ?? builder.testSuite().name(file);
    suites.set(file, suite);
    return suite;
  };
  for (const diagnostic of report.diagnostics) addDiagnostic(suiteOf(diagnostic.file), diagnostic, failOn);
  for (const finding of report.findings) addFinding(suiteOf(finding.file), finding, failOn);
  if (suites.size === 0) builder.testSuite().name('quotafit').testCase().className('quotafit').name('no findings');
  return `${builder.build()}\n`;
}

function addDiagnostic(suite: TestSuite, diagnostic: Diagnostic, failOn: JUnitOptions['failOn']): void {
  const { file, line, column, message, level } = diagnostic;
  const test = suite.testCase().className(file).name(`input: ${message}`);
  const text = `${file}:${line}:${column}: ${message}`;
  if (fails(level, failOn)) test.error(message, level, text);
  else test.skipped().standardOutput(text);
}

function addFinding(suite: TestSuite, finding: Finding, failOn: JUnitOptions['failOn']): void {
  const { file, line, column, rule, level, message, path, resource, help } = finding;
  const test = suite
    .testCase()
    .className(file)
    .name(`${rule}: ${describeResource(resource)} ${path}`);
  const text = [`${file}:${line}:${column}: ${message}`, help].filter((part) => part !== '').join('\n');
  if (fails(level, failOn)) test.failure(message, rule).stacktrace(text);
  else test.skipped().standardOutput(text);
}

function fails(level: 'error' | 'warning', failOn: JUnitOptions['failOn']): boolean {
  return failOn === 'warning' || (failOn === 'error' && level === 'error');
}
