import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { listAt, stringAt } from '../../src/manifest/fields.ts';
import { createAuthority, issueServingCertificate } from '../../webhook/tls/authority.ts';
import { connect, type Api, type ApiAnswer } from '../conformance/api.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { eventually } from './commands.ts';
import { deployment, node, quota, reviewOf } from './manifests.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { openSlowly } from './slow-client.ts';
import {
  findPort,
  install,
  kubectlFor,
  must,
  render,
  startWebhook,
  type Kubectl,
  type WebhookProcess,
} from './webhook-process.ts';

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

const TIMEOUT_SECONDS = 5;
/** What a busy machine may add. */
const SLACK_MS = 10_000;
const NAMESPACE = 'team';
const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const config = 'mode: deny\nfailure: closed';

const named = (name: string, replicas: number): JsonObject => ({
  ...deployment(replicas),
  metadata: { name, namespace: NAMESPACE, labels: { app: 'web' } },
});
const messageOf = (response: JsonObject): string => stringAt(response, 'status', 'message');
const hasAnswer = (answer: ApiAnswer): boolean => answer.status !== 0;

async function timed<Value>(work: Promise<Value>): Promise<{ readonly value: Value; readonly ms: number }> {
  const began = performance.now();
  const value = await work;
  return { value, ms: performance.now() - began };
}

