import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FitReport } from '../../src/fit/fit-report.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { projectRoot } from '../helpers/package-copy.ts';
import { eventually, hasCommand, run, type Answer } from './commands.ts';
import { policyReports } from './manifests.ts';
import { KUBERNETES } from './needs.ts';
import { findPort, install, kubectlFor, must, startWebhook, type Kubectl } from './webhook-process.ts';

const canary = 'CANARY-5f0c';

async function whatIsMissing(): Promise<string | null> {
  if (!(await hasCommand('kubectl', 'version', '--client'))) return 'kubectl is not on PATH.';
  const build = await buildBinaries(KUBERNETES, console.log);
  return build.kind === 'ready' ? null : build.reason;
}

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

function workload(kind: string, name: string, replicas: number | null, secret: string): JsonObject {
  const labels = { app: name };
  const annotations = { note: secret };
  const container = {
    name: 'main',
    image: 'registry.example.com/web:1',
    args: [secret],
    env: [{ name: 'PASSWORD', value: secret }],
    resources: { limits: { cpu: '1' } },
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'team-a', annotations },
    spec: {
      ...(replicas !== null && { replicas }),
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [container] } },
    },
  };
}

const reports = stringAt(policyReports, 'metadata', 'name');

/** A namespace with a quota, a workload, a Secret, and somebody who may only view it. */
const cluster: readonly JsonObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'team-a' },
    spec: { hard: { 'limits.cpu': '4', secrets: '10' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'password', namespace: 'team-a' },
    stringData: { password: canary },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tenant', namespace: 'team-a' } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'tenant', namespace: 'team-a' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'tenant', namespace: 'team-a' }],
  },
  workload('Deployment', 'web', 2, canary),
];

