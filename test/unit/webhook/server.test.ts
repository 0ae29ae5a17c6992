import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAuthority } from '../../../webhook/tls/authority.ts';
import { startFakeApiServer, type FakeApiServer } from '../../helpers/fake-api-server.ts';

const root = join(import.meta.dirname, '../../..');

let api: FakeApiServer;
let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-server-'));
  api = await startFakeApiServer({});
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Has people's own rules, which take an OPA until `told` is there, and which it then refuses. */
async function writeConfig(): Promise<string> {
  const { certificate, key } = await createAuthority(new Date(), 1);
  const tls = { mode: 'files', certFile: write('tls.crt', certificate), keyFile: write('tls.key', key) };
  mkdirSync(join(folder, 'rules'));
  write('rules/rule.rego', 'package rules.team["mine"]\n');
  const wait = `while [ -d ${folder} ] && [ ! -e ${join(folder, 'told')} ]; do sleep 0.05; done`;
  chmodSync(write('opa', `#!/bin/sh\n${wait}\necho cannot compile >&2\nexit 1\n`), 0o755);
  const head = { apiVersion: 'quotafit.dev/v1' };
  const policy = write('policy.yaml', JSON.stringify({ ...head, kind: 'Config', policies: [join(folder, 'rules')] }));
  const listen = { host: '127.0.0.1', port: 0 };
  return write('webhook.yaml', JSON.stringify({ ...head, kind: 'WebhookConfig', listen, tls, policy }));
}

function writeKubeconfig(): string {
  const cluster = { server: api.url, 'insecure-skip-tls-verify': true };
  const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
  const users = [{ name: 'u', user: { token: 't' } }];
  return write(
    'kubeconfig',
    JSON.stringify({ 'current-context': 'c', contexts, clusters: [{ name: 'c', cluster }], users }),
  );
}

it('says what it cannot follow while it still starts', { timeout: 60_000 }, async () => {
  api.forbidden.add('/api/v1/pods');
  const program = ['--import', 'tsx', join(root, 'webhook/server.ts')];
  const options = ['--config', await writeConfig(), '--kubeconfig', writeKubeconfig()];
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const child = spawn(process.execPath, [...program, ...options], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => write('told', ''));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect(err).toMatch(/^quotafit-webhook: .*cannot compile/u);
  expect(code).toBe(2);
  expect(out).toContain('"resource":"pods"');
  expect(out).toContain('cannot follow the cluster');
});