/** A namespace with room for four pods; the policy denies, fails closed, and nothing gets past the webhook. */
describe.skipIf(missing !== null)('when things break', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let balancer: Balancer;
  let api: Api;
  let webhook: WebhookProcess;

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    api = connect(plane);
    balancer = await startBalancer();
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(node)));
    await install(kubectl, balancer.port, [
      'webhook.failurePolicy=Fail',
      `webhook.timeoutSeconds=${TIMEOUT_SECONDS}`,
      'config.failure=closed',
    ]);
    await startNext('first');
    await must(kubectl(['create', 'namespace', NAMESPACE]));
    await must(kubectl(['--namespace', NAMESPACE, 'apply', '--filename', '-'], JSON.stringify(quota(4))));
    await untilItDenies();
  });
  afterAll(async () => {
    webhook?.signal('SIGKILL');
    api?.close();
    await balancer?.close();
    await plane?.stop();
  });

  async function startNext(name: string, tls?: string): Promise<void> {
    const port = await findPort();
    webhook = await startWebhook(plane, kubectl, { port, name, config, ...(tls === undefined ? {} : { tls }) });
    await webhook.untilReady();
    balancer.serve([port]);
  }

  const keyPairFiles = () => ({ certFile: join(plane.folder, 'tls.crt'), keyFile: join(plane.folder, 'tls.key') });
  const filesTls = (): string => `tls: ${JSON.stringify({ mode: 'files', ...keyPairFiles() })}`;

  /** Asks once; what is no answer has status 0. */
  const create = (name: string, replicas: number, query = ''): Promise<ApiAnswer> =>
    api.create(path + query, named(name, replicas)).catch((error: unknown): ApiAnswer => {
      return { status: 0, body: { message: String(error) } };
    });

  async function untilItDenies(): Promise<void> {
    await eventually(
      () => webhook.review(reviewOf(named('too-much', 8))),
      (response) => messageOf(response).includes('4 replicas fit'),
      60_000,
    );
  }

  /** Pods that run, of the namespace and of our own. */
  const countRunning = async (): Promise<readonly number[]> =>
    Promise.all(
      [NAMESPACE, 'quotafit-system'].map(async (namespace) => {
        const query = '?fieldSelector=status.phase%3DRunning';
        const { body } = await api.get(`/api/v1/namespaces/${namespace}/pods${query}`).catch(() => ({ body: {} }));
        return listAt(body, 'items').length;
      }),
    );

  it('refuses what it cannot make sure of while the API server is silent, in time, and is as before once it speaks', async () => {
    plane.signal('kube-apiserver', 'SIGSTOP');
    const { value, ms } = await timed(webhook.review(reviewOf(named('too-much', 8))));
    plane.signal('kube-apiserver', 'SIGCONT');
    expect(value).toMatchObject({ allowed: false });
    expect(messageOf(value)).toMatch(/fail closed/u);
    expect(messageOf(value)).toContain('reread-failed');
    expect(ms).toBeLessThan(TIMEOUT_SECONDS * 1000 + SLACK_MS);
    await untilItDenies();
  });

  it('lives on while the API server is gone, and follows the one that comes', async () => {
    plane.signal('kube-apiserver', 'SIGKILL');
    const refused = await webhook.review(reviewOf(named('too-much', 8)));
    expect(refused).toMatchObject({ allowed: false });
    expect((await webhook.get('/healthz')).status).toBe(200);
    await plane.restart('kube-apiserver');
    await untilItDenies();
    // What is stored now comes by a watch alone.
    expect((await eventually(() => create('seen', 1), hasAnswer)).status).toBe(201);
    await eventually(
      () => webhook.get('/metrics'),
      ({ body }) => /^quotafit_reservations 0$/mu.test(body),
    );
    const { body } = await eventually(() => create('too-much', 4), hasAnswer);
    expect(stringAt(body, 'message')).toContain('3 replicas fit');
    await must(kubectl(['--namespace', NAMESPACE, 'delete', 'deployment', 'seen', '--wait=false']));
    await untilItDenies();
  });

  it('judges as before once etcd has been started again', async () => {
    await plane.restart('etcd');
    await eventually(
      () => create('too-much', 8),
      ({ status, body }) => status === 403 && stringAt(body, 'message').includes('4 replicas fit'),
    );
    const fitting = await eventually(() => create('fits', 4, '?dryRun=All'), hasAnswer);
    expect(fitting.status).toBe(201);
  });

  it('admits nothing that policy denies when it is killed between question and answer', async () => {
    webhook.signal('SIGSTOP');
    const asked = Promise.all(Array.from({ length: 20 }, (_, index) => create(`killed-${index}`, 8)));
    await sleep(300);
    webhook.signal('SIGKILL');
    const { value: answers, ms } = await timed(asked);
    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
    expect(ms).toBeLessThan(TIMEOUT_SECONDS * 1000 + SLACK_MS);
    await startNext('second');
    await untilItDenies();
    expect((await create('fits', 4, '?dryRun=All')).status).toBe(201);
  });

  it('admits nothing that policy denies while its event loop is blocked, and answers again when it is free', async () => {
    webhook.signal('SIGSTOP');
    const { value: answers, ms } = await timed(Promise.all([create('blocked-a', 8), create('blocked-b', 6)]));
    webhook.signal('SIGCONT');
    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
    expect(ms).toBeLessThan(TIMEOUT_SECONDS * 1000 + SLACK_MS);
    await untilItDenies();
    const { body } = await api.get(path);
    expect(listAt(body, 'items')).toEqual([]);
  });

  it('serves others while slow clients hold their connections', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, () => openSlowly(webhook.port)));
    const answers = await Promise.all(Array.from({ length: 50 }, () => webhook.review(reviewOf(named('too-much', 8)))));
    expect(answers.filter((answer) => !messageOf(answer).includes('4 replicas fit'))).toEqual([]);
    expect((await create('fits', 4, '?dryRun=All')).status).toBe(201);
    for (const socket of slow) socket.destroy();
  });

  it('judges an object of 3 MiB as any other', async () => {
    const env = Array.from({ length: 36_000 }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'x'.repeat(40) }));
    const large = (replicas: number): JsonObject => {
      const object = structuredClone(deployment(replicas));
      Object.assign(object.spec.template.spec.containers[0] ?? {}, { env });
      return reviewOf({ ...object, metadata: { name: 'large', namespace: NAMESPACE } });
    };
    expect(await webhook.review(large(4))).toMatchObject({ allowed: true });
    expect(messageOf(await webhook.review(large(8)))).toContain('4 replicas fit');
  });

  it('answers every request while its certificate is renewed', async () => {
    const authority = await createAuthority(new Date(), 1);
    const files = keyPairFiles();
    const renew = async (): Promise<void> => {
      const { certificate, key } = await issueServingCertificate(authority, ['127.0.0.1'], new Date(), 1);
      await Promise.all([writeFile(files.certFile, certificate), writeFile(files.keyFile, key)]);
    };
    await renew();
    webhook.signal('SIGTERM');
    await webhook.ended;
    await startNext('third', filesTls());
    const caBundle = Buffer.from(authority.certificate).toString('base64');
    const registration = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/quotafit';
    const { body } = await api.get(registration);
    const webhooks = listAt(body, 'webhooks').map((one) => trust(one, caBundle));
    expect((await api.replace(registration, { ...body, webhooks })).status).toBe(200);
    await eventually(
      () => create('fits', 4, '?dryRun=All'),
      ({ status }) => status === 201,
    );

    const served = new Set<string>();
    const statuses: number[] = [];
    const over = new AbortController();
    const load = Array.from({ length: 8 }, async () => {
      while (!over.signal.aborted) statuses.push((await create('fits', 4, '?dryRun=All')).status);
    });
    for (let round = 0; round < 4; round += 1) {
      const before = served.size;
      await eventually(
        async () => served.add(await fingerprintOf(webhook.port, authority.certificate)).size,
        (size) => size > before,
      );
      await renew();
    }
    over.abort();
    await Promise.all(load);
    expect([served.size, new Set(statuses)]).toEqual([4, new Set([201])]);
    console.log(`${statuses.length} requests while the certificate was renewed ${served.size} times`);
  });

  it('lets a cluster that lost every node, every replica and its control plane come back by itself', async () => {
    await must(kubectl(['apply', '--filename', '-'], await render(['deployment'], ['replicas=2'])));
    expect((await create('web', 3)).status).toBe(201);
    await eventually(countRunning, (seen) => String(seen) === '3,2', 60_000);

    webhook.signal('SIGKILL');
    for (const program of ['kwok', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'] as const) {
      plane.signal(program, 'SIGKILL');
    }
    await plane.restart('etcd', 'kube-apiserver');
    for (const namespace of [NAMESPACE, 'quotafit-system']) {
      await must(kubectl(['--namespace', namespace, 'delete', 'pods', '--all', '--force', '--grace-period=0']));
    }
    await plane.restart('kube-controller-manager', 'kube-scheduler', 'kwok');
    // Its own namespace is not judged, so its pods come first; the others have to wait for them.
    await eventually(countRunning, (seen) => String(seen) === '0,2', 60_000);
    // With the certificate that the API server trusts by now.
    await startNext('fourth', filesTls());
    await eventually(countRunning, (seen) => String(seen) === '3,2', 120_000);
    await eventually(
      () => create('more', 2),
      ({ status }) => status === 403,
    );
  });
});

function trust(one: unknown, caBundle: string): JsonObject {
  const webhook = one as JsonObject & { readonly clientConfig: JsonObject };
  return { ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } };
}

/** Of the certificate that a new connection is served. @throws when the authority did not sign it */
function fingerprintOf(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, ca }, () => {
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      resolve(fingerprint256);
    });
    socket.on('error', reject);
  });
}
