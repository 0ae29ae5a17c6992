import { spawnSync } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/manifest/document.ts';
import { buildBinaries, type Binaries } from './binaries.ts';
import { deriveBounds, judgeBounds } from './bounds.ts';
import { compare, type Disagreement } from './compare.ts';
import { runFit } from './fit-command.ts';
import { askEngine } from './fit-engine.ts';
import type { ControlPlane } from './control-plane.ts';
import { startFront, type ReviewLine } from './front.ts';
import { FAMILIES } from './generate/families.ts';
import { generateScenarios, readFamily } from './generate/generate.ts';
import { judgeHarm, listMisjudged } from './harm.ts';
import { live, type LifeReport } from './lives.ts';
import { inParallel } from './pool.ts';
import { onStage, record, type RecordOptions } from './record.ts';
import type { Recording, Scenario } from './scenario.ts';
import { printVector } from './vector.ts';

const USAGE = `Plays scenarios on a real control plane and compares with what quotafit foretells.

npm run conformance -- [options]
  --kubernetes VERSION  release of the control plane (v1.37.2)
  --seed N              seed of the generator (1)
  --scenarios N         how many to play (200)
  --namespaces N        how many at a time (80)
  --family NAME         only this family; may be given again: ${Object.keys(FAMILIES).join(', ')}
  --scenario FILE       play these instead of generated ones, one JSON a line
  --cli COMMAND         ask this quotafit (node dist/bin.js) instead of the engine of this tree
  --record-only         do not compare
  --record FILE         write the recordings, one JSON a line
  --replay FILE         compare with these recordings, without a control plane
  --vectors FILE        append each recording that disagrees, such as test/oracle/vectors/regressions.jsonl
  --webhook             play all once more with the webhook (dist/webhook.js) before the API server, and compare: nobody may be harmed
  --lives N             so many namespaces lived in behind the webhook (dist/webhook.js): what it says against what comes of it
  --bounds              play maxReplicas too: so many exist, and one more does not
  --ci                  120 scenarios, of fixed seeds and one of the commit; without Go it says so and ends well
`;

/** Asks quotafit what would come of a recorded scenario. */
type Fit = (recording: Recording) => Promise<JsonObject>;

const FIXED_SEEDS = [1, 2, 3];

const LIFE_STEPS = 12;
/** More of them wait for each other's controllers. */
const LIVES_AT_ONCE = 40;

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
      cli: { type: 'string' },
      'record-only': { type: 'boolean', default: false },
      record: { type: 'string' },
      replay: { type: 'string' },
      vectors: { type: 'string' },
      bounds: { type: 'boolean', default: false },
      webhook: { type: 'boolean', default: false },
      lives: { type: 'string' },
      ci: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const minor = values.kubernetes.replace(/^v(\d+\.\d+)\..*$/, '$1');
  const { cli } = values;
  const fit: Fit = async (recording) => (cli === undefined ? askEngine(recording, minor) : runFit(cli, recording));
  if (values.replay !== undefined) {
    return statusOf(await report(fit, await readLines<Recording>(values.replay), values.vectors));
  }
  const build = await buildBinaries(values.kubernetes, log);
  if (build.kind === 'unavailable') {
    log(`${build.reason}${values.ci ? ' The recorded vectors judge alone.' : ''}`);
    return values.ci ? 0 : 2;
  }
  if (values.lives !== undefined) {
    return tellLives(build.binaries, Number(values.seed), Number(values.lives), Number(values.namespaces));
  }
  const families = values.family?.map(readFamily);
  const generated = (seed: number, count: number): readonly Scenario[] => generateScenarios(seed, count, families);
  const scenarios =
    values.scenario !== undefined
      ? await readLines<Scenario>(values.scenario)
      : values.ci
        ? [...FIXED_SEEDS.flatMap((seed) => generated(seed, 20)), ...generated(seedOfCommit(), 60)]
        : generated(Number(values.seed), Number(values.scenarios));
  if (values.record !== undefined) await writeFile(values.record, '');
  const playing = {
    binaries: build.binaries,
    namespaces: Number(values.namespaces),
    log,
    onRecording: async (recording: Recording) => {
      if (values.record !== undefined) await appendFile(values.record, `${JSON.stringify(recording)}\n`);
    },
  };
  const recordings = await record({ ...playing, scenarios });
  if (values.webhook) return tellHarm(recordings, { ...playing, scenarios });
  if (values['record-only']) return 0;
  const wrong = await report(fit, recordings, values.vectors);
  if (values.ci && wrong.length > 0) {
    log('playing once more what disagrees: only what disagrees again is the fault of fit');
    return statusOf(await report(fit, await record({ ...playing, scenarios: wrong }), values.vectors));
  }
  const status = statusOf(wrong);
  if (!values.bounds) return status;
  return Math.max(status, await playBounds(fit, recordings, playing));
}

