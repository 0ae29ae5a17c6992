import { describe, expect, it } from 'vitest';
import { printExcerpt } from '../../../src/report/excerpt.ts';
import type { CheckReport, Finding } from '../../../src/report/report.ts';
import { printLines, printText } from '../../../src/report/text.ts';

const place = (line: number, column: number, endColumn: number, endLine = line) => ({
  line,
  column,
  endLine,
  endColumn,
});

describe('printExcerpt', () => {
  it.each([
    [
      'marks the place under its line, with the line before',
      'a:\n  b: 1\n',
      place(2, 3, 4),
      80,
      ['1 | a:', '2 |   b: 1', '  |   ^'],
    ],
    [
      'leaves out a neighbour, which may hold a secret',
      '- image: a\n  resources: b\n  ports: c\n',
      place(3, 3, 8),
      80,
      ['3 |   ports: c', '  |   ^^^^^'],
    ],
    [
      'hides what may be a secret',
      '- {name: A, value: b}\n',
      place(1, 4, 8),
      80,
      ['1 | - {name: A, value: …', '  |    ^^^^'],
    ],
    ['has nothing to show of what follows a secret', '{"env": [{}], "ports": []}\n', place(1, 15, 22), 80, []],
    ['shows the first line alone', 'abc: 1\n', place(1, 1, 4), 80, ['1 | abc: 1', '  | ^^^']],
    ['leaves out an empty line before', '\n\nb: 1', place(3, 4, 5), 80, ['3 | b: 1', '  |    ^']],
    ['marks to the end of the line what goes on below', 'a: |\n  x\n', place(1, 4, 4, 2), 80, ['1 | a: |', '  |    ^']],
    ['marks one column of an empty place', 'a:\n', place(1, 3, 3), 80, ['1 | a:', '  |   ^']],
    ['gives tabs one column', 'a:\tb\n', place(1, 4, 5), 80, ['1 | a: b', '  |    ^']],
    ['gives wide characters two columns', '名: 値', place(1, 4, 5), 80, ['1 | 名: 値', '  | \u3000  ^']],
    [
      'keeps control characters from the terminal',
      '\u001B[31mred\r\n',
      place(1, 6, 9),
      80,
      ['1 | \uFFFD[31mred', '  |      ^^^'],
    ],
    ['has nothing to show of a line that is not there', 'a\n', place(5, 1, 2), 80, []],
  ])('%s', (_, text, at, width, expected) => {
    expect(printExcerpt(text.split('\n'), at, width)).toEqual(expected);
  });

  it('cuts a long line on both sides of the place', () => {
    const text = `{${'"k":0,'.repeat(200)}"wrong":1,${'"k":0,'.repeat(200)}}`;
    const [line = '', carets = ''] = printExcerpt(
      [text],
      place(1, text.indexOf('"wrong"') + 1, text.indexOf('"wrong"') + 8),
      60,
    );
    expect(line.length).toBeLessThanOrEqual(60);
    expect(line).toMatch(/^1 \| ….*….?$/u);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('"wrong"');
  });
});

const finding = (more: Partial<Finding>): Finding => ({
  rule: 'resources/limits-required',
  level: 'error',
  message: 'container web has no memory limit',
  file: 'web.yaml',
  ...place(2, 3, 4),
  resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
  path: '/spec',
  data: {},
  help: '',
  fixable: false,
  fingerprint: 'f',
  ...more,
});

const report = (findings: readonly Finding[], diagnostics: CheckReport['diagnostics'] = []): CheckReport => ({
  apiVersion: 'quotafit.dev/v1',
  kind: 'CheckReport',
  kubernetesVersion: '1.37',
  summary: {
    files: 2,
    documents: 3,
    workloads: 1,
    byKind: { Deployment: 1 },
    errors: findings.filter(({ level }) => level === 'error').length + diagnostics.length,
    warnings: findings.filter(({ level }) => level === 'warning').length,
    waived: 0,
    skipped: 0,
  },
  findings,
  diagnostics,
});

const options = {
  color: false,
  columns: 80,
  sourceOf: (): string => 'a:\n  b: 1\n',
  remedies: { taught: 'limits:\n  {resource}: <much>' },
};

describe('printText', () => {
  it('groups by file and resource, and shows the lines of a place once', () => {
    const text = printText(
      report(
        [finding({}), finding({ rule: 'other', level: 'warning', message: 'second' }), finding({ file: 'a.yaml' })],
        [{ level: 'error', file: 'web.yaml', line: 1, column: 1, message: 'broken' }],
      ),
      options,
    );
    expect(text).toBe(`a.yaml
  Deployment shop/web
  2:3     error    container web has no memory limit  resources/limits-required
          1 | a:
          2 |   b: 1
            |   ^

web.yaml
  1:1     error    broken
          1 | a:
            | ^
  Deployment shop/web
  2:3     error    container web has no memory limit  resources/limits-required
  2:3     warning  second  other
          1 | a:
          2 |   b: 1
            |   ^

3 errors, 1 warning in 2 files, 3 documents, 1 workload, judged as Kubernetes 1.37
`);
  });

  it('shows what to write instead where a rule says it', () => {
    const text = printText(report([finding({ rule: 'taught', data: { resource: 'memory' } })]), options);
    expect(text).toContain('          write: limits:\n                   memory: <much>\n');
  });

  it.each(['a\0b', 'a\uFFFD\uFFFDb\uFFFD\uFFFD'])('quotes no line of a file that is binary', (source) => {
    const broken = { level: 'error', file: 'Dockerfile', line: 1, column: 1, message: 'binary' } as const;
    const print = (text: string) => printText(report([], [broken]), { ...options, sourceOf: () => text });
    expect(print(source)).not.toContain('1 |');
    expect(print('a\uFFFDb')).toContain('1 |');
  });

  it('says that nothing was found', () => {
    expect(printText(report([]), options)).toBe(
      'nothing found in 2 files, 3 documents, 1 workload, judged as Kubernetes 1.37\n',
    );
  });

  it('paints only when asked to', () => {
    expect(printText(report([finding({})]), { ...options, color: true })).toContain('\u001B[31m');
    expect(printText(report([finding({})]), options)).not.toContain('\u001B');
  });

  it('lets no text of the input command the terminal', () => {
    const text = printText(report([finding({ message: '\u001B[2J', file: '\u001Bc.yaml' })]), options);
    expect(text).not.toContain('\u001B');
  });
});

describe('printLines', () => {
  it('prints one line a finding, and nothing when there is none', () => {
    expect(printLines(report([finding({})]))).toBe(
      'web.yaml:2:3: error: container web has no memory limit [resources/limits-required]\n',
    );
    expect(printLines(report([]))).toBe('');
  });
});
