/**
 * `npm run bench [-- FOLDER]`: what a check costs, each figure beside one that everybody can reproduce. FOLDER is a tree of
 * manifests; without it the shared corpus, if there is one. Prints Markdown, which docs/benchmarks.md holds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { sharedFile } from '../helpers/shared-folder.ts';
import { printFitTable } from './fit.ts';
import { isOnPath, measure, measurePeakMemory, type Contender, type Measured } from './measure.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/bin.js');
const manifest = join(root, 'examples/newsroom/article-web.yaml');
const corpus = process.argv[2] ?? sharedFile('corpus');

const quotafit = (...paths: readonly string[]): Contender => ({
  name: 'quotafit check',
  command: process.execPath,
  args: [program, 'check', ...paths],
});

/** Those of the field that are on PATH, as their manuals say to check files. */
const rivals = (path: string): readonly Contender[] =>
  [
    { name: 'kube-linter lint', command: 'kube-linter', args: ['lint', path] },
    { name: 'kube-score score', command: 'kube-score', args: ['score', path] },
    { name: 'polaris audit', command: 'polaris', args: ['audit', '--audit-path', path] },
    { name: 'conftest test', command: 'conftest', args: ['test', '--policy', join(root, 'policies/rules'), path] },
    { name: 'kyverno apply', command: 'kyverno', args: ['apply', join(root, 'policies'), '--resource', path] },
  ].filter(({ command }) => isOnPath(command));

function printTable(title: string, measured: readonly Measured[], budget: number): void {
  const base = measured[0]?.medianMs ?? Number.NaN;
  console.log(`\n### ${title}\n\n| what | median ms | minimum ms | ratio |\n| --- | ---: | ---: | ---: |`);
  for (const { name, medianMs, minimumMs } of measured) {
    console.log(`| ${name} | ${medianMs.toFixed(1)} | ${minimumMs.toFixed(1)} | ${(medianMs / base).toFixed(2)} |`);
  }
  console.log(`\nBudget of quotafit: at most ${budget.toFixed(1)} times the first line.`);
}

console.log(
  `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${new Date().toISOString().slice(0, 10)}; medians of nine interleaved runs.`,
);
const nothing: Contender = { name: 'node -e 0', command: process.execPath, args: ['-e', '0'] };
printTable('One manifest', measure([nothing, quotafit(manifest), ...rivals(manifest)]), 2);

if (corpus !== null) {
  const folder = mkdtempSync(join(tmpdir(), 'quotafit-bench-'));
  try {
    // Bundled as quotafit is, so that only the work differs.
    const outfile = join(folder, 'parse-only.cjs');
    buildSync({
      entryPoints: [join(import.meta.dirname, 'parse-only.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      minify: true,
    });
    const parseOnly: Contender = { name: 'js-yaml alone', command: process.execPath, args: [outfile, corpus] };
    printTable('A tree of manifests', measure([parseOnly, quotafit(corpus), ...rivals(corpus)]), 1.6);
    const ours = measurePeakMemory(program, ['check', corpus]);
    const theirs = measurePeakMemory(outfile, [corpus]);
    console.log(`\nPeak memory: quotafit ${ours.toFixed(0)} MiB (budget 250), js-yaml alone ${theirs.toFixed(0)} MiB.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

printFitTable();
