import { describe, expect, it } from 'vitest';
import type { Log } from 'sarif';
import { printGithub } from '../../../src/report/github.ts';
import { printGitlab } from '../../../src/report/gitlab.ts';
import { printJUnit } from '../../../src/report/junit.ts';
import { printMarkdown } from '../../../src/report/markdown.ts';
import { printSarif, type RuleCard } from '../../../src/report/sarif.ts';
import { listJUnitErrors, listSchemaErrors } from '../../helpers/report-schemas.ts';
import { makeFinding, makeReport } from '../../helpers/sample-report.ts';

const card: RuleCard = {
  id: 'resources/limits-required',
  title: 'Limit missing',
  description: 'A container names no limit for a resource that must have one.',
  level: 'error',
  url: 'https://example.com/rules/limits-required',
};
const diagnostic = {
  level: 'error',
  file: 'b.yaml',
  line: 3,
  column: 1,
  message: 'mapping values are not allowed',
} as const;
/** Texts that would break a format that does not escape them. */
const hostile = 'a%b\r\n::error::c, "d" <e> & \u0000\u001b[31m | `f` @team #1 ]]> \u{1F600}';
const hostileReport = makeReport(
  [
    makeFinding({
      message: hostile,
      file: 'dir with space/ü:%#?.yaml',
      fingerprint: hostile,
      help: 'javascript:alert(1)',
    }),
  ],
  [{ ...diagnostic, message: hostile, file: '/tmp/a b.yaml', line: 0, column: 0 }],
);
const reports = [
  ['one finding', makeReport([makeFinding()])],
  ['no finding', makeReport([])],
  ['a broken file alone', makeReport([], [diagnostic])],
  ['texts full of control characters and markup', hostileReport],
] as const;

const sarif = (report: ReturnType<typeof makeReport>, options = {}): Log =>
  JSON.parse(printSarif(report, { version: '1.2.3', rules: [card], ...options }));

describe('SARIF', () => {
  it.each(reports)('is valid against the OASIS schema with %s', (_, report) => {
    expect(listSchemaErrors('sarif', printSarif(report, { version: '1.2.3', rules: [card] }))).toEqual([]);
  });

  it('has one result for each finding, with its rule, level, region and fingerprint', () => {
    const [run] = sarif(makeReport([makeFinding(), makeFinding({ level: 'warning', rule: 'images/tag' })])).runs;
    expect(run?.results?.map((result) => [result.ruleId, result.level, result.ruleIndex])).toEqual([
      ['resources/limits-required', 'error', 1],
      ['images/tag', 'warning', 0],
    ]);
    expect(run?.results?.[0]?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'deploy/web.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 14, startColumn: 9, endLine: 14, endColumn: 18 },
    });
    expect(run?.results?.[0]?.partialFingerprints?.['quotafit/v1']).toMatch(/^[0-9a-f]{64}$/u);
    expect(run?.tool.driver.rules?.[1]?.help?.text).toContain(card.description);
  });

  it('gives the same fingerprint after the finding moved to another line and file', () => {
    const moved = makeFinding({ line: 99, endLine: 99, file: 'other.yaml' });
    const prints = [makeFinding(), moved].map(
      (finding) => sarif(makeReport([finding])).runs[0]?.results?.[0]?.partialFingerprints,
    );
    expect(prints[1]).toEqual(prints[0]);
  });

  it('splits what is above the limit of a run into runs of different categories', () => {
    const findings = Array.from({ length: 7 }, (_, line) => makeFinding({ line: line + 1, endLine: line + 1 }));
    const { runs } = sarif(makeReport(findings), { resultsPerRun: 3 });
    expect(runs.map((run) => [run.automationDetails?.id, run.results?.length])).toEqual([
      ['quotafit/1/', 3],
      ['quotafit/2/', 3],
      ['quotafit/3/', 1],
    ]);
  });

  it('encodes paths and keeps absolute ones apart from the source root', () => {
    const [run] = sarif(hostileReport).runs;
    const uri = run?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    expect(uri).toBe('dir%20with%20space/%C3%BC%3A%25%23%3F.yaml');
    const [notification] = run?.invocations?.[0]?.toolExecutionNotifications ?? [];
    expect(notification?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'file:///tmp/a%20b.yaml' },
    });
  });

  it('says that a run with an unreadable file was not successful', () => {
    const flags = [makeReport([makeFinding()]), makeReport([], [diagnostic])].map(
      (report) => sarif(report).runs[0]?.invocations?.[0]?.executionSuccessful,
    );
    expect(flags).toEqual([true, false]);
  });
});

