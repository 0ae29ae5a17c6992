import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { ArtifactLocation, Log, Notification, ReportingDescriptor, Result, Run } from 'sarif';
import type { Diagnostic } from '../manifest/document.ts';
import type { Finding, Told } from './report.ts';

/** What a SARIF viewer is told of a rule. */
export interface RuleCard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The rule's level when no config says otherwise. */
  readonly level: 'error' | 'warning' | 'off';
  /** Where to read about the rule. */
  readonly url: string;
}

export interface SarifOptions {
  /** Version of quotafit. */
  readonly version: string;
  /** Every rule that may appear; rules without a result are left out, as are results' unknown rules' texts. */
  readonly rules: readonly RuleCard[];
  /** Results in one run at most; GitHub refuses a file with a run above it. */
  readonly resultsPerRun?: number;
}

/** GitHub refuses a run with more results, and a text of a rule that is longer. */
const githubResultsPerRun = 25_000;
const githubTextLength = 1024;

/**
 * Prints a report as SARIF 2.1.0: one result for each finding, one notification for each diagnostic.
 * Findings above GitHub's limit go to further runs, each with a category of its own, so that none is lost.
 * Paths stay as the report has them, relative to the folder that quotafit ran in.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function printSarif(report: Told, options: SarifOptions): string {
  const size = options.resultsPerRun ?? githubResultsPerRun;
  const runs: Run[] = [];
  for (let start = 0; start === 0 || start < report.findings.length; start += size) {
    runs.push(createRun(report.findings.slice(start, start + size), options));
  }
  if (runs.length > 1) {
    for (const [index, run] of runs.entries()) run.automationDetails = { id: `quotafit/${index + 1}/` };
  }
  const [first] = runs;
  if (first !== undefined) {
    first.invocations = [
      {
        executionSuccessful: report.diagnostics.every((diagnostic) => diagnostic.level !== 'error'),
        toolExecutionNotifications: report.diagnostics.map(createNotification),
      },
    ];
  }
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    runs,
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function createRun(findings: readonly Finding[], { version, rules }: SarifOptions): Run {
  const cards = new Map(rules.map((card) => [card.id, card]));
  const ids = [...new Set(findings.map((finding) => finding.rule))].sort();
  const indexes = new Map(ids.map((id, index) => [id, index]));
  return {
    tool: {
      driver: {
        name: 'quotafit',
        semanticVersion: version,
        informationUri: 'https://www.npmjs.com/package/quotafit',
        rules: ids.map((id) => describeRule(id, cards.get(id), findings)),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder that quotafit ran in.' } } },
    results: findings.map((finding) => createResult(finding, indexes.get(finding.rule) ?? -1)),
  };
}

function describeRule(id: string, card: RuleCard | undefined, findings: readonly Finding[]): ReportingDescriptor {
  const url = card?.url ?? findings.find((finding) => finding.rule === id)?.help ?? '';
  const title = card?.title ?? id;
  const description = card?.description ?? title;
  const read = isWebAddress(url) ? ` Read more: ${url}` : '';
  return {
    id,
    name: id,
    shortDescription: { text: shorten(title) },
    fullDescription: { text: shorten(description) },
    help: { text: `${description}${read}`, markdown: `${description}${read === '' ? '' : `\n\n[Read more](${url})`}` },
    ...(isWebAddress(url) ? { helpUri: url } : {}),
    ...(card === undefined || card.level === 'off' ? {} : { defaultConfiguration: { level: card.level } }),
    properties: { tags: [id.split('/')[0] ?? id] },
  };
}

function createResult(finding: Finding, ruleIndex: number): Result {
  const { apiVersion, kind, namespace, name } = finding.resource;
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: finding.level,
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locateFile(finding.file),
          region: {
            startLine: finding.line,
            startColumn: finding.column,
            endLine: finding.endLine,
            endColumn: finding.endColumn,
          },
        },
        logicalLocations: [
          {
            name: name === '' ? kind : name,
            fullyQualifiedName: [apiVersion, kind, namespace, name].filter((part) => part !== '').join('/'),
            kind: 'resource',
          },
        ],
      },
    ],
    // `primaryLocationLineHash` is left to GitHub's upload action: it computes its own and warns about any other.
    partialFingerprints: { 'quotafit/v1': createHash('sha256').update(finding.fingerprint).digest('hex') },
    properties: { path: finding.path, data: finding.data },
  };
}

function createNotification({ level, file, line, column, message }: Diagnostic): Notification {
  return {
    level,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locateFile(file),
          ...(line > 0 ? { region: { startLine: line, startColumn: Math.max(column, 1) } } : {}),
        },
      },
    ],
  };
}

/** Each segment is encoded, so that a colon in the first one does not read as a scheme (RFC 3986, 4.2). */
function locateFile(file: string): ArtifactLocation {
  const uri = posix.normalize(file).split('/').map(encodeURIComponent).join('/');
  return uri.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//u.test(url);
}

function shorten(text: string): string {
  return text.length <= githubTextLength ? text : `${text.slice(0, githubTextLength - 1)}…`;
}
