import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { findPort } from '../../e2e/webhook-process.ts';
import { startServer, type Server } from './measure.ts';

const root = join(import.meta.dirname, '../../..');

/** Where a contender keeps its files, and the certificate that all serve with. */
export interface Ground {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes one file of a program here, as the webhook is one: what tsx makes of it is slower. @returns its path */
export function bundle(folder: string, program: 'bare' | 'parts' | 'stalls'): string {
  const outfile = join(folder, `${program}.mjs`);
  buildSync({
    entryPoints: [join(import.meta.dirname, `${program}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    // Where the package's own files are looked for: as if it stood where the built webhook stands.
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'dist')) },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}

/** @param mode - `unread` leaves the body as it came: what cannot be done without */
export async function startBare({ folder, cert, key }: Ground, mode: 'parsed' | 'unread'): Promise<Server> {
  const port = await findPort();
  const url = `https://127.0.0.1:${port}/validate`;
  const name = mode === 'parsed' ? 'bare fastify, a constant' : 'the same, the body unread';
  return startServer(name, [process.execPath, bundle(folder, 'bare'), cert, key, String(port), mode], url, url);
}

/** @param kubeconfig - of the cluster that it follows */
export async function startQuotafit({ folder, cert, key }: Ground, kubeconfig: string): Promise<Server> {
  const port = await findPort();
  const config = join(folder, `webhook-${port}.json`);
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
  const url = `https://127.0.0.1:${port}/validate?timeout=5s`;
  const command = [
    process.execPath,
    ...readFlags(),
    join(root, 'dist/webhook.js'),
    '--config',
    config,
    '--kubeconfig',
    kubeconfig,
  ];
  return startServer('quotafit', command, url, `https://127.0.0.1:${port}/readyz`);
}

/** Node's, as the image has them. */
function readFlags(): readonly string[] {
  const dockerfile = readFileSync(join(root, 'webhook/deploy/images/webhook/Dockerfile'), 'utf8');
  const words = JSON.parse(/^ENTRYPOINT (.+)$/mu.exec(dockerfile)?.[1] ?? '[]') as readonly string[];
  return words.slice(words.indexOf('node') + 1, -1);
}

export async function startOpa({ cert, key }: Ground): Promise<Server> {
  const port = await findPort();
  const address = `127.0.0.1:${port}`;
  const command = ['opa', 'run', '--server', '--addr', address, '--tls-cert-file', cert, '--tls-private-key-file', key];
  const flags = ['--log-level', 'error', join(import.meta.dirname, 'rules.rego')];
  const url = `https://${address}/v0/data/admission/main`;
  return startServer('opa run --server, four rules', [...command, ...flags], url, `https://${address}/health`, {
    GOMAXPROCS: '1',
  });
}

/** A kubeconfig for an API server that asks nobody who he is. */
export function writeKubeconfig({ folder }: Ground, server: string): string {
  const file = join(folder, 'kubeconfig');
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bench',
      clusters: [{ name: 'bench', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'bench', user: {} }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    }),
  );
  return file;
}