describe('JUnit', () => {
  it.each(reports)("is valid against Jenkins' schema with %s", async (_, report) => {
    expect(await listJUnitErrors(printJUnit(report, { failOn: 'error' }))).toEqual([]);
  });

  it.each([
    ['error', 'tests="3" errors="1" failures="1"'],
    ['warning', 'tests="3" errors="1" failures="2"'],
    ['never', 'tests="3" errors="0" failures="0"'],
  ] as const)('fails the tests that the exit status counts with --fail-on %s', (failOn, counts) => {
    const report = makeReport([makeFinding(), makeFinding({ level: 'warning' })], [diagnostic]);
    expect(printJUnit(report, { failOn })).toContain(`<testsuites name="quotafit" ${counts}>`);
  });

  it('holds one passing test when there is nothing to say', () => {
    expect(printJUnit(makeReport([]), { failOn: 'error' })).toContain(
      '<testcase classname="quotafit" name="no findings"/>',
    );
  });
});

describe('GitHub annotations', () => {
  it('puts errors before warnings and names file, lines and columns', () => {
    expect(printGithub(makeReport([makeFinding({ level: 'warning' }), makeFinding()]))).toBe(
      [
        '::error file=deploy/web.yaml,line=14,endLine=14,col=9,endColumn=17,title=resources/limits-required::container "web" has no memory limit',
        '::warning file=deploy/web.yaml,line=14,endLine=14,col=9,endColumn=17,title=resources/limits-required::container "web" has no memory limit',
        '',
      ].join('\n'),
    );
  });

  it('keeps a text of the input from ending its command or starting another', () => {
    const lines = printGithub(hostileReport).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('file=dir with space/ü%3A%25#?.yaml,');
    expect(lines[1]).toContain('::a%25b%0D%0A::error::c');
  });
});

describe('GitLab Code Quality', () => {
  it.each(reports)('has what GitLab asks for with %s', (_, report) => {
    expect(listSchemaErrors('gitlab', printGitlab(report))).toEqual([]);
  });

  it('gives equal findings in two overlays fingerprints of their own, which no line changes', () => {
    const [first, second] = [1, 2].map((line) => {
      const report = makeReport([makeFinding({ line }), makeFinding({ file: 'b.yaml' })]);
      const issues: readonly { readonly fingerprint: string }[] = JSON.parse(printGitlab(report));
      return issues.map((issue) => issue.fingerprint);
    });
    expect(new Set(first).size).toBe(2);
    expect(second).toEqual(first);
  });
});

describe('Markdown', () => {
  it('names what is worse, what is fixed and what changed in quota', () => {
    const { summary, ...rest } = makeReport([
      makeFinding({ was: { level: 'warning', amounts: { requested: '2' } }, data: { requested: '4' } }),
    ]);
    const text = printMarkdown({
      ...rest,
      summary,
      comparison: {
        against: { kind: 'commit', ref: 'origin/main', commit: '0123456789abcdef' },
        known: 3,
        fixed: [{ rule: 'images/tag', resource: makeFinding().resource, path: '/spec' }],
        quotas: [
          {
            namespace: 'team-a',
            quota: 'team',
            resource: 'limits.cpu',
            hard: '4',
            before: '2',
            after: '6',
            fits: false,
          },
        ],
      },
    });
    expect(text).toContain('## quotafit: 1 error, 0 warnings new or worse');
    expect(text).toContain(
      'Compared with <code>origin/main</code> (<code>0123456789ab</code>): 3 findings as before, 1 fixed.',
    );
    expect(text).toContain('worse&#58; was warning, requested 2');
    expect(text).toContain(
      '| <code>team-a/team</code> | <code>limits.cpu</code> | <code>2</code> | <code>6</code> | <code>4</code> | **no** |',
    );
    expect(text).toContain('| <code>images/tag</code> | <code>Deployment team-a/web</code> <code>/spec</code> |');
  });

  it('lets no text of the input form markup, mention people or link to scripts', () => {
    const text = printMarkdown(hostileReport);
    expect(text).not.toMatch(/<e>|@team|`f`|javascript:alert\(|\]\(javascript/u);
    expect(
      text
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .every((line) => line.endsWith(' |')),
    ).toBe(true);
  });

  it("stays below GitHub's limit for a comment and says what it left out", () => {
    const findings = Array.from({ length: 5000 }, (_, line) => makeFinding({ line: line + 1 }));
    const text = printMarkdown(makeReport(findings, [diagnostic]));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\n\n\d+ more findings not shown here\.\n/u);
    expect(text).toContain('b.yaml');
    expect(text).toContain('Kubernetes 1.37');
  });
});