/** Lives in namespaces behind the webhook. */
async function tellLives(binaries: Binaries, seed: number, lives: number, width: number): Promise<number> {
  const report: LifeReport = { counts: new Map(), wrong: [] };
  const names = Array.from({ length: lives }, (_, index) => `life-${seed}-${index}`);
  let reviews: readonly ReviewLine[] = [];
  const front = (plane: ControlPlane) => startFront(plane, (all) => (reviews = all));
  await onStage({ binaries, log, front }, (stage) =>
    inParallel(names, Math.min(width, LIVES_AT_ONCE), (name) => live(stage, name, LIFE_STEPS, report)),
  );
  const wrong = [...report.wrong, ...listMisjudged(reviews)];
  for (const line of wrong) console.log(line);
  const counted = [...report.counts].map(([what, count]) => `${count} ${what}`);
  console.log(`${lives} lives: ${counted.join(', ')} compared; ${wrong.length} differ`);
  return wrong.length === 0 ? 0 : 1;
}

/** Plays what was played without the webhook once more with it. */
async function tellHarm(without: readonly Recording[], playing: RecordOptions): Promise<number> {
  const harm = await playHarm(without, playing);
  for (const line of harm.spared) console.log(`refused, and lacked nothing without the webhook: ${line}`);
  for (const line of [...harm.misjudged, ...harm.harmed]) console.log(line);
  console.log(
    `${harm.compared} objects let in and compared, ${harm.refused} refused, ` +
      `${harm.spared.length} of them without need; ${harm.misjudged.length} misjudged, ${harm.harmed.length} harmed`,
  );
  const status = harm.misjudged.length === 0 ? 0 : 1;
  if (harm.scenarios.size === 0) return status;
  log('playing once more who was harmed: only who is harmed again is harmed by the webhook');
  const again = { ...playing, scenarios: playing.scenarios.filter(({ id }) => harm.scenarios.has(id)) };
  const { harmed } = await playHarm(await record(again), again);
  for (const line of harmed) console.log(`again: ${line}`);
  return harmed.length === 0 ? status : 1;
}

async function playHarm(without: readonly Recording[], { binaries, namespaces, scenarios }: RecordOptions) {
  let reviews: readonly ReviewLine[] = [];
  const withWebhook = await record({
    binaries,
    log,
    namespaces,
    scenarios,
    front: (plane) => startFront(plane, (all) => (reviews = all)),
  });
  const controllers = reviews.filter(({ user }) => user.startsWith('system:')).length;
  log(`${reviews.length} reviews, ${controllers} of them of controllers`);
  return judgeHarm(without, withWebhook, reviews);
}

const statusOf = (wrong: readonly Recording[]): number => (wrong.length === 0 ? 0 : 1);

/** Of the commit, so that each one tries what none before it did and a run of it can be repeated; the ids name the seed. */
function seedOfCommit(): number {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout, 16) : Math.floor(Date.now() / 1000) % 1_000_000;
}

async function playBounds(
  fit: Fit,
  recordings: readonly Recording[],
  playing: Omit<RecordOptions, 'scenarios'>,
): Promise<number> {
  const settled = recordings.filter((recording) => recording.truth.settled);
  const derived = await inParallel(settled, 2, async (one) => deriveBounds(one, await fit(one)));
  const bounds = derived.flat();
  const wrong = judgeBounds(bounds, await record({ ...playing, scenarios: bounds.map(({ scenario }) => scenario) }));
  for (const { about, foretold, real } of wrong) console.log(`${about}: foretold that ${foretold}, ${real}`);
  console.log(`maxReplicas: ${bounds.length - wrong.length} of ${bounds.length} bounds hold`);
  return wrong.length === 0 ? 0 : 1;
}

/** Prints every disagreement and their share. @returns what disagrees */
async function report(
  fit: Fit,
  recordings: readonly Recording[],
  vectors: string | undefined,
): Promise<readonly Recording[]> {
  const settled = recordings.filter((recording) => recording.truth.settled);
  const found = await inParallel(settled, 2, async (recording) => judge(fit, recording));
  const byFamily = new Map<string, { all: number; right: number }>();
  for (const [index, recording] of settled.entries()) {
    const disagreements = found[index] ?? [];
    const family = recording.family ?? 'recorded';
    const count = byFamily.get(family) ?? { all: 0, right: 0 };
    byFamily.set(family, { all: count.all + 1, right: count.right + (disagreements.length === 0 ? 1 : 0) });
    if (disagreements.length === 0) continue;
    console.log(`${recording.id} (${family})`);
    for (const { about, foretold, real } of disagreements) console.log(`  ${about}: foretold ${foretold}, was ${real}`);
    if (vectors !== undefined) await appendFile(vectors, printVector(recording));
  }
  for (const [family, { all, right }] of byFamily) console.log(`${family}: ${right} of ${all}`);
  const wrong = settled.filter((_, index) => (found[index] ?? []).length > 0);
  const right = settled.length - wrong.length;
  console.log(
    `${right} of ${settled.length} settled scenarios agree; ${recordings.length - settled.length} did not settle`,
  );
  return wrong;
}

async function judge(fit: Fit, recording: Recording): Promise<readonly Disagreement[]> {
  try {
    return compare(await fit(recording), recording);
  } catch (error) {
    return [{ about: 'fit', foretold: String(error), real: 'an answer' }];
  }
}

async function readLines<T>(path: string): Promise<readonly T[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T);
}

process.exitCode = await main(process.argv.slice(2));
