import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, until, type ApiAddress } from './api.ts';
import type { Binaries } from './binaries.ts';
import { AUDIT_POLICY } from './refusals.ts';
import { printStages } from './stages.ts';

/** A running control plane on loopback, with a fake kubelet and no nodes yet. */
export interface ControlPlane extends ApiAddress {
  /** A kubeconfig of a cluster administrator, for kubectl and for `quotafit --live`. */
  readonly kubeconfig: string;
  /** Where the programs' logs are while it runs. */
  readonly folder: string;
  /** The audit log of what controllers create, one JSON a line. */
  readonly auditLog: string;
  /** Where etcd answers; it asks nobody who he is. */
  readonly etcd: string;
  /** Stops a program where it stands (SIGSTOP), lets it go on (SIGCONT), or ends it (SIGKILL). */
  signal(program: Program, signal: NodeJS.Signals): void;
  /** Starts programs again that were ended, with the data that they left; comes back when the API server is ready. */
  restart(...programs: readonly Program[]): Promise<void>;
  /** Ends all programs and removes the folder; may be called twice. */
  stop(): Promise<void>;
}

type Program = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok';

export interface ControlPlaneOptions {
  readonly binaries: Binaries;
  /** More flags for kube-apiserver, such as `--admission-control-config-file`. */
  readonly apiServerFlags?: readonly string[];
}

/** Ends as a shell expects of a process that a signal ended; `exit` listeners do the rest. */
const onSignal = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);

const START_TIMEOUT_MS = 60_000;
/** Everyone here is local: no client is to be slowed down, or scenarios would measure the client's own limits. */
const UNLIMITED = ['--kube-api-qps=2000', '--kube-api-burst=4000'];

/**
 * Brings up etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok on free ports of 127.0.0.1.
 * Their data lives in a temporary folder. The caller must call `stop`; when the process ends in another
 * way, by a signal too, they end with it.
 * @throws Error when a program ends early or the API server is not ready within a minute; all is torn down then
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'quotafit-control-plane-'));
  const running = new Map<Program, Running>();
  const start = (name: Program, program: string, flags: readonly string[]): void => {
    const log = openSync(join(folder, `${name}.log`), 'a');
    const child = spawn(program, flags, { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    // A program that cannot be started shows as one that has ended.
    child.on('error', () => {});
    running.set(name, { child, again: () => start(name, program, flags) });
  };
  const listChildren = (): readonly ChildProcess[] => [...running.values()].map(({ child }) => child);
  // Also when the process goes without a word: nothing may outlive it.
  const killAll = (): void => {
    for (const child of listChildren()) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  process.once('exit', killAll).once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const stop = async (): Promise<void> => {
    await Promise.all(listChildren().map(end));
    process.off('exit', killAll).off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const [etcdPort, peerPort, apiPort, kwokPort] = await freePorts(4);
    const url = `https://127.0.0.1:${apiPort}`;
    const etcd = `http://127.0.0.1:${etcdPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    start('etcd', options.binaries.etcd, [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--unsafe-no-fsync',
      '--quota-backend-bytes=4294967296',
    ]);

    const tokens = await writeSecrets(folder);
    const auditLog = join(folder, 'audit.log');
    await writeFile(auditLog, '');
    await writeFile(join(folder, 'audit-policy.json'), JSON.stringify(AUDIT_POLICY));
    start('kube-apiserver', options.binaries.apiServer, [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--secure-port=${apiPort}`,
      `--cert-dir=${folder}`,
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${join(folder, 'service-account.pub')}`,
      `--service-account-signing-key-file=${join(folder, 'service-account.key')}`,
      '--service-cluster-ip-range=10.96.0.0/12',
      '--allow-privileged=true',
      '--enable-priority-and-fairness=false',
      '--max-requests-inflight=0',
      '--max-mutating-requests-inflight=0',
      `--audit-policy-file=${join(folder, 'audit-policy.json')}`,
      `--audit-log-path=${auditLog}`,
      '--audit-log-mode=blocking',
      '--audit-log-maxsize=4000',
      '--v=1',
      ...(options.apiServerFlags ?? []),
    ]);

    const authority = join(folder, 'apiserver.crt');
    const ca = await untilReadable(authority, listChildren());
    const address = { url, token: tokens.admin, ca };
    const untilReady = async (children: readonly ChildProcess[]): Promise<void> => {
      const api = connect(address);
      await until(
        () => api.get('/readyz'),
        (answer) => failEarly(children) || answer.status === 200,
        START_TIMEOUT_MS,
      );
      api.close();
    };
    await untilReady(listChildren());

    const kubeconfigs = await writeKubeconfigs(folder, url, authority, tokens);
    start('kube-controller-manager', options.binaries.controllerManager, [
      `--kubeconfig=${kubeconfigs.controllerManager}`,
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${join(folder, 'service-account.key')}`,
      `--root-ca-file=${authority}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      '--secure-port=0',
      // Used amounts that nobody took back (a charge for an object that was not stored) go sooner than after five minutes.
      '--resource-quota-sync-period=10s',
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--concurrent-deployment-syncs=20',
      '--concurrent-replicaset-syncs=20',
      '--concurrent-statefulset-syncs=20',
      '--concurrent-daemonset-syncs=20',
      '--concurrent-job-syncs=20',
      '--concurrent-rc-syncs=20',
      '--concurrent-resource-quota-syncs=20',
      ...UNLIMITED,
    ]);
    start('kube-scheduler', options.binaries.scheduler, [
      `--kubeconfig=${kubeconfigs.scheduler}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      '--secure-port=0',
      ...UNLIMITED,
    ]);
    await writeFile(join(folder, 'kwok.yaml'), printStages());
    start('kwok', options.binaries.kwok, [
      `--kubeconfig=${kubeconfigs.admin}`,
      `--config=${join(folder, 'kwok.yaml')}`,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      `--server-address=127.0.0.1:${kwokPort}`,
    ]);
    return {
      ...address,
      kubeconfig: kubeconfigs.admin,
      folder,
      auditLog,
      etcd,
      signal: (program, signal) => void running.get(program)?.child.kill(signal),
      async restart(...programs) {
        for (const program of programs) {
          const before = running.get(program);
          if (before === undefined) continue;
          await end(before.child);
          before.again();
        }
        await untilReady(programs.flatMap((program) => running.get(program)?.child ?? []));
      },
      stop,
    };
  } catch (error) {
    const logs = await Promise.all(['etcd', 'kube-apiserver'].map((name) => lastLines(join(folder, `${name}.log`))));
    await stop();
    throw new Error(`the control plane did not start\n${logs.join('\n')}`, { cause: error });
  }
}

/** A program, and how it is started once more. */
interface Running {
  readonly child: ChildProcess;
  readonly again: () => void;
}

