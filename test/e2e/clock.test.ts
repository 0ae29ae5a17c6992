import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, listAt, stringAt } from '../../src/manifest/fields.ts';
import { connect, type Api } from '../conformance/api.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { eventually } from './commands.ts';
import { deployment, reviewOf } from './manifests.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { openQuotaNamespace } from './quota-namespace.ts';
import { findPort, install, kubectlFor, startWebhook, type Kubectl, type WebhookProcess } from './webhook-process.ts';

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RESERVED_SECONDS = 3;
/** What a busy machine may add. */
const SLACK_MS = 10_000;
/** Leases and certificates are looked after every 20 s. */
const ROUND_MS = 20_000;
const NAMESPACE = 'team';
const own = '/api/v1/namespaces/quotafit-system';
const leases = '/apis/coordination.k8s.io/v1/namespaces/quotafit-system/leases';
const registration = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/quotafit';
const deployments = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

const named = (name: string, replicas: number): JsonObject => ({
  ...deployment(replicas),
  metadata: { name, namespace: NAMESPACE, labels: { app: name } },
});

/** A replica, and the wall clock that it goes by. */
interface Replica extends WebhookProcess {
  readonly name: string;
  readonly setClock: (aheadMs: number) => Promise<void>;
}

/** Two replicas before a namespace with room for four pods; nothing gets past them. */
describe.skipIf(missing !== null)('when the clock jumps', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let balancer: Balancer;
  let api: Api;
  let replicas: readonly Replica[] = [];

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    api = connect(plane);
    balancer = await startBalancer();
    await install(kubectl, balancer.port, ['webhook.failurePolicy=Fail', 'config.failure=closed']);
    await writeFile(join(plane.folder, 'policy.yaml'), policy);
    replicas = [await start('one'), await start('two')];
    balancer.serve(replicas.map(({ port }) => port));
    await openQuotaNamespace(kubectl, NAMESPACE, 4);
    for (const replica of replicas) {
      await eventually(
        () => replica.review(reviewOf(named('too-much', 8), true)),
        ({ warnings }) => JSON.stringify(warnings).includes('4 replicas fit'),
      );
    }
  });
  afterAll(async () => {
    for (const replica of replicas) replica.signal('SIGKILL');
    api?.close();
    await balancer?.close();
    await plane?.stop();
  });

  /** The end of a waiver is a day of the wall clock. */
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  const policy = `apiVersion: quotafit.dev/v1
kind: Config
rules: { '*': 'off', 'quota/*': error, images/tag-required: error }
waivers:
  - { rule: images/tag-required, match: { name: waived }, reason: known, owner: team@example.com, until: '${tomorrow}' }
`;

  async function start(name: string, aheadMs = 0): Promise<Replica> {
    const clockFile = join(plane.folder, `${name}.clock`);
    const setClock = async (ms: number): Promise<void> => {
      await writeFile(`${clockFile}.next`, String(ms));
      await rename(`${clockFile}.next`, clockFile);
    };
    await setClock(aheadMs);
    const config = `mode: deny
failure: closed
policy: ${join(plane.folder, 'policy.yaml')}
reservations: { seconds: ${RESERVED_SECONDS} }
audit: { intervalSeconds: 5 }`;
    const port = await findPort();
    const webhook = await startWebhook(plane, kubectl, { port, name, config, clockFile });
    await webhook.untilReady();
    return { ...webhook, name, setClock };
  }

  /** What must stay as it is: who leads, how often that changed, and what is served and trusted. */
  async function readCluster() {
    const { body } = await api.get(leases);
    const held = listAt(body, 'items').map((lease) => [
      stringAt(lease, 'metadata', 'name'),
      stringAt(lease, 'spec', 'holderIdentity'),
      integerAt(lease, 'spec', 'leaseTransitions'),
    ]);
    const secret = await api.get(`${own}/secrets/quotafit-tls`);
    const trusted = await api.get(registration);
    return {
      held,
      secret: stringAt(secret.body, 'metadata', 'resourceVersion'),
      bundles: listAt(trusted.body, 'webhooks').map((one) => stringAt(one, 'clientConfig', 'caBundle')),
    };
  }

  const metricsOf = async ({ get }: Replica): Promise<string> => (await get('/metrics')).body;

  /** Reserves room for three of four by what is never stored. @returns how long that room is taken */
  async function measureReservation({ review }: Replica, jump: () => Promise<void>): Promise<number> {
    const began = performance.now();
    expect(await review(reviewOf(named('never-stored', 3)))).toMatchObject({ allowed: true });
    await jump();
    expect(stringAt(await review(reviewOf(named('other', 2))), 'status', 'message')).toContain('others 3, this 2');
    await eventually(
      () => review(reviewOf(named('other', 2), true)),
      ({ warnings }) => warnings === undefined,
    );
    return performance.now() - began;
  }

  it.each([
    ['ahead, and those of others back', HOUR_MS],
    ['back, and those of others ahead', -HOUR_MS],
  ])('an hour %s: keeps reservations, Leases and certificates, and knows how old its state is', async (_case, ms) => {
    const before = await eventually(readCluster, ({ held }) => held.length === 2);
    const leader = replicas.find(({ name }) => name === before.held[0]?.[1]);
    const follower = replicas.find((one) => one !== leader);
    if (leader === undefined || follower === undefined) throw new Error(JSON.stringify(before));
    const reserved = await measureReservation(follower, async () => {
      await follower.setClock(ms);
      await leader.setClock(-ms);
    });
    expect(reserved).toBeGreaterThan(RESERVED_SECONDS * 1000 - 100);
    expect(reserved).toBeLessThan(RESERVED_SECONDS * 1000 + SLACK_MS);
    // Both have looked after Leases and certificates by then.
    await sleep(ROUND_MS + 2000);
    expect(await readCluster()).toEqual(before);
    for (const replica of replicas) {
      const body = await metricsOf(replica);
      const ages = [...body.matchAll(/^quotafit_state_age_seconds\{.*\} (\S+)$/gmu)].map(([, age]) => Number(age));
      expect(ages.length).toBeGreaterThan(10);
      expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...ages)).toBeLessThan(120);
      expect(body).not.toMatch(/^quotafit_degraded_total\{.*\} [1-9]/mu);
    }
    expect((await api.create(`${deployments}?dryRun=All`, named('fits', 4))).status).toBe(201);
    expect((await api.create(deployments, named('too-much', 5))).status).toBe(403);
  });

  it('lets a waiver end with the day of the wall clock, and hold again when that was wrong', async () => {
    const untagged = JSON.parse(
      JSON.stringify(named('waived', 1)).replace('registry.example.com/web:1', 'registry.example.com/web'),
    ) as JsonObject;
    const [replica] = replicas;
    const said: unknown[] = [];
    for (const ms of [0, 2 * DAY_MS, 0]) {
      await replica?.setClock(ms);
      said.push((await replica?.review(reviewOf(untagged, false)))?.['allowed']);
    }
    expect(said).toEqual([true, false, true]);
  });

  it('makes certificates that were made too early anew once its clock is right', async () => {
    for (const replica of replicas) replica.signal('SIGKILL');
    for (const path of [`${own}/secrets/quotafit-tls`, `${leases}/quotafit-tls-rotation`]) await remove(path);
    const early = await start('early', 2 * DAY_MS);
    replicas = [early];
    balancer.serve([early.port]);
    const refused = await api.create(`${deployments}?dryRun=All`, named('fits', 4));
    expect([refused.status, refused.body['message']]).toEqual([500, expect.stringContaining('not yet valid')]);
    await early.setClock(0);
    await eventually(
      () => api.create(`${deployments}?dryRun=All`, named('fits', 4)),
      ({ status }) => status === 201,
      ROUND_MS + SLACK_MS,
    );
  });

  const remove = async (path: string): Promise<void> => {
    const { code, stderr } = await kubectl(['delete', '--raw', path]);
    if (code !== 0) throw new Error(stderr);
  };
});
