import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinaries } from './binaries.ts';
import { compare, type Disagreement } from './compare.ts';
import { runFit } from './fit-command.ts';
import { FAMILIES } from './generate/families.ts';
import { generateScenarios } from './generate/generate.ts';
import { inParallel } from './pool.ts';
import { record } from './record.ts';
import type { Recording, Scenario } from './scenario.ts';
import { saveVector } from './vector.ts';

const USAGE = `Plays scenarios on a real control plane and compares with what quotafit foretells.

npm run conformance -- [options]
  --kubernetes VERSION  release of the control plane (v1.37.2)
  --seed N              seed of the generator (1)
  --scenarios N         how many to play (200)
  --namespaces N        how many at a time (80)
  --family NAME         only this family; may be given again: ${Object.keys(FAMILIES).join(', ')}
  --scenario FILE       play these instead of generated ones, one JSON a line
  --cli COMMAND         quotafit, to compare with (node dist/bin.js); empty: record only
  --record FILE         write the recordings, one JSON a line
  --replay FILE         compare with these recordings, without a control plane
  --vectors FOLDER      save each disagreement as a vector there
`;

const log = (line: string): void => console.error(line);

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      kubernetes: { type: 'string', default: 'v1.37.2' },
      seed: { type: 'string', default: '1' },
      scenarios: { type: 'string', default: '200' },
      namespaces: { type: 'string', default: '80' },
      family: { type: 'string', multiple: true },
      scenario: { type: 'string' },
      cli: { type: 'string', default: 'node dist/bin.js' },
      record: { type: 'string' },
      replay: { type: 'string' },
      vectors: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.replay !== undefined) {
    return report(values.cli, await readLines<Recording>(values.replay), values.vectors);
  }
  const build = await buildBinaries(values.kubernetes, log);
  if (build.kind === 'unavailable') {
    log(build.reason);
    return 2;
  }
  const scenarios = values.scenario
    ? await readLines<Scenario>(values.scenario)
    : generateScenarios(Number(values.seed), Number(values.scenarios), values.family);
  if (values.record !== undefined) {
    await mkdir(dirname(values.record), { recursive: true });
    await writeFile(values.record, '');
  }
  const recordings = await record({
    binaries: build.binaries,
    scenarios,
    namespaces: Number(values.namespaces),
    log,
    onRecording: async (recording) => {
      if (values.record !== undefined) await appendFile(values.record, `${JSON.stringify(recording)}\n`);
    },
  });
  return values.cli === '' ? 0 : report(values.cli, recordings, values.vectors);
}

/** Prints every disagreement and their share. */
async function report(cli: string, recordings: readonly Recording[], vectors: string | undefined): Promise<number> {
  const settled = recordings.filter((recording) => recording.truth.settled);
  const found = await inParallel(settled, 2, async (recording) => judge(cli, recording));
  const byFamily = new Map<string, { all: number; right: number }>();
  for (const [index, recording] of settled.entries()) {
    const disagreements = found[index] ?? [];
    const family = recording.family ?? 'recorded';
    const count = byFamily.get(family) ?? { all: 0, right: 0 };
    byFamily.set(family, { all: count.all + 1, right: count.right + (disagreements.length === 0 ? 1 : 0) });
    if (disagreements.length === 0) continue;
    console.log(`${recording.id} (${family})`);
    for (const { about, foretold, real } of disagreements) console.log(`  ${about}: foretold ${foretold}, was ${real}`);
    if (vectors !== undefined) await saveVector(vectors, recording);
  }
  for (const [family, { all, right }] of byFamily) console.log(`${family}: ${right} of ${all}`);
  const right = found.filter((disagreements) => disagreements.length === 0).length;
  console.log(
    `${right} of ${settled.length} settled scenarios agree; ${recordings.length - settled.length} did not settle`,
  );
  return right === settled.length ? 0 : 1;
}

async function judge(cli: string, recording: Recording): Promise<readonly Disagreement[]> {
  try {
    return compare(await runFit(cli, recording), recording);
  } catch (error) {
    return [{ about: 'fit', foretold: String(error), real: 'an answer' }];
  }
}

async function readLines<T>(path: string): Promise<readonly T[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T);
}

process.exitCode = await main(process.argv.slice(2));