interface Tokens {
  readonly admin: string;
  readonly controllerManager: string;
  readonly scheduler: string;
}

/** A bearer token for each client, and the key that signs service accounts. Real user names: webhooks tell people by them. */
async function writeSecrets(folder: string): Promise<Tokens> {
  const tokens = { admin: randomToken(), controllerManager: randomToken(), scheduler: randomToken() };
  await writeFile(
    join(folder, 'tokens.csv'),
    [
      `${tokens.admin},admin,admin,system:masters`,
      `${tokens.controllerManager},system:kube-controller-manager,controller-manager`,
      `${tokens.scheduler},system:kube-scheduler,scheduler`,
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'service-account.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(folder, 'service-account.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  return tokens;
}

function randomToken(): string {
  return randomBytes(24).toString('hex');
}

async function writeKubeconfigs(
  folder: string,
  server: string,
  authority: string,
  tokens: Tokens,
): Promise<Record<keyof Tokens, string>> {
  const write = async (user: keyof Tokens): Promise<string> => {
    const path = join(folder, `${user}.kubeconfig`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'conformance',
      clusters: [{ name: 'conformance', cluster: { server, 'certificate-authority': authority } }],
      users: [{ name: user, user: { token: tokens[user] } }],
      contexts: [{ name: 'conformance', context: { cluster: 'conformance', user } }],
    };
    await writeFile(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  };
  return {
    admin: await write('admin'),
    controllerManager: await write('controllerManager'),
    scheduler: await write('scheduler'),
  };
}

/** Held open together before any is given back, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function failEarly(children: readonly ChildProcess[]): false {
  const gone = children.find((child) => child.exitCode !== null || child.signalCode !== null);
  if (gone) throw new Error(`${gone.spawnfile} ended with ${gone.exitCode ?? gone.signalCode}`);
  return false;
}

/** The API server writes its self-signed certificate at its start. */
async function untilReadable(path: string, children: readonly ChildProcess[]): Promise<string> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    failEarly(children);
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.includes('-----END CERTIFICATE-----')) return text;
    if (Date.now() > deadline) throw new Error(`${path} was not written`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Killed, not asked to end: nothing of it is to be kept, and an API server would first wait for its open watches. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGKILL');
  await gone;
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').slice(-8).join('\n');
}
