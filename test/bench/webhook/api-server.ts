import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt } from '../../../src/manifest/fields.ts';
import { connect, type Api } from '../../conformance/api.ts';
import { buildBinaries } from '../../conformance/binaries.ts';
import { startControlPlane } from '../../conformance/control-plane.ts';
import { deployment } from './cluster.ts';
import { startBare, startQuotafit, type Ground } from './contenders.ts';
import type { Server } from './measure.ts';

const KUBERNETES = 'v1.37.2';
const WORKLOADS = 200;
const REQUESTS = 1500;
const WARM_REQUESTS = 4000;
/** What the API server takes to hear of another configuration, several times over. */
const SETTLE_MS = 3000;

const deployments = '/apis/apps/v1/namespaces/team/deployments';
const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/** Of so many Deployments, what is sent again and again. */
const NAMES = 64;

/** What a webhook adds to dry-run creates of one client through a real API server. */
export async function measureApiServer(ground: Ground, rounds: number): Promise<void> {
  const build = await buildBinaries(KUBERNETES, console.error);
  if (build.kind !== 'ready') return console.error(`the API server is left out: ${build.reason}`);
  const plane = await startControlPlane({ binaries: build.binaries });
  const api = connect(plane);
  const servers: Server[] = [];
  try {
    await fillNamespace(api);
    servers.push(await startBare(ground, 'parsed'), await startQuotafit(ground, plane.kubeconfig));
    console.log(`\n### Through a real API server (${KUBERNETES}), one client\n`);
    console.log(
      `Dry-run creates, medians of ${rounds} interleaved runs of ${REQUESTS}; webhooks have one of the cores, Kubernetes' programs both.`,
    );
    const contenders = [null, ...servers];
    printTable('Another Deployment each', await takeTurns(api, ground, contenders, rounds, Number.POSITIVE_INFINITY));
    printTable(`${NAMES} Deployments again and again`, await takeTurns(api, ground, contenders, rounds, NAMES));
  } finally {
    for (const { child } of servers) child.kill();
    api.close();
    await plane.stop();
  }
}

type Times = ReadonlyMap<Server | null, readonly (readonly number[])[]>;

async function takeTurns(
  api: Api,
  ground: Ground,
  contenders: readonly (Server | null)[],
  rounds: number,
  names: number,
): Promise<Times> {
  const times = new Map<Server | null, number[][]>(contenders.map((server) => [server, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [server, taken] of times) {
      await register(api, ground, server);
      const sample = await createAll(api, round < 0 ? WARM_REQUESTS : REQUESTS, names);
      if (round >= 0) taken.push(sample);
    }
  }
  return times;
}

/** 200 workloads of a pod each that no node takes, and a quota with room for more. */
async function fillNamespace(api: Api): Promise<void> {
  const hard = { 'limits.cpu': '1000', 'requests.memory': '2000Gi', pods: '5000', 'count/deployments.apps': '5000' };
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard } };
  await must(api, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await must(api, '/api/v1/namespaces/team/resourcequotas', quota);
  await Promise.all(
    Array.from({ length: WORKLOADS }, (_, index) => must(api, deployments, written(`app-${index}`, index))),
  );
  await sleep(2 * SETTLE_MS);
}

/** As somebody writes it: what the server adds is the server's. */
function written(name: string, version: number): JsonObject {
  const object = deployment(name, 1, version);
  const { labels = {} } = objectAt(object, 'metadata');
  return { ...object, metadata: { name, namespace: 'team', labels } };
}

async function must(api: Api, path: string, object: JsonObject): Promise<void> {
  const { status, body } = await api.create(path, object);
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
}

/** Lets the API server ask this webhook and no other; `null`: none. */
async function register(api: Api, { cert }: Ground, server: Server | null): Promise<void> {
  const name = 'bench';
  const webhook = {
    name: 'bench.quotafit.dev',
    admissionReviewVersions: ['v1'],
    sideEffects: 'NoneOnDryRun',
    failurePolicy: 'Fail',
    timeoutSeconds: 5,
    rules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }],
    clientConfig: {
      url: server?.url.replace(/\?.*$/u, '') ?? '',
      caBundle: Buffer.from(readFileSync(cert)).toString('base64'),
    },
  };
  const type = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
  const patch = { ...type, metadata: { name }, webhooks: server === null ? [] : [webhook] };
  const path = `${configurations}/${name}?fieldManager=bench&force=true`;
  const { status, body } = await api.patch(path, patch, 'application/apply-patch+yaml');
  if (status >= 300) throw new Error(`the webhook could not be registered: ${JSON.stringify(body)}`);
  await sleep(SETTLE_MS);
}

/** @returns how long each took, in milliseconds */
async function createAll(api: Api, count: number, names: number): Promise<number[]> {
  const path = `${deployments}?dryRun=All&fieldManager=kubectl-client-side-apply`;
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const object = written(`new-${index % names}`, index % names);
    const start = process.hrtime.bigint();
    await must(api, path, object);
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return times;
}

function printTable(title: string, times: Times): void {
  console.log(`\n${title}:\n`);
  console.log('| webhook | p50 ms | p99 ms | added p50 | added p99 |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  const none = times.get(null) ?? [];
  for (const [server, samples] of times) {
    const [p50, p99] = [medianOf(samples, 0.5), medianOf(samples, 0.99)];
    const added =
      server === null ? ['', ''] : [p50 - medianOf(none, 0.5), p99 - medianOf(none, 0.99)].map((ms) => ms.toFixed(2));
    console.log(`| ${server?.name ?? 'none'} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${added.join(' | ')} |`);
  }
}

/** The median of what that share of each run lies below. */
function medianOf(runs: readonly (readonly number[])[], share: number): number {
  return percentile(
    runs.map((run) => percentile(run, share)),
    0.5,
  );
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
