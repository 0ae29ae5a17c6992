import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/manifest/document.ts';
import { objectAt } from '../../src/manifest/fields.ts';
import type { ControlPlane } from '../conformance/control-plane.ts';
import { run, type Answer } from './commands.ts';

const root = join(import.meta.dirname, '../..');
const chart = join(root, 'webhook/deploy/chart');
const NAMESPACE = 'quotafit-system';
const RELEASE = 'quotafit';

/** The built webhook as a process of its own, beside a control plane. */
export interface WebhookProcess {
  readonly port: number;
  /** What it has logged so far, one JSON a line. */
  readonly log: () => string;
  /** Asks one of its paths for people, past its certificate. */
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  /** Puts a review to it as an API server does. @returns its `response` */
  readonly review: (request: JsonObject) => Promise<JsonObject>;
  readonly untilReady: () => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Settles with its exit status. */
  readonly ended: Promise<number | null>;
}

export type Kubectl = (args: readonly string[], stdin?: string) => Promise<Answer>;

export function kubectlFor({ kubeconfig }: ControlPlane): Kubectl {
  return (args, stdin) => run('kubectl', ['--kubeconfig', kubeconfig, ...args], stdin);
}

/** What the chart gives, of these templates alone. @param values - as `--set` takes them */
export function render(templates: readonly string[], values: readonly string[] = []): Promise<string> {
  const only = templates.flatMap((name) => ['--show-only', `templates/${name}.yaml`]);
  const sets = values.flatMap((value) => ['--set', value]);
  const place = ['--namespace', NAMESPACE, '--kube-version', '1.37.0'];
  return must(run('helm', ['template', RELEASE, chart, ...place, ...only, ...sets]));
}

/**
 * Installs what the chart installs, save for the Deployment: namespace, roles, and the webhook's registration, which
 * reaches a process on this machine instead of a Service.
 * @param port - of the process
 */
export async function install(kubectl: Kubectl, port: number, values: readonly string[] = []): Promise<void> {
  const rendered = await render(['rbac', 'rbac-audit', 'webhookconfiguration'], values);
  const local = rendered.replace(/^( *)service: \{.*\}$/mu, `$1url: https://127.0.0.1:${port}/validate`);
  await must(kubectl(['create', 'namespace', NAMESPACE]));
  await must(kubectl(['apply', '--filename', '-'], local));
}

export interface ProcessOptions {
  readonly port: number;
  readonly name: string;
  /** More lines of its configuration. */
  readonly config?: string;
  /** Where its certificate is from, as its configuration has it; an authority of its own by default. */
  readonly tls?: string;
  /** Holds the milliseconds by which its wall clock is ahead. */
  readonly clockFile?: string;
}

/** Starts it with the rights of its own service account, and nobody else's. */
export async function startWebhook(
  plane: ControlPlane,
  kubectl: Kubectl,
  { port, name, config = 'mode: deny', tls = selfManaged, clockFile }: ProcessOptions,
): Promise<WebhookProcess> {
  const token = await must(kubectl(['--namespace', NAMESPACE, 'create', 'token', RELEASE]));
  const kubeconfig = join(plane.folder, `${name}.kubeconfig`);
  await writeFile(kubeconfig, printKubeconfig(plane, token.trim()), { mode: 0o600 });
  const file = join(plane.folder, `${name}.yaml`);
  await writeFile(file, printConfig(port, tls, config));
  const flags = clockFile === undefined ? [] : ['--import', join(import.meta.dirname, 'moved-clock.mjs')];
  const program = [join(root, 'dist/webhook.js'), '--config', file, '--kubeconfig', kubeconfig];
  const child = spawn(process.execPath, [...flags, ...program], {
    env: { ...process.env, POD_NAMESPACE: NAMESPACE, POD_NAME: name, CLOCK_FILE: clockFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return follow(child, port);
}

function follow(child: ChildProcess, port: number): WebhookProcess {
  const lines: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      process.off('exit', kill);
      resolve(code);
    });
  });
  const log = (): string => lines.join('');
  const send = (method: string, path: string, text: string): ReturnType<WebhookProcess['get']> =>
    new Promise((resolve, reject) => {
      const headers = text === '' ? {} : { 'content-type': 'application/json' };
      const options = { host: '127.0.0.1', port, method, path, headers, rejectUnauthorized: false };
      const sent = request(options, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      sent.on('error', reject);
      sent.end(text);
    });
  const get: WebhookProcess['get'] = (path) => send('GET', path, '');
  const review: WebhookProcess['review'] = async (asked) => {
    const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { uid: 'e2e', ...asked } };
    const answer = await send('POST', '/validate?timeout=5s', JSON.stringify(body));
    return objectAt(JSON.parse(answer.body) as JsonObject, 'response');
  };
  const untilReady = async (): Promise<void> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the webhook ended with ${child.exitCode}: ${log()}`);
      const status = await get('/readyz').then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      if (Date.now() > deadline) throw new Error(`the webhook did not become ready: ${log()}`);
      await sleep(100);
    }
  };
  return { port, log, get, review, untilReady, ended, signal: (signal) => void child.kill(signal) };
}

function printKubeconfig({ url, ca }: ControlPlane, token: string): string {
  const authority = Buffer.from(ca).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'e2e',
    clusters: [{ name: 'e2e', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: RELEASE, user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: RELEASE } }],
  });
}

const selfManaged = `tls:
  mode: self-managed
  secret: ${RELEASE}-tls
  service: ${RELEASE}
  names: [127.0.0.1]
  webhookConfiguration: ${RELEASE}`;

function printConfig(port: number, tls: string, more: string): string {
  return `apiVersion: quotafit.dev/v1
kind: WebhookConfig
listen: { host: 127.0.0.1, port: ${port} }
${tls}
${more}
`;
}

/** @throws when the command fails */
export async function must(answer: Promise<Answer>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
  return stdout;
}

/** A port that nobody listened on a moment ago. */
export async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
