/**
 * `npm run bench:state [-- NAMESPACES,...]`: what it costs to follow a large cluster, over TLS, from an API server of a
 * process of its own: 2,000 namespaces with 10 Deployments and 50 pods each. Prints Markdown, which docs/benchmarks.md holds.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { leaveOutUnused } from '../../../scripts/leave-out-unused.ts';
import { createAuthority, issueServingCertificate } from '../../../webhook/tls/authority.ts';
import type { Followed } from './follow.ts';
import { WORKLOADS_EACH } from './size.ts';

const counts = (process.argv[2] ?? '20,2000').split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'quotafit-bench-'));
try {
  await bundle(['api-server', 'follow']);
  const authority = await createAuthority(new Date(), 1);
  const pair = await issueServingCertificate(authority, ['127.0.0.1'], new Date(), 1);
  writeFileSync(join(folder, 'tls.crt'), pair.certificate);
  writeFileSync(join(folder, 'tls.key'), pair.key, { mode: 0o600 });
  const runs: (readonly [number, Followed])[] = [];
  for (const count of counts) runs.push([count, await follow(count, authority.certificate)]);
  print(runs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** As the product is built: what the client library never needs is not loaded. */
async function bundle(names: readonly string[]): Promise<void> {
  await build({
    entryPoints: names.map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [leaveOutUnused],
  });
}

async function follow(count: number, certificate: string): Promise<Followed> {
  const server = spawn(process.execPath, ['api-server.mjs', String(count), 'tls.key', 'tls.crt'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => server.kill());
  try {
    const [port] = (await once(createInterface(server.stdout), 'line')) as [string];
    const authority = Buffer.from(certificate).toString('base64');
    const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority };
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bench',
      clusters: [{ name: 'bench', cluster }],
      users: [{ name: 'bench', user: { token: 'bench' } }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    };
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
    const command = ['--expose-gc', 'follow.mjs', 'kubeconfig', String(count)];
    const text = execFileSync(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    return JSON.parse(text.toString()) as Followed;
  } finally {
    server.kill();
  }
}

function row(title: string, cells: readonly string[], budget = ''): string {
  return `| ${[title, ...cells, budget].join(' | ')} |`;
}

function print(runs: readonly (readonly [number, Followed])[]): void {
  const [cpu] = cpus();
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  const of = (pick: (followed: Followed) => number, digits = 0): readonly string[] =>
    runs.map(([, followed]) => pick(followed).toFixed(digits));
  const sizes = runs.map(([count]) => count);
  const lines = [
    `Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), load ${load}, ${day}.\n`,
    row('namespaces', sizes.map(String), 'budget'),
    row('---', Array<string>(sizes.length).fill('---:'), '---:'),
    row(
      'workloads',
      sizes.map((count) => String(count * WORKLOADS_EACH)),
    ),
    row(
      'pods',
      of(({ pods }) => pods),
    ),
    row(
      'synced in, s',
      of(({ sync }) => sync.wallMs / 1000, 1),
      '20',
    ),
    row(
      'its processor time, s',
      of(({ sync }) => sync.cpuMs / 1000, 1),
    ),
    row(
      'its longest stall, ms',
      of(({ sync }) => sync.stallMs),
      '50',
    ),
    row(
      'processor time of one turn at most, ms',
      of(({ sync }) => sync.turnMs),
    ),
    row(
      'listed anew in, s',
      of(({ relist }) => relist.wallMs / 1000, 1),
    ),
    row(
      'its longest stall, ms',
      of(({ relist }) => relist.stallMs),
      '50',
    ),
    row(
      'processor time of one turn at most, ms',
      of(({ relist }) => relist.turnMs),
    ),
    row(
      'most memory until then, MiB',
      of(({ relist }) => relist.peakMebibytes),
      '400',
    ),
    row(
      'what lives on the heap, MiB',
      of(({ heldMebibytes }) => heldMebibytes),
    ),
    row(
      'a namespace that changed, us',
      of(({ changedMicroseconds }) => changedMicroseconds),
    ),
    row(
      'one that did not, us',
      of(({ knownMicroseconds }) => knownMicroseconds, 1),
    ),
    row(
      'processor time of a watch event, us',
      of(({ eventMicroseconds }) => eventMicroseconds),
    ),
  ];
  console.log(lines.join('\n'));
}
