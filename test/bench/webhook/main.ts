/**
 * `npm run bench:webhook`: what a review costs, beside a bare Fastify that answers a constant, and OPA's own server with
 * four rules where it is on PATH. Servers have one core, the client the other. Prints Markdown, which docs/benchmarks.md holds.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { createAuthority, issueServingCertificate } from '../../../webhook/tls/authority.ts';
import { findPort } from '../../e2e/webhook-process.ts';
import { isOnPath } from '../measure.ts';
import { reviewOf, startFakeApiServer } from './cluster.ts';
import { load, startServer, type Sample, type Server } from './measure.ts';

const root = join(import.meta.dirname, '../../..');
const ROUNDS = 3;
const SECONDS = 3;
const WARM_SECONDS = 15;

const folder = mkdtempSync(join(tmpdir(), 'quotafit-bench-'));
const api = await startFakeApiServer();
const servers: Server[] = [];
try {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', String(process.pid)], { stdio: 'ignore' });
  const pair = await issueServingCertificate(await createAuthority(new Date(), 1), ['127.0.0.1'], new Date(), 1);
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(cert, pair.certificate);
  writeFileSync(key, pair.key, { mode: 0o600 });
  servers.push(await startBare(cert, key));
  servers.push(await startQuotafit(cert, key));
  if (isOnPath('opa')) servers.push(await startOpa(cert, key));
  else console.error('opa is not on PATH, and is left out');

  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load ${(loadavg()[0] ?? 0).toFixed(1)}, ${new Date().toISOString().slice(0, 10)}; medians of ${ROUNDS} interleaved runs of ${SECONDS} s.`,
  );
  const small = Array.from({ length: 8 }, (_, index) => reviewOf(`new-${index}`, 2));
  const large = Array.from({ length: 8 }, (_, index) => reviewOf(`large-${index}`, 2000));
  console.log(`A review has ${small[0]?.length ?? 0} bytes.`);
  await compare('Allowed, 16 connections', servers, small, 16);
  await compare('Allowed, one connection', servers, small, 1);
  await compare(
    'Denied, 16 connections',
    servers.filter(({ name }) => name === 'quotafit'),
    large,
    16,
  );
} finally {
  for (const { child } of servers) child.kill();
  api.close();
  rmSync(folder, { recursive: true, force: true });
}

async function startBare(cert: string, key: string): Promise<Server> {
  const port = await findPort();
  const outfile = join(folder, 'bare.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  buildSync({
    entryPoints: [join(import.meta.dirname, 'bare.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    banner,
  });
  const url = `https://127.0.0.1:${port}/validate`;
  return startServer('bare fastify, a constant', [process.execPath, outfile, cert, key, String(port)], url, url);
}

async function startQuotafit(cert: string, key: string): Promise<Server> {
  const port = await findPort();
  const [config, kubeconfig] = [join(folder, 'webhook.json'), join(folder, 'kubeconfig')];
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'quotafit.dev/v1',
      kind: 'WebhookConfig',
      listen: { host: '127.0.0.1', port },
      tls: { mode: 'files', certFile: cert, keyFile: key },
      mode: 'deny',
    }),
  );
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bench',
      clusters: [{ name: 'bench', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'bench', user: {} }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    }),
  );
  const url = `https://127.0.0.1:${port}/validate?timeout=5s`;
  const command = [process.execPath, join(root, 'dist/webhook.js'), '--config', config, '--kubeconfig', kubeconfig];
  return startServer('quotafit', command, url, `https://127.0.0.1:${port}/readyz`);
}

async function startOpa(cert: string, key: string): Promise<Server> {
  const port = await findPort();
  const address = `127.0.0.1:${port}`;
  const command = ['opa', 'run', '--server', '--addr', address, '--tls-cert-file', cert, '--tls-private-key-file', key];
  const flags = ['--log-level', 'error', join(import.meta.dirname, 'rules.rego')];
  const url = `https://${address}/v0/data/admission/main`;
  return startServer('opa run --server, four rules', [...command, ...flags], url, `https://${address}/health`, {
    GOMAXPROCS: '1',
  });
}

async function compare(
  title: string,
  contenders: readonly Server[],
  bodies: readonly string[],
  connections: number,
): Promise<void> {
  const samples = new Map<Server, Sample[]>(contenders.map((server) => [server, []]));
  for (const server of contenders) await load(server, bodies, connections, WARM_SECONDS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [server, taken] of samples) taken.push(await load(server, bodies, connections, SECONDS));
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
