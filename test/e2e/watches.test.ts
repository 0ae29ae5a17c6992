import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { connect, type Api, type ApiAnswer } from '../conformance/api.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { eventually } from './commands.ts';
import { deployment, reviewOf } from './manifests.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { openQuotaNamespace } from './quota-namespace.ts';
import { openSlowly } from './slow-client.ts';
import { startWatchProxy, type WatchProxy } from './watch-proxy.ts';
import {
  findPort,
  install,
  kubectlFor,
  must,
  startWebhook,
  type Kubectl,
  type WebhookProcess,
} from './webhook-process.ts';

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

const TIMEOUT_SECONDS = 5;
/** What a busy machine may add. */
const SLACK_MS = 10_000;
const STALE_SECONDS = 12;
const RESERVED_SECONDS = 4;
/** The server ends a watch after half the time in which state grows stale; a silent one is given up after half as long again. */
const SILENT_SECONDS = (STALE_SECONDS / 2) * 1.5;
const config = `mode: deny
failure: closed
reservations: { seconds: ${RESERVED_SECONDS} }
state: { staleSeconds: ${STALE_SECONDS}, pageSize: 2 }`;

const reviewOfNew = (namespace: string, name: string, replicas: number): JsonObject =>
  reviewOf({ ...deployment(replicas), metadata: { name, namespace, labels: { app: name } } });
const messageOf = ({ body }: ApiAnswer): string => stringAt(body, 'message');

