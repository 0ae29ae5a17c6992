import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { eventually } from './commands.ts';
import { autoscaler, budget, deployment, injection, limitRange, node, quota } from './manifests.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { openQuotaNamespace } from './quota-namespace.ts';
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

describe.skipIf(missing !== null)('through a real API server', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let webhook: WebhookProcess;

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(node)));
    const port = await findPort();
    await install(kubectl, port);
    webhook = await startWebhook(plane, kubectl, { port, name: 'quotafit-0' });
    await webhook.untilReady();
  });

  afterAll(async () => {
    webhook?.signal('SIGTERM');
    await webhook?.ended;
    await plane?.stop();
  });

  /** A namespace of its own for a test, with a quota that the webhook has heard of. */
  async function openNamespace(name: string, cpu: number) {
    const namespace = await openQuotaNamespace(kubectl, name, cpu);
    const { apply, kubectl: inside } = namespace;
    await eventually(
      () => apply(deployment(cpu + 1), '--dry-run=server'),
      ({ stderr }) => stderr.includes('quota/exceeded'),
    );
    const untilPods = (count: number) =>
      eventually(
        () => inside(['get', 'pods', '--field-selector', 'status.phase=Running', '--output', 'name']),
        ({ stdout }) => stdout.split('\n').filter(Boolean).length === count,
      );
    return { ...namespace, untilPods };
  }

  it('refuses eight replicas where four fit, and says what is short and how many fit', async () => {
    const { apply, kubectl: inside, events } = await openNamespace('too-many', 4);
    const { code, stderr } = await apply(deployment(8));
    expect(code).not.toBe(0);
    expect(stderr).toContain('admission webhook "workloads.quotafit.dev" denied the request');
    expect(stderr).toContain('quota team is short of limits.cpu by 4 (hard 4, others 0, this 8); 4 replicas fit');
    expect((await inside(['get', 'deployment', 'web'])).code).not.toBe(0);
    const told = await eventually(events, (all) => all.some((event) => stringAt(event, 'reason') === 'QuotafitDenied'));
    expect(told.map((event) => stringAt(event, 'involvedObject', 'kind'))).toContain('Namespace');
  });

  it('lets four pass, and then refuses to scale to five', async () => {
    const { apply, kubectl: inside, untilPods } = await openNamespace('just-right', 4);
    expect(await apply(deployment(4))).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await inside(['scale', 'deployment/web', '--replicas=5']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('4 replicas fit');
    await untilPods(4);
    expect((await inside(['scale', 'deployment/web', '--replicas=3'])).code).toBe(0);
    expect((await inside(['scale', 'deployment/web', '--replicas=4'])).code).toBe(0);
  });

  it('warns of an autoscaler whose maximum does not fit, and of a rollout that cannot complete', async () => {
    const { apply, untilPods } = await openNamespace('warned', 4);
    await must(apply(deployment(4, { surgeOnly: true })));
    await untilPods(4);
    const scaled = await apply(autoscaler(6));
    expect(scaled).toMatchObject({ code: 0 });
    expect(scaled.stderr).toMatch(/Warning: quota\/autoscaler-ceiling: .*limits\.cpu.*4 replicas fit/u);
    expect(await apply(autoscaler(4))).toMatchObject({ code: 0, stderr: '' });
    const rolled = await eventually(
      () => apply(deployment(4, { surgeOnly: true, image: 'registry.example.com/web:2' }), '--dry-run=server'),
      ({ stderr }) => stderr !== '',
    );
    expect(rolled).toMatchObject({ code: 0 });
    expect(rolled.stderr).toMatch(/Warning: quota\/rollout-stuck: .*limits\.cpu.*team.*maxUnavailable/u);
  });

  it('warns who shrinks a quota, narrows a limit range or leaves a drain no pod, and refuses none of them', async () => {
    const { apply, untilPods } = await openNamespace('shrunk', 4);
    await must(apply(deployment(4)));
    await untilPods(4);
    const shrunk = await apply(quota(2), '--dry-run=server');
    expect(shrunk).toMatchObject({ code: 0 });
    expect(shrunk.stderr).toMatch(
      /Warning: quota\/exceeded: quota team would give 2 of limits\.cpu, and 4 is promised already \(Deployment web 4\)/u,
    );
    const narrowed = await apply(limitRange('500m'));
    expect(narrowed).toMatchObject({ code: 0 });
    expect(narrowed.stderr).toMatch(
      /Warning: quota\/limit-range: Deployment web would get no new pod any more: .*500m/u,
    );
    const blocked = await apply(budget(4));
    expect(blocked).toMatchObject({ code: 0 });
    expect(blocked.stderr).toMatch(/Warning: availability\/disruption-budget: /u);
    expect(await apply(budget(3))).toMatchObject({ code: 0, stderr: '' });
  });

  it('counts the containers that others inject, once it has seen them', async () => {
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(injection)));
    const { apply, untilPods } = await openNamespace('injected', 8);
    // A policy takes effect a moment after it was stored: until pods have two containers.
    const { template } = deployment(1).spec;
    const probe = { ...template, apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' } };
    await eventually(
      () => apply(probe, '--dry-run=server', '--output=json'),
      ({ stdout }) => stdout.includes('"proxy"'),
    );
    await must(apply(deployment(2)));
    await untilPods(2);
    const denied = await eventually(
      () => apply(deployment(5), '--dry-run=server'),
      ({ stderr }) => stderr !== '',
    );
    expect(denied.stderr).toContain(
      'limits.cpu by 2 (hard 8, others 0, this 10); each pod gets proxy besides; 4 replicas fit',
    );
    expect(await apply(deployment(4))).toMatchObject({ code: 0, stderr: '' });
    await untilPods(4);
  });

  it('stands in no way while a namespace is over its quota: labels, rollbacks, scaling down, deleting', async () => {
    const { apply, kubectl: inside, setQuota, untilPods } = await openNamespace('over', 4);
    await must(apply(deployment(4)));
    await untilPods(4);
    await must(apply(deployment(4, { image: 'registry.example.com/web:2' })));
    await must(inside(['rollout', 'status', 'deployment/web', '--timeout=30s']));
    await setQuota(2);
    expect(await inside(['scale', 'deployment/web', '--replicas=5'])).toMatchObject({ code: 1 });
    for (const args of [
      ['label', 'deployment/web', 'team=a'],
      ['annotate', 'deployment/web', 'note=b'],
      ['rollout', 'undo', 'deployment/web'],
      ['rollout', 'restart', 'deployment/web'],
      ['scale', 'deployment/web', '--replicas=3'],
      ['delete', 'pod', '--all', '--wait=false'],
      ['delete', 'deployment/web', '--wait=false'],
    ]) {
      expect({ args, ...(await inside(args)) }).toMatchObject({ args, code: 0 });
    }
  });

  it('reserves nothing on a dry run, and only warns then', async () => {
    const { apply } = await openNamespace('dry', 4);
    const dry = await apply(deployment(8), '--dry-run=server');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stderr).toContain('Warning: quota/exceeded: ');
    expect(await apply(deployment(4), '--dry-run=server')).toMatchObject({ code: 0, stderr: '' });
    const other = { ...deployment(4), metadata: { name: 'other', labels: { app: 'web' } } };
    expect(await apply(other)).toMatchObject({ code: 0, stderr: '' });
  });

  it('reserves what it let through, before any watch has shown it', async () => {
    const { apply } = await openNamespace('race', 4);
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => apply({ ...deployment(3), metadata: { name, labels: { app: 'web' } } })),
    );
    expect(answers.filter(({ code }) => code === 0)).toHaveLength(1);
  });

  it('lets an autoscaler go where it must, and leaves an Event of it', async () => {
    const { apply, kubectl: inside, events, untilPods } = await openNamespace('autoscaled', 6);
    await must(apply(deployment(4)));
    await untilPods(4);
    const account = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
    const path = '/apis/apps/v1/namespaces/autoscaled/deployments/web/scale';
    const scale = JSON.parse(await must(inside(['get', '--raw', path]))) as JsonObject;
    const ten = JSON.stringify({ ...scale, spec: { replicas: 10 } });
    const answer = await inside(['replace', '--raw', path, '--filename', '-', `--as=${account}`], ten);
    expect(answer).toMatchObject({ code: 0 });
    const told = await eventually(events, (all) =>
      all.some((event) => stringAt(event, 'reason') === 'QuotafitDoesNotFit'),
    );
    const event = told.find((one) => stringAt(one, 'reason') === 'QuotafitDoesNotFit');
    expect(event).toMatchObject({ involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } });
    expect(stringAt(event, 'message')).toMatch(/6 replicas fit.*horizontal-pod-autoscaler/u);
    await untilPods(6);
    const all = (await events()).filter((one) => stringAt(one, 'reason') === 'QuotafitDoesNotFit');
    expect(all.map((one) => stringAt(one, 'message'))).toHaveLength(1);
  });

  it('judged all of it: nothing degraded, nothing logged that stands in objects', async () => {
    const { body } = await webhook.get('/metrics');
    expect(body).not.toMatch(/^quotafit_degraded_total\{.*\} [1-9]/mu);
    expect(webhook.log()).not.toContain('registry.example.com');
  });

  it('ends in order when told to, stands in nobody’s way while it is gone, and serves again with the same certificate', async () => {
    const { apply } = await openNamespace('gone', 4);
    // As API servers do, which dial more than they then use.
    const unused = connectTls({ host: '127.0.0.1', port: webhook.port, rejectUnauthorized: false });
    unused.on('error', () => undefined);
    await once(unused, 'secureConnect');
    webhook.signal('SIGTERM');
    expect(await Promise.race([webhook.ended, sleep(30_000, 'still there')])).toBe(0);
    const leases = ['--namespace', 'quotafit-system', 'get', 'leases', '--output'];
    expect(await must(kubectl([...leases, 'jsonpath={.items[*].metadata.name}']))).toBe(
      'quotafit-audit quotafit-tls-rotation',
    );
    expect((await must(kubectl([...leases, 'jsonpath={.items[*].spec.holderIdentity}']))).trim()).toBe('');
    expect(await apply(deployment(8), '--dry-run=server')).toMatchObject({ code: 0, stderr: '' });
    webhook = await startWebhook(plane, kubectl, { port: webhook.port, name: 'quotafit-1' });
    await webhook.untilReady();
    const { code, stderr } = await apply(deployment(8));
    expect(code).not.toBe(0);
    expect(stderr).toContain('4 replicas fit');
  });
});
