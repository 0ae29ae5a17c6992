import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { createIo } from '../helpers/io.ts';
import { listJUnitErrors, listSchemaErrors } from '../helpers/report-schemas.ts';
import { sharedFile } from '../helpers/shared-folder.ts';

const corpus = sharedFile('corpus');
const folder = mkdtempSync(join(tmpdir(), 'quotafit-formats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (format: string): string => readFileSync(join(folder, format), 'utf8');

describe.skipIf(corpus === null)('reports on thousands of real manifests', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    const { io, written } = createIo({ cwd: corpus ?? '' });
    const formats = ['json', 'sarif', 'junit', 'gitlab', 'github', 'markdown'];
    const targets = formats.flatMap((format) => ['--output', `${format}=${join(folder, format)}`]);
    const status = await main(['check', '.', ...targets], io);
    if (status === 2) throw new Error(written.stderr);
  }, 240_000);

  it('have one SARIF result for each finding, in order, valid, each region inside its file', () => {
    const { findings } = JSON.parse(read('json')) as CheckReport;
    const { runs } = JSON.parse(read('sarif')) as Log;
    expect(listSchemaErrors('sarif', read('sarif'))).toEqual([]);
    const results = runs.flatMap((run) => run.results ?? []);
    expect(results.length).toBeGreaterThan(1000);
    const texts = new Map<string, readonly string[]>();
    const places = results.map(({ ruleId, level, message, locations }) => {
      const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
      const file = decodeURIComponent(artifactLocation?.uri ?? '');
      const { startLine: line = 0, startColumn: column = 0, endLine = 0, endColumn = 0 } = region ?? {};
      const lines = texts.get(file) ?? readFileSync(join(corpus ?? '', file), 'utf8').split('\n');
      texts.set(file, lines);
      const isInside =
        (lines[line - 1]?.length ?? -1) >= column - 1 &&
        (lines[endLine - 1]?.length ?? -1) >= endColumn - 1 &&
        (line < endLine || (line === endLine && column <= endColumn));
      expect(isInside, `${file}:${line}:${column} to ${endLine}:${endColumn}`).toBe(true);
      return { rule: ruleId, level, message: message.text, file, line, column, endLine, endColumn };
    });
    expect(places).toEqual(
      findings.map(({ rule, level, message, file, line, column, endLine, endColumn }) => ({
        rule,
        level,
        message,
        file,
        line,
        column,
        endLine,
        endColumn,
      })),
    );
  });

  it('are valid JUnit and GitLab Code Quality, with every finding and diagnostic in them once', async () => {
    const { findings, diagnostics } = JSON.parse(read('json')) as CheckReport;
    const count = findings.length + diagnostics.length;
    expect(await listJUnitErrors(read('junit'))).toEqual([]);
    expect(read('junit').split('<testcase ').length - 1).toBe(count);
    expect(listSchemaErrors('gitlab', read('gitlab'))).toEqual([]);
    const issues = JSON.parse(read('gitlab')) as readonly { readonly fingerprint: string }[];
    expect(issues).toHaveLength(count);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(count);
    expect(read('github').trimEnd().split('\n')).toHaveLength(count);
  });

  it("fit in a comment of GitHub's", () => {
    expect(read('markdown').length).toBeLessThan(65_536);
  });
});
