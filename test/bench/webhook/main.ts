/**
 * `npm run bench:webhook`: what a review costs, beside a bare Fastify that answers a constant, and OPA's own server with
 * four rules where it is on PATH. Servers have one core, the client the other. Then what is added through a real API
 * server, where Kubernetes' programs are built. Prints Markdown, which docs/benchmarks.md holds.
 *
 * `--rounds N` and `--seconds N` make it shorter or longer; `--only parts`, `--only stalls`, `--only servers` or
 * `--only api-server` leaves the rest out.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAuthority, issueServingCertificate } from '../../../webhook/tls/authority.ts';
import { isOnPath } from '../measure.ts';
import { measureApiServer } from './api-server.ts';
import { reviewOf, startFakeApiServer } from './cluster.ts';
import { bundle, startBare, startOpa, startQuotafit, writeKubeconfig, type Ground } from './contenders.ts';
import { expectAnswers, load, type Sample, type Server } from './measure.ts';

const options = {
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '3' },
  only: { type: 'string', default: '' },
} as const;
const { only, ...numbers } = parseArgs({ options }).values;
const [rounds, seconds] = [Number(numbers.rounds), Number(numbers.seconds)];
/** Until V8 has compiled all that matters: some ten thousand reviews. */
const WARM_SECONDS = 15;
/** Of so many Deployments: so many reservations are held at a time. */
const NAMES = 64;
/**
 * Each time with another image, other labels, other amounts, and each sent but once, on whatever connection: nothing
 * that the webhook remembers of one helps the next. More than it remembers.
 */
const REVIEWS = 4096;

const folder = mkdtempSync(join(tmpdir(), 'quotafit-bench-'));
try {
  const pair = await issueServingCertificate(await createAuthority(new Date(), 1), ['127.0.0.1'], new Date(), 1);
  const ground: Ground = { folder, cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  writeFileSync(ground.cert, pair.certificate);
  writeFileSync(ground.key, pair.key, { mode: 0o600 });
  const load1 = (loadavg()[0] ?? 0).toFixed(1);
  const today = new Date().toISOString().slice(0, 10);
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load1}, ${today}.`,
  );
  if (only === '' || only === 'parts') measureParts();
  if (only === '' || only === 'stalls') measureStalls();
  if (only === '' || only === 'api-server') await measureApiServer(ground, rounds);
  if (only === '' || only === 'servers') await measureServers(ground);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measureParts(): void {
  console.log('\n### Where the time of a review goes, in one process\n');
  console.log('| part | CPU us |');
  console.log('| --- | ---: |');
  process.stdout.write(execFileSync(process.execPath, [bundle(folder, 'parts')], { encoding: 'utf8' }));
}

function measureStalls(): void {
  console.log(
    '\n### How long one large review holds up all others: the longest turn of the thread that answers, CPU ms\n',
  );
  const sizes = ['100 KiB', '1 MiB', '3 MiB'].flatMap((size) => [`${size}, read there`, `${size}, in a thread`]);
  const columns = [...sizes.slice(0, -1), 'answered after, ms', ...sizes.slice(-1), 'answered after, ms'];
  console.log(`| many | ${columns.join(' | ')} |`);
  console.log(`| --- | ${columns.map(() => '---:').join(' | ')} |`);
  execFileSync(process.execPath, [bundle(folder, 'stalls')], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function measureServers(ground: Ground): Promise<void> {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', String(process.pid)], { stdio: 'ignore' });
  const api = await startFakeApiServer();
  const servers: Server[] = [];
  try {
    const bare = await startBare(ground, 'parsed');
    const unread = await startBare(ground, 'unread');
    const quotafit = await startQuotafit(ground, writeKubeconfig(ground, api.url));
    const opa = isOnPath('opa') ? [await startOpa(ground)] : [];
    if (opa.length === 0) console.error('opa is not on PATH, and is left out');
    servers.push(bare, unread, quotafit, ...opa);

    const others = Array.from({ length: REVIEWS }, (_, index) => reviewOf(`new-${index % NAMES}`, 1, index));
    const again = others.slice(0, NAMES);
    const large = Array.from({ length: REVIEWS }, (_, index) => reviewOf(`large-${index % NAMES}`, 20_000, index));
    console.log(
      `\nA review has ${others[0]?.length ?? 0} bytes; medians of ${rounds} interleaved runs of ${seconds} s.`,
    );
    await expectAnswers(quotafit, others, true);
    await expectAnswers(quotafit, large.slice(0, 1), false);
    for (const server of servers) await load(server, others, 16, WARM_SECONDS);
    await compare('Allowed, every review another object, 16 connections', servers, others, 16);
    await compare('The same, one connection', [bare, quotafit, ...opa], others, 1);
    await compare(`Allowed, ${NAMES} objects sent again and again, 16 connections`, servers, again, 16);
    await compare('The same, one connection', [bare, quotafit, ...opa], again, 1);
    await compare('Denied, every review another object, 16 connections', [bare, quotafit], large, 16);
  } finally {
    for (const { child } of servers) child.kill();
    api.close();
  }
}

/** @param contenders - the first is what the others are compared with */
async function compare(
  title: string,
  contenders: readonly Server[],
  bodies: readonly string[],
  connections: number,
): Promise<void> {
  const samples = new Map<Server, Sample[]>(contenders.map((server) => [server, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [server, taken] of samples) taken.push(await load(server, bodies, connections, seconds));
  }
  console.log(`\n### ${title}\n`);
  console.log('| server | requests/s | p50 ms | p99 ms | CPU us each | ratio | peak MiB |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  const base = costOf([...samples.values()][0] ?? []);
  for (const [{ name }, taken] of samples) {
    const of = (pick: (sample: Sample) => number, digits = 0): string => median(taken.map(pick)).toFixed(digits);
    const cells = [
      of(({ requestsPerSecond }) => requestsPerSecond),
      of(({ p50Ms }) => p50Ms),
      of(({ p99Ms }) => p99Ms),
      costOf(taken).toFixed(0),
      (costOf(taken) / base).toFixed(2),
      of(({ peakMebibytes }) => peakMebibytes),
    ];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

function costOf(taken: readonly Sample[]): number {
  return median(taken.map((sample) => sample.cpuMicrosecondsEach));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
