import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WhyReport } from '../../src/denial/why.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { listAt, stringAt } from '../../src/manifest/fields.ts';
import type { DenialReport } from '../../src/report/denials.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { projectRoot } from '../helpers/package-copy.ts';
import { eventually, run } from './commands.ts';
import { deployment, node } from './manifests.ts';
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

const object = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...rest });
const text: JsonObject = { type: 'string' };
const count: JsonObject = { type: 'integer' };
const list = (items: JsonObject): JsonObject => ({ type: 'array', items });

/** As much of the working group's definition as says whether ours are reports: a field that it does not know is pruned. */
const reportDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'policyreports.wgpolicyk8s.io',
    annotations: { 'api-approved.kubernetes.io': 'unapproved, reduced for a test' },
  },
  spec: {
    group: 'wgpolicyk8s.io',
    scope: 'Namespaced',
    names: { plural: 'policyreports', singular: 'policyreport', kind: 'PolicyReport', listKind: 'PolicyReportList' },
    versions: [
      {
        name: 'v1alpha2',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: object({
            summary: object({ pass: count, fail: count, warn: count, error: count, skip: count }),
            results: list(
              object(
                {
                  source: text,
                  policy: text,
                  rule: text,
                  category: text,
                  severity: { ...text, enum: ['critical', 'high', 'low', 'medium', 'info'] },
                  result: { ...text, enum: ['pass', 'fail', 'warn', 'error', 'skip'] },
                  scored: { type: 'boolean' },
                  message: text,
                  resources: list(object({ apiVersion: text, kind: text, namespace: text, name: text, uid: text })),
                  properties: { type: 'object', additionalProperties: text },
                },
                { required: ['policy'] },
              ),
            ),
          }),
        },
      },
    ],
  },
};

const config = (mode: string) => `mode: ${mode}\naudit: { intervalSeconds: 2, exempt: [kube-system] }`;

const resultsOf = (report: JsonObject | null) =>
  listAt(report, 'results').map(
    (result) => `${stringAt(result, 'rule')} ${stringAt(listAt(result, 'resources')[0], 'name')}`,
  );

