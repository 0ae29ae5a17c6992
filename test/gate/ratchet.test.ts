import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { CheckReport } from '../../src/report/report.ts';
import { createRepository, type TestRepository } from '../helpers/git-repository.ts';
import { createIo } from '../helpers/io.ts';
import { sharedFile } from '../helpers/shared-folder.ts';
import {
  createFiles,
  createRandom,
  editFiles,
  nameOf,
  printFile,
  readFile,
  type Edit,
  type EditKind,
  type ManifestFile,
} from './history.ts';

const commits = 30;
const kinds: readonly EditKind[] = ['mend', 'move', 'neutral', 'rename', 'worsen', 'worsen', 'mend'];
const outside = mkdtempSync(join(tmpdir(), 'quotafit-baseline-'));
afterAll(() => rmSync(outside, { recursive: true, force: true }));

interface Outcome {
  readonly status: number;
  /** The objects that are told to be worse. */
  readonly resources: readonly string[];
}

async function check(repository: TestRepository, ...flags: readonly string[]): Promise<Outcome> {
  const { io, written } = createIo({ cwd: repository.folder });
  const status = await main(['check', '.', '--fail-on', 'warning', '--output', 'json', ...flags], io);
  if (status === 2) throw new Error(written.stderr);
  const { findings } = JSON.parse(written.stdout) as CheckReport;
  const resources = new Set(findings.map(({ resource }) => `${resource.kind}/${resource.name}`));
  return { status, resources: [...resources].sort() };
}

/** Plays a history and gives, for each commit, what it did and what both comparisons say about it. */
async function playHistory(files: ManifestFile[], seed: number) {
  const random = createRandom(seed);
  const repository = createRepository();
  const baseline = join(outside, `${seed}.json`);
  let paths = new Set<string>();
  const commit = (message: string): void => {
    repository.write(Object.fromEntries([...paths].map((path) => [path, null])));
    repository.write(Object.fromEntries(files.map((file) => [file.path, printFile(file)])));
    paths = new Set(files.map(({ path }) => path));
    repository.commit(message);
  };
  const writeBaseline = async (): Promise<void> => {
    const { io, written } = createIo({ cwd: repository.folder });
    if ((await main(['baseline', '.', '--file', baseline], io)) !== 0) throw new Error(written.stderr);
  };
  try {
    commit('start');
    await writeBaseline();
    const played = [];
    for (let number = 0; number < commits; number += 1) {
      const edits: Edit[] = [];
      for (let count = 1 + random(2); count > 0; count -= 1) {
        const taken = new Set(edits.map(({ resource }) => resource));
        const edit = editFiles(files, kinds[random(kinds.length)] ?? 'move', random, taken);
        if (edit !== null) edits.push(edit);
      }
      commit(edits.map(({ kind, what, resource }) => `${kind} ${resource} ${what}`).join('; ') || 'nothing');
      const worse = edits.filter(({ kind }) => kind === 'worsen').map(({ resource }) => resource);
      const size = readFileSync(baseline, 'utf8').length;
      const known = await check(repository, '--baseline', baseline);
      const mended = edits.some(({ kind }) => kind === 'mend');
      played.push({
        edits: edits.map(({ kind, what, resource }) => `${kind} ${resource} ${what}`),
        expected: { status: worse.length > 0 ? 1 : 0, resources: [...new Set(worse)].sort() },
        since: await check(repository, '--since', 'HEAD~1'),
        known,
        shrinks: !mended || readFileSync(baseline, 'utf8').length < size,
      });
      // Whoever lets a commit pass that made it worse writes it down.
      if (worse.length > 0) await writeBaseline();
    }
    return played;
  } finally {
    repository.remove();
  }
}

function listWorkloadFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/u.test(name))
    .map((name) => join(folder, name))
    .filter((file) => /^kind: (?:DaemonSet|Deployment|StatefulSet)$/mu.test(readFileSync(file, 'utf8')))
    .sort();
}

/** Real manifests with workloads that have a name of their own, so that an edit of one is no edit of another. */
function readCorpus(corpus: string): ManifestFile[] {
  const names = new Set<string>();
  const sources = [
    'GoogleCloudPlatform+microservices-demo',
    'dockersamples+example-voting-app',
    'microservices-demo+microservices-demo',
    'stefanprodan+podinfo',
  ];
  const files = sources.flatMap((source) => listWorkloadFiles(join(corpus, source)).slice(0, 8));
  return files
    .map((file) => readFile(file.slice(corpus.length + 1), file))
    .filter(({ objects }) => {
      const own = objects.map(nameOf);
      if (own.some((name) => names.has(name)) || new Set(own).size < own.length) return false;
      for (const name of own) names.add(name);
      return true;
    });
}

function expectExact(played: Awaited<ReturnType<typeof playHistory>>): void {
  expect(played.filter(({ expected }) => expected.status === 1).length).toBeGreaterThan(5);
  expect(played.filter(({ expected }) => expected.status === 0).length).toBeGreaterThan(5);
  for (const { edits, expected, since, known, shrinks } of played) {
    expect({ edits, ...since }, '--since').toEqual({ edits, ...expected });
    expect({ edits, ...known }, '--baseline').toEqual({ edits, ...expected });
    expect(shrinks, `${edits.join('; ')} leaves the baseline`).toBe(true);
  }
}

describe('a history of 30 commits', { timeout: 240_000 }, () => {
  it.each([1, 2])('is told apart into commits that made it worse and others (seed %i)', async (seed) => {
    const played = await playHistory(createFiles(), seed);
    expect(played).toHaveLength(commits);
    expectExact(played);
  });

  const corpus = sharedFile('corpus');
  it.skipIf(corpus === null)('is told apart with real manifests too', async () => {
    const files = readCorpus(corpus ?? '');
    expect(files.length).toBeGreaterThan(15);
    const played = await playHistory(files, 3);
    expect(played).toHaveLength(commits);
    expectExact(played);
  });
});