describe.skipIf(missing !== null)('the command line on a real cluster', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let folder = '';

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    kubectl = kubectlFor(plane);
    folder = await mkdtemp(join(tmpdir(), 'quotafit-live-'));
    const list = { apiVersion: 'v1', kind: 'List', items: cluster };
    await must(kubectl(['apply', '--filename', '-'], JSON.stringify(list)));
    const used = '{.status.used.limits\\.cpu}';
    const ask = () => kubectl(['--namespace', 'team-a', 'get', 'quota', 'team', '--output', `jsonpath=${used}`]);
    await eventually(ask, ({ stdout }) => stdout === '2');
    const token = (await must(kubectl(['--namespace', 'team-a', 'create', 'token', 'tenant']))).trim();
    const admin = await readFile(plane.kubeconfig, 'utf8');
    await writeFile(join(folder, 'tenant'), admin.replace(/("?token"?: ?"?)[^"\n,}]+/u, `$1${token}`));
    await write('web.yaml', workload('Deployment', 'web', 6, 'mine'));
    await write('agent.yaml', workload('DaemonSet', 'agent', null, 'mine'));
  });
  afterAll(async () => {
    await plane?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const write = (name: string, object: JsonObject) => writeFile(join(folder, name), JSON.stringify(object));

  const quotafit = (...args: readonly string[]): Promise<Answer> =>
    run('env', ['--chdir', folder, process.execPath, join(projectRoot, 'dist/bin.js'), ...args]);

  const fit = async (...args: readonly string[]): Promise<FitReport> =>
    JSON.parse((await quotafit('fit', ...args, '--output', 'json')).stdout) as FitReport;

  it('gives a tenant who may only view the namespace a verdict, with what is not known by name', async () => {
    const report = await fit('web.yaml', 'agent.yaml', '--live', '--kubeconfig', 'tenant');
    expect(report.kubernetesVersion).toBe('1.37');
    expect(report.workloads.map(({ name, unknown, pods }) => [name, unknown, pods?.created])).toEqual([
      ['web', [], 4],
      ['agent', ['nodes'], null],
    ]);
  });

  it('gives the same verdicts from a snapshot that the tenant took', async () => {
    const { code, stderr } = await quotafit('snapshot', '-n', 'team-a', '-o', 'state.json', '--kubeconfig', 'tenant');
    expect([code, stderr]).toEqual([
      0,
      ['nodes', 'priorityclasses', 'runtimeclasses', 'storageclasses', 'persistentvolumes']
        .map((resource) => `quotafit: may not read ${resource}\n`)
        .join(''),
    ]);
    const { state: live, ...now } = await fit('web.yaml', 'agent.yaml', '--live', '--kubeconfig', 'tenant');
    const { state, ...later } = await fit('web.yaml', 'agent.yaml', '--snapshot', 'state.json');
    expect(later).toEqual(now);
    expect([live.source, state.source]).toEqual(['live', 'snapshot']);
  });

  it('lets no secret out', async () => {
    const kubeconfig = ['--kubeconfig', plane.kubeconfig];
    const answers = [await quotafit('snapshot', '--all-namespaces', ...kubeconfig)];
    for (const format of ['text', 'json', 'sarif', 'junit', 'markdown', 'github', 'gitlab']) {
      for (const command of ['fit', 'check']) {
        answers.push(await quotafit(command, 'web.yaml', '--live', ...kubeconfig, '--output', format));
      }
    }
    expect(answers.map(({ code }) => code)).toEqual([0, ...Array.from({ length: 14 }, () => 1)]);
    expect(answers.some(({ stdout, stderr }) => (stdout + stderr).includes(canary))).toBe(false);
  });

  it('works as a plugin of kubectl, and foresees what then happens', async () => {
    await symlink(join(projectRoot, 'dist/bin.js'), join(folder, 'kubectl-quotafit'));
    const path = `PATH=${folder}${delimiter}${process.env['PATH'] ?? ''}`;
    const plugin = ['kubectl', 'quotafit', 'fit', join(folder, 'web.yaml'), '--live', '--output', 'json'];
    const { code, stdout } = await run('env', [path, `KUBECONFIG=${plane.kubeconfig}`, ...plugin]);
    const [foreseen] = (JSON.parse(stdout) as FitReport).workloads;
    expect([code, foreseen?.pods?.created, foreseen?.maxReplicas]).toEqual([1, 4, 4]);
    await must(kubectl(['apply', '--filename', join(folder, 'web.yaml')]));
    const status = ['--namespace', 'team-a', 'get', 'deployment', 'web', '--output', 'json'];
    const settled = await eventually(
      async () => JSON.parse((await kubectl(status)).stdout) as { readonly status: JsonObject },
      ({ status: seen }) => seen['observedGeneration'] === 2 && seen['replicas'] === foreseen?.pods?.created,
    );
    expect(settled.status['replicas']).toBe(4);
  });

  it('has the API server take the plain manifests of the webhook', async () => {
    await must(kubectl(['create', 'namespace', 'quotafit-system']));
    const kustomize = ['apply', '--server-side', '--dry-run=server', '--kustomize', 'webhook/deploy/kustomize'];
    const { code, stdout, stderr } = await kubectl(
      kustomize.map((word) => word.replace('webhook/', `${projectRoot}/webhook/`)),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('validatingwebhookconfiguration.admissionregistration.k8s.io/quotafit serverside-applied');
  });

  it('lets no secret out of the webhook: not by its answer, log, metrics, Events, records or reports', async () => {
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(policyReports)));
    await must(kubectl(['wait', '--for=condition=Established', `crd/${reports}`, '--timeout=30s']));
    const port = await findPort();
    await must(kubectl(['delete', 'namespace', 'quotafit-system']));
    await install(kubectl, port);
    const config = 'mode: deny\nlog: { level: debug }\naudit: { intervalSeconds: 1 }';
    const webhook = await startWebhook(plane, kubectl, { port, name: 'quotafit-0', config });
    const told: Record<string, string> = {};
    try {
      await webhook.untilReady();
      const big = JSON.stringify(workload('Deployment', 'big', 9, canary));
      told['answer'] = (await kubectl(['apply', '--filename', '-'], big)).stderr;
      const report = await eventually(
        () => kubectl(['--namespace', 'team-a', 'get', reports, '--output', 'json']),
        ({ stdout }) => stdout.includes('resources/'),
      );
      told['report'] = report.stdout;
      told['metrics'] = (await webhook.get('/metrics')).body;
    } finally {
      webhook.signal('SIGTERM');
      await webhook.ended;
    }
    told['log'] = webhook.log();
    told['events'] = await must(kubectl(['--namespace', 'team-a', 'get', 'events', '--output', 'json']));
    const records = ['--namespace', 'quotafit-system', 'get', 'configmaps,leases', '--output', 'json'];
    told['records'] = await must(kubectl(records));
    for (const [where, mark] of Object.entries({
      answer: 'denied the request',
      report: 'PolicyReport',
      metrics: 'quotafit_denials_total{',
      log: '"verdict":"denied"',
      events: 'QuotafitDenied',
      records: 'quotafit-denials',
    })) {
      expect([where, told[where]]).toEqual([where, expect.stringContaining(mark) as string]);
      expect([where, told[where]?.includes(canary)]).toEqual([where, false]);
    }
  });
});