describe.skipIf(missing !== null)('beside reviews, on a real control plane', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let webhook: WebhookProcess;
  let port = 0;

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(node)));
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(reportDefinition)));
    await must(kubectl(['wait', '--for=condition=Established', 'crd/policyreports.wgpolicyk8s.io', '--timeout=30s']));
    port = await findPort();
    await install(kubectl, port);
    webhook = await startWebhook(plane, kubectl, { port, name: 'quotafit-0', config: config('audit') });
    await webhook.untilReady();
  });

  afterAll(async () => {
    webhook?.signal('SIGTERM');
    await webhook?.ended;
    await plane?.stop();
  });

  /** Ends it in order, and starts it anew. */
  async function restart(name: string, mode: string): Promise<void> {
    webhook.signal('SIGTERM');
    expect(await webhook.ended).toBe(0);
    webhook = await startWebhook(plane, kubectl, { port, name, config: config(mode) });
    await webhook.untilReady();
  }

  async function openNamespace(name: string, cpu: number) {
    const namespace = await openQuotaNamespace(kubectl, name, cpu);
    const { kubectl: inside } = namespace;
    const report = async (): Promise<JsonObject | null> => {
      const { code, stdout } = await inside(['get', 'policyreport', 'quotafit', '--output', 'json']);
      return code === 0 ? (JSON.parse(stdout) as JsonObject) : null;
    };
    const events = (reason: string) => namespace.events('--field-selector', `reason=${reason}`);
    return { ...namespace, report, events };
  }

  async function quotafit<Report>(...args: readonly string[]): Promise<Report> {
    const command = [join(projectRoot, 'dist/bin.js'), ...args, '--output', 'json'];
    const whoever = args.includes('--kubeconfig') ? [] : ['--kubeconfig', plane.kubeconfig];
    return JSON.parse(await must(run(process.execPath, [...command, ...whoever]))) as Report;
  }

  /** A kubeconfig of somebody who may only view a namespace. */
  async function openTenant(namespace: string): Promise<string> {
    const inside: Kubectl = (args) => kubectl(['--namespace', namespace, ...args]);
    await must(inside(['create', 'serviceaccount', 'tenant']));
    await must(
      inside(['create', 'rolebinding', 'tenant', '--clusterrole=view', `--serviceaccount=${namespace}:tenant`]),
    );
    const token = (await must(inside(['create', 'token', 'tenant']))).trim();
    const file = join(plane.folder, `${namespace}-tenant`);
    const admin = await readFile(plane.kubeconfig, 'utf8');
    await writeFile(file, admin.replace(/("?token"?: ?"?)[^"\n,}]+/u, `$1${token}`));
    return file;
  }

  it('writes a report of what exists, keeps it as it is while nothing changes, and takes it away at the end', async () => {
    const { apply, setQuota, kubectl: inside, report } = await openNamespace('audited', 4);
    await must(apply(deployment(8)));
    const first = await eventually(report, (found) => resultsOf(found).includes('quota/exceeded web'));
    const short = listAt(first, 'results').find((result) => stringAt(result, 'rule') === 'quota/exceeded');
    expect(short).toMatchObject({
      source: 'quotafit',
      policy: 'quota',
      severity: 'high',
      result: 'fail',
      resources: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'audited', name: 'web' }],
      properties: { mode: 'audit' },
    });
    expect(stringAt(short, 'message')).toMatch(/has 4 of 8 pods: .*limits\.cpu.*4 replicas fit/u);
    const { body } = await webhook.get('/metrics');
    expect(body).toMatch(/^quotafit_audit_findings\{rule="quota\/exceeded",level="error",namespace="audited"\} 1$/mu);
    const rounds = () => [...webhook.log().matchAll(/"msg":"audit"/gu)].length;
    const before = rounds();
    await eventually(
      () => Promise.resolve(rounds()),
      (now) => now > before + 1,
    );
    expect(stringAt(await report(), 'metadata', 'resourceVersion')).toBe(
      stringAt(first, 'metadata', 'resourceVersion'),
    );
    await setQuota(8);
    await eventually(report, (found) => !resultsOf(found).includes('quota/exceeded web'));
    await must(inside(['delete', 'deployment', 'web', '--wait=false']));
    await eventually(report, (found) => resultsOf(found).every((result) => !result.endsWith(' web')));
  });

  it('keeps by whom what would have been denied, through a restart', async () => {
    const { apply } = await openNamespace('kept', 4);
    await must(apply({ ...deployment(8), metadata: { name: 'early', labels: { app: 'web' } } }));
    await restart('quotafit-1', 'audit');
    const { denials, leftOut } = await quotafit<DenialReport>('denials', '--namespace', 'kept');
    expect(leftOut).toBe(0);
    expect(denials.filter(({ rule }) => rule === 'quota/exceeded')).toMatchObject([
      { outcome: 'would-deny', kind: 'Deployment', name: 'early', count: 1, shortages: [{ hard: '4', wanted: '8' }] },
    ]);
    expect(denials[0]?.user).not.toBe('');
  });

  it('lets no secret out, whatever it keeps and reports', async () => {
    const { apply, report, kubectl: inside } = await openNamespace('secret', 4);
    const canary = 'CANARY-5f0c';
    const web = deployment(8, { image: 'registry.example.com/web' });
    const { template } = web.spec;
    const [app] = template.spec.containers;
    const secretive = { ...app, args: [canary], command: ['sh', canary], env: [{ name: 'PASSWORD', value: canary }] };
    const pod = {
      metadata: { ...template.metadata, annotations: { note: canary } },
      spec: { containers: [secretive] },
    };
    await must(apply({ ...web, spec: { ...web.spec, template: pod } }));
    await must(inside(['create', 'secret', 'generic', 'password', `--from-literal=password=${canary}`]));
    const found = await eventually(report, (one) => resultsOf(one).includes('images/tag-required web'));
    const { body } = await webhook.get('/metrics');
    const log = webhook.log();
    await restart('quotafit-2', 'audit');
    const kept = await must(
      kubectl(['--namespace', 'quotafit-system', 'get', 'configmap', 'quotafit-denials', '--output', 'json']),
    );
    expect(kept).toContain('registry.example.com/web');
    const { stdout: events } = await inside(['get', 'events', '--output', 'json']);
    for (const text of [JSON.stringify(found), kept, events, body, log, webhook.log()]) {
      expect(text).not.toContain(canary);
    }
  });

  it('explains a denial, what changed since, and what would make it fit', async () => {
    await restart('quotafit-3', 'deny');
    const { apply, setQuota, events } = await openNamespace('explained', 4);
    await eventually(
      () => apply(deployment(8)),
      ({ code }) => code !== 0,
    );
    await eventually(
      () => events('QuotafitDenied'),
      (all) => all.length > 0,
    );
    const why = ['why', 'deploy/web', '--namespace', 'explained'];
    const denied = await quotafit<WhyReport>(...why);
    expect(denied.stored).toBe(false);
    expect(denied.told[0]).toMatchObject({
      outcome: 'denied',
      source: 'event',
      findings: [{ rule: 'quota/exceeded' }],
    });
    expect(denied.now.shortages).toMatchObject([{ resource: 'limits.cpu', wanted: '8', fits: false, lacking: '4' }]);
    const seen = await quotafit<WhyReport>(...why, '--kubeconfig', await openTenant('explained'));
    expect([seen.told, seen.now.shortages]).toEqual([
      denied.told.filter(({ source }) => source === 'event'),
      denied.now.shortages,
    ]);
    expect(seen.unread).toEqual([expect.stringContaining('you may not read ConfigMap quotafit-denials') as string]);
    await setQuota(10);
    const raised = await quotafit<WhyReport>(...why);
    expect(raised.now.shortages).toMatchObject([{ hard: '4', now: { hard: '10', others: '0' }, fits: true }]);
    expect(raised.ways).toEqual(['what was short then is not short now: try again']);
    expect((await apply(deployment(8))).code).toBe(0);
  });

  it('lets a hotfix through where the glass is broken, and leaves a trace', async () => {
    const { apply, events, kubectl: inside } = await openNamespace('glass', 4);
    await eventually(
      () => apply(deployment(8)),
      ({ code }) => code !== 0,
    );
    await must(kubectl(['label', 'namespace', 'glass', 'quotafit.dev/break-glass=true']));
    expect(
      await eventually(
        () => apply(deployment(8)),
        ({ code }) => code === 0,
      ),
    ).toMatchObject({ stderr: '' });
    const told = await eventually(
      () => events('QuotafitBreakGlass'),
      (all) => all.length > 0,
    );
    expect(told.map((event) => stringAt(event, 'involvedObject', 'kind'))).toEqual(['Namespace']);
    expect((await webhook.get('/metrics')).body).toContain('quotafit_break_glass{namespace="glass"} 1');
    await must(kubectl(['label', 'namespace', 'glass', 'quotafit.dev/break-glass-']));
    await eventually(
      () => inside(['scale', 'deployment/web', '--replicas=9']),
      ({ stderr }) => stderr.includes('denied the request'),
    );
    await eventually(
      () => events('QuotafitBreakGlass'),
      (all) => all.length === 2,
    );
    expect((await webhook.get('/metrics')).body).not.toContain('quotafit_break_glass{');
  });

  it('is done by one of two replicas, and by the other as soon as that one ends', async () => {
    const second = await startWebhook(plane, kubectl, {
      port: await findPort(),
      name: 'quotafit-4',
      config: config('deny'),
    });
    await second.untilReady();
    const holder = async (): Promise<string> =>
      must(
        kubectl([
          '--namespace',
          'quotafit-system',
          'get',
          'lease',
          'quotafit-audit',
          '--output',
          'jsonpath={.spec.holderIdentity}',
        ]),
      );
    expect(await holder()).toBe('quotafit-3');
    expect(second.log()).not.toContain('"msg":"audit"');
    webhook.signal('SIGTERM');
    await webhook.ended;
    await eventually(
      () => Promise.resolve(second.log()),
      (log) => log.includes('"msg":"audit"'),
    );
    expect(await holder()).toBe('quotafit-4');
    second.signal('SIGTERM');
    await second.ended;
  });
});
