import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, listAt, stringAt } from '../../src/manifest/fields.ts';
import { connect, type Api } from '../conformance/api.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { eventually } from './commands.ts';
import { deployment, quota } from './manifests.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { findPort, install, kubectlFor, startWebhook, type Kubectl, type WebhookProcess } from './webhook-process.ts';

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

const CREATES = 200;
const ROOM = 20;
const TAKEN = 12;
const SECONDS = 8;
/** Fewer where time is short, as in CI. */
const ROUNDS = Number(process.env['QUOTAFIT_RACE_ROUNDS'] ?? '20');
const records = '/api/v1/namespaces/quotafit-system/configmaps?labelSelector=quotafit.dev%2Freservations-of';

const path = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments`;
const named = (name: string, count: number): JsonObject => ({
  ...deployment(count),
  metadata: { name, labels: { app: name } },
});

const over = (admitted: readonly number[]): string => admitted.map((sum) => `${sum - ROOM}`).join(' ');

/** On a machine that is busy with other work. */
const TIMEOUT_MS = 600_000;

describe.skipIf(missing !== null)('two replicas and the last room of a namespace', { timeout: TIMEOUT_MS }, () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let balancer: Balancer;
  let replicas: readonly WebhookProcess[] = [];
  /** Two, since each keeps its own connections: all creates are under way at once. */
  let clients: readonly [Api, Api];

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    clients = [connect(plane), connect(plane)];
    balancer = await startBalancer();
    await install(kubectl, balancer.port, ['config.reservations.mode=shared', 'webhook.timeoutSeconds=20']);
  });
  afterEach(() => stopReplicas());
  afterAll(async () => {
    for (const client of clients ?? []) client.close();
    await balancer?.close();
    await plane?.stop();
  });

  async function stopReplicas(): Promise<void> {
    for (const replica of replicas) replica.signal('SIGTERM');
    await Promise.all(replicas.map(({ ended }) => ended));
    replicas = [];
  }

  async function startReplicas(mode: 'local' | 'shared'): Promise<void> {
    const config = `mode: deny\nreservations: { mode: ${mode}, seconds: ${SECONDS} }`;
    replicas = await Promise.all(
      ['a', 'b'].map(async (name) =>
        startWebhook(plane, kubectl, { port: await findPort(), name: `quotafit-${mode}-${name}`, config }),
      ),
    );
    await Promise.all(replicas.map(({ untilReady }) => untilReady()));
    balancer.serve(replicas.map(({ port }) => port));
  }

  /** A namespace with room for so many pods, most of it taken, that both replicas have heard of. */
  async function openNamespace(name: string, room: number): Promise<void> {
    const [api] = clients;
    await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await api.create(`/api/v1/namespaces/${name}/resourcequotas`, quota(room));
    const tooMuch = { ...deployment(room + 1), metadata: { name: 'too-much', namespace: name } };
    const request = {
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      namespace: name,
      name: 'too-much',
      operation: 'CREATE',
      userInfo: { username: 'alice' },
      dryRun: true,
      object: tooMuch,
    };
    for (const { review } of replicas) {
      await eventually(
        () => review(request),
        (response) => listAt(response, 'warnings').length > 0,
      );
    }
  }

  /** All at once; sizes differ, so that it is not their number that is right by chance. */
  async function race(namespace: string): Promise<number> {
    const answers = await Promise.all(
      Array.from({ length: CREATES }, (_, index) =>
        (clients[index % 2] ?? clients[0]).create(path(namespace), named(`web-${index}`, 1 + (index % 3))),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 403]));
    const { body } = await clients[0].get(path(namespace));
    return listAt(body, 'items').reduce<number>((sum, item) => sum + (integerAt(item, 'spec', 'replicas') ?? 0), 0);
  }

  async function runRounds(mode: 'local' | 'shared', rounds: number): Promise<readonly number[]> {
    const admitted: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const name = `${mode}-${round}`;
      await openNamespace(name, ROOM);
      const first = await clients[0].create(path(name), named('first', TAKEN));
      expect([first.status, first.body['message']]).toEqual([201, undefined]);
      admitted.push(await race(name));
    }
    return admitted;
  }

  /** What one review after the other takes, in the webhook's own measure. */
  async function timeReviews(mode: 'local' | 'shared'): Promise<string> {
    const name = `calm-${mode}`;
    await openNamespace(name, 1000);
    for (let index = 0; index < 100; index += 1) {
      const { status } = await clients[0].create(path(name), named(`web-${index}`, 1));
      expect(status).toBe(201);
    }
    const readTimes = async (): Promise<readonly number[]> =>
      replicas
        .flatMap(({ log }) => log().split('\n'))
        .filter((line) => line.includes(`"namespace":"${name}"`) && line.includes('"name":"web-'))
        .map((line) => JSON.parse(line) as { readonly kind: string; readonly ms: number })
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ ms }) => ms);
    const seen = await eventually(readTimes, ({ length }) => length === 100);
    const times = seen.toSorted((a, b) => a - b);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
    return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  }

  it('admit exactly what fits when they share what they reserve, and leave nothing behind', async () => {
    await startReplicas('shared');
    console.log(`shared: a review takes ${await timeReviews('shared')}`);
    const admitted = await runRounds('shared', ROUNDS);
    console.log(`shared: over by ${over(admitted)}`);
    for (const { get } of replicas) {
      await eventually(
        () => get('/metrics'),
        ({ body }) => /^quotafit_reservations 0$/mu.test(body),
      );
      expect((await get('/metrics')).body).not.toMatch(/^quotafit_degraded_total\{.*\} [1-9]/mu);
    }
    expect(admitted).toEqual(admitted.map(() => ROOM));
    const left = await eventually(
      () => clients[0].get(records),
      ({ body }) => listAt(body, 'items').length === 0,
      3 * SECONDS * 1000,
    );
    expect(stringAt(left.body, 'kind')).toBe('ConfigMapList');
  });

  it('go over by what the other has not heard of when each reserves for itself', async () => {
    await startReplicas('local');
    console.log(`local: a review takes ${await timeReviews('local')}`);
    const admitted = await runRounds('local', Math.ceil(ROUNDS / 4));
    console.log(`local: over by ${over(admitted)}`);
    for (const sum of admitted) expect(sum).toBeGreaterThanOrEqual(ROOM);
  });
});
