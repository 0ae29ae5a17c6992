import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { CheckReport } from '../../../src/report/report.ts';
import { createIo } from '../../helpers/io.ts';
import { sharedFile } from '../../helpers/shared-folder.ts';

const corpus = sharedFile('corpus');
const parse = sharedFile('corpus', 'PARSE.jsonl');

describe.skipIf(corpus === null || parse === null)('thousands of real manifests', () => {
  it('are all judged, and give the same bytes in whatever order they are named', { timeout: 180_000 }, async () => {
    const check = async (...paths: string[]): Promise<readonly [number, string]> => {
      const { io, written } = createIo({ cwd: corpus ?? '' });
      return [await main(['check', ...paths, '--output', 'json'], io), written.stdout];
    };
    const folders = readdirSync(corpus ?? '', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).toSorted();
    const [status, text] = await check('.');
    const [, reversed] = await check(...names.toReversed());
    expect(status).toBe(1);
    expect(text === reversed).toBe(true);

    const { summary, findings, diagnostics } = JSON.parse(text) as CheckReport;
    const lines = readFileSync(parse ?? '', 'utf8')
      .trim()
      .split('\n');
    const files = lines.map(
      (line) => JSON.parse(line) as { readonly docs: readonly string[]; readonly error?: string },
    );
    const broken = files.filter(({ error }) => error !== undefined);
    // kubectl stops at the first broken document of a file, and quotafit goes on.
    expect(summary.documents).toBeGreaterThanOrEqual(files.flatMap(({ docs }) => docs).length);
    expect(diagnostics.filter(({ level }) => level === 'error').length).toBeGreaterThanOrEqual(broken.length);
    expect(findings.every(({ file, line, column }) => file !== '' && line > 0 && column > 0)).toBe(true);
    expect(Object.values(summary.byKind).reduce((sum, count) => sum + count, 0)).toBe(summary.workloads);
  });
});