/** Fails closed, and nothing gets past the webhook; between it and the API server stands who can keep watches from it. */
describe.skipIf(missing !== null)('when watches fail', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let proxy: WatchProxy;
  let api: Api;
  let webhook: WebhookProcess;

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    api = connect(plane);
    proxy = await startWatchProxy(plane);
    const port = await findPort();
    const values = ['webhook.failurePolicy=Fail', `webhook.timeoutSeconds=${TIMEOUT_SECONDS}`, 'config.failure=closed'];
    await install(kubectl, port, values);
    webhook = await startWebhook({ ...plane, url: proxy.url, ca: proxy.ca }, kubectl, {
      port,
      name: 'watches',
      config,
    });
    await webhook.untilReady();
    // All that follows takes long enough to see what becomes of them.
    for (const where of ['head', 'body'] as const) {
      const began = performance.now();
      for (let count = 0; count < 20; count += 1) {
        const socket = await openSlowly(port, where);
        socket.on('close', () => cutOff[where].push((performance.now() - began) / 1000)).resume();
      }
    }
  });
  /** After how many seconds those who began a request and sent no more were cut off. */
  const cutOff: Record<'body' | 'head', number[]> = { head: [], body: [] };
  afterAll(async () => {
    webhook?.signal('SIGKILL');
    api?.close();
    await proxy?.close();
    await plane?.stop();
  });

  /** The longest that somebody has waited. */
  let longestMs = 0;

  /** A namespace with room for four pods, of which the webhook knows. */
  async function openNamespace(name: string) {
    const { setQuota } = await openQuotaNamespace(kubectl, name, 4);
    const create = async (own: string, replicas: number, query = ''): Promise<ApiAnswer> => {
      const began = performance.now();
      const object: JsonObject = { ...deployment(replicas), metadata: { name: own, labels: { app: own } } };
      const answer = await api.create(`/apis/apps/v1/namespaces/${name}/deployments${query}`, object);
      longestMs = Math.max(longestMs, performance.now() - began);
      return answer;
    };
    const untilItFits = (count: number): Promise<ApiAnswer> =>
      eventually(
        () => create('too-much', 100),
        ({ body }) => stringAt(body, 'message').includes(`${count} replica${count === 1 ? ' fits' : 's fit'}`),
      );
    await untilItFits(4);
    return { create, setQuota, untilItFits };
  }

  /** Of all resources, in seconds. */
  async function readAges(): Promise<readonly number[]> {
    const { body } = await webhook.get('/metrics');
    return [...body.matchAll(/^quotafit_state_age_seconds\{.*\} (\S+)$/gmu)].map(([, age]) => Number(age));
  }
  const untilEldest = (holds: (age: number) => boolean): Promise<readonly number[]> =>
    eventually(readAges, (ages) => holds(Math.max(...ages)), 60_000);

  it('decides by the truth while they are silent, gives them up, and goes on where it was', async () => {
    const { create, setQuota, untilItFits } = await openNamespace('silent');
    proxy.setWatches('silent');
    const began = performance.now();
    // Who asks for a new one gets one that speaks.
    proxy.setWatches('pass');
    await setQuota(8);
    // As the watches had it, there was room for four.
    expect((await create('web', 6)).status).toBe(201);
    expect(messageOf(await create('more', 3))).toContain('2 replicas fit');
    await new Promise((resolve) => setTimeout(resolve, RESERVED_SECONDS * 1000 + 500));
    expect(messageOf(await create('more', 3))).toContain('2 replicas fit');
    await eventually(
      () => Promise.resolve(webhook.log()),
      (log) => log.includes('was silent for too long'),
      60_000,
    );
    const ms = performance.now() - began;
    const [eldest] = (await readAges()).toSorted((a, b) => b - a);
    console.log(`given up after ${(ms / 1000).toFixed(1)} s; the oldest state was ${eldest} s old`);
    expect(ms).toBeLessThan(SILENT_SECONDS * 1000 + SLACK_MS);
    await untilEldest((age) => age < SILENT_SECONDS);
    await untilItFits(2);
    expect(webhook.log()).not.toContain('"state-stale"');
  });

  it('lets in nothing by what it saw long ago when they stay silent, and tells how old that is', async () => {
    const { create, setQuota, untilItFits } = await openNamespace('stale');
    proxy.setWatches('silent');
    await setQuota(3);
    const ages = await untilEldest((age) => age > STALE_SECONDS);
    expect(Math.min(...ages)).toBeGreaterThan(STALE_SECONDS / 2);
    // As the watches had it, there was room for four.
    expect(messageOf(await create('web', 4))).toContain('3 replicas fit');
    expect((await create('web', 2)).status).toBe(201);
    expect(messageOf(await create('more', 2))).toContain('1 replica fits');

    plane.signal('kube-apiserver', 'SIGSTOP');
    const unconfirmed = await webhook.review(reviewOfNew('stale', 'more', 1));
    const oldObject = { ...deployment(2), metadata: { name: 'web', namespace: 'stale', labels: { app: 'web' } } };
    const scaledDown = await webhook.review({ ...reviewOfNew('stale', 'web', 1), operation: 'UPDATE', oldObject });
    plane.signal('kube-apiserver', 'SIGCONT');
    expect(unconfirmed).toMatchObject({ allowed: false });
    expect(stringAt(unconfirmed, 'status', 'message')).toMatch(/state-stale.*fail closed/u);
    expect(scaledDown).toMatchObject({ allowed: true });

    proxy.setWatches('pass');
    await untilEldest((age) => age < SILENT_SECONDS);
    await untilItFits(1);
    expect(await readDegraded()).toEqual({ 'state-stale': 1 });
  });

  it('lists again, and is right, when etcd has forgotten from where a watch and a list would go on', async () => {
    const { create, setQuota, untilItFits } = await openNamespace('expired');
    for (const name of ['a', 'b', 'c']) expect((await create(name, 1)).status).toBe(201);
    await untilItFits(1);
    proxy.setWatches('cut');
    await must(kubectl(['--namespace', 'expired', 'delete', 'deployment', 'a', 'b']));
    await setQuota(6);
    await forget();
    const asked = proxy.asked().length;
    proxy.holdPages(true);
    proxy.setWatches('pass');
    // A page of two, and the next waits until nobody remembers what it belongs to.
    await eventually(
      () => Promise.resolve(proxy.held()),
      (held) => held > 0,
    );
    await setQuota(5);
    await forget();
    proxy.holdPages(false);
    await untilItFits(4);
    await untilEldest((age) => age < SILENT_SECONDS);
    // What fits is known by a second look too, before this.
    await eventually(
      () => Promise.resolve(proxy.asked().lastIndexOf('LIST /apis/apps/v1/deployments')),
      (last) => last >= asked,
    );
    const gone = { watches: proxy.told(410, 'WATCH'), pages: proxy.told(410, 'PAGE') };
    console.log(`410 to ${gone.watches} watches and to ${gone.pages} pages of lists`);
    expect(gone.watches).toBeGreaterThan(0);
    expect(gone.pages).toBeGreaterThan(0);
    expect((await create('web', 4)).status).toBe(201);
  });

  it('kept nobody waiting for longer than the timeout, and cut off who sent no more', async () => {
    expect(longestMs).toBeLessThan(TIMEOUT_SECONDS * 1000 + SLACK_MS);
    const { head, body } = await eventually(
      () => Promise.resolve(cutOff),
      (seen) => seen.head.length === 20 && seen.body.length === 20,
      90_000,
    );
    console.log(
      `cut off after ${Math.max(...head).toFixed(0)} s within the head, ${Math.max(...body).toFixed(0)} s within the body`,
    );
    expect(Math.max(...head)).toBeLessThan(35 + SLACK_MS / 1000);
    expect(Math.max(...body)).toBeLessThan(65 + SLACK_MS / 1000);
  });

  /** Makes etcd drop all versions but the last, and the API server begin with nothing in its memory. */
  async function forget(): Promise<void> {
    await must(kubectl(['create', 'namespace', `moment-${(moments += 1)}`]));
    const { body } = await api.get('/api/v1/namespaces?limit=1');
    const revision = stringAt(body, 'metadata', 'resourceVersion');
    const answer = await fetch(`${plane.etcd}/v3/kv/compaction`, {
      method: 'POST',
      body: JSON.stringify({ revision, physical: true }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('header')]);
    await plane.restart('kube-apiserver');
  }
  let moments = 0;

  /** Reviews that could not be judged as they should, by what was missing. */
  async function readDegraded(): Promise<Record<string, number>> {
    const { body } = await webhook.get('/metrics');
    const found = [...body.matchAll(/^quotafit_degraded_total\{mode="(\S+)"\} ([1-9]\d*)$/gmu)];
    return Object.fromEntries(found.map(([, mode, count]) => [mode, Number(count)]));
  }
});
