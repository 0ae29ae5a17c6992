import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../../../src/cluster/api.ts';
import { clusterResources } from '../../../../src/cluster/resources.ts';
import type { JsonObject, KubernetesObject } from '../../../../src/manifest/document.ts';
import { listAt, stringAt } from '../../../../src/manifest/fields.ts';
import { createAuditMetrics } from '../../../../webhook/audit/audit-metrics.ts';
import { startAudit, type AuditSettings } from '../../../../webhook/audit/audit.ts';
import type { ConfiguredDeps } from '../../../../webhook/running.ts';
import { childrenOf, deployment, namespace, quota, startCluster } from './audited-cluster.ts';

const reportGroup = '/apis/wgpolicyk8s.io/v1alpha2';
const reportPath = (name: string) => `${reportGroup}/namespaces/${name}/policyreports/quotafit`;
const leasePath = '/apis/coordination.k8s.io/v1/namespaces/own/leases/quotafit-audit';

/** Finds fault with every object whose text has `:latest` in it. */
const checkRules = ({ kind, name, value }: KubernetesObject) =>
  JSON.stringify(value).includes(':latest')
    ? [{ rule: 'images/tag-required', level: 'error' as const, text: `${kind} ${name} has the tag latest` }]
    : [];

const configured: ConfiguredDeps = {
  checkBeside: (object, neighbours) =>
    neighbours.map(({ name }) => ({
      rule: 'storage/access-mode',
      level: 'warning',
      text: `${object.name} and ${name}`,
    })),
  checkRules,
  checkOwnRules: null,
  levelOf: () => 'error',
  modeOf: (_, rule) => (rule.startsWith('images/') ? 'deny' : 'warn'),
  failure: 'open',
  scope: { controllers: [], workloadKinds: new Set(['apps/Deployment', 'apps/ReplicaSet']) },
};

/** Machines may be busy. */
const eventually = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 15_000 });

let stop: (() => Promise<void>) | null = null;
afterEach(async () => {
  await stop?.();
  stop = null;
});

interface Surroundings {
  readonly hasCrd?: boolean;
  readonly check?: ConfiguredDeps['checkRules'];
}

function start(
  objects: readonly JsonObject[],
  changes: Partial<AuditSettings> = {},
  { hasCrd = true, check = checkRules }: Surroundings = {},
) {
  const cluster = startCluster(objects);
  const { api, state } = cluster;
  if (hasCrd) api.objects.set(reportGroup, {});
  const registry = new Registry();
  const told: { readonly level: string; readonly message: string; readonly what: object }[] = [];
  const run = (): void => {
    stop = startAudit(
      {
        api,
        state,
        resources: clusterResources.filter((resource) => resource.namespaced),
        configured: () => ({ ...configured, checkRules: check }),
        metrics: createAuditMetrics(registry),
        log: (level, what, message) => told.push({ level, message, what }),
        clock: () => performance.now(),
        now: () => new Date(),
      },
      { namespace: 'own', instance: 'me', intervalMs: 5, isExempt: () => false, mostResults: 100, ...changes },
    );
  };
  const rounds = (count: number) =>
    eventually(() => expect(told.filter(({ message }) => message === 'audit').length).toBeGreaterThanOrEqual(count));
  const reportOf = (name: string) => api.objects.get(reportPath(name));
  const writes = () => api.requests.filter((request) => /^(?:POST|PUT|DELETE) .*policyreports/u.test(request));
  return { ...cluster, registry, told, run, rounds, reportOf, writes };
}

const latest = (name: string, inNamespace = 'a') =>
  deployment(1, { name, inNamespace, image: 'registry.example.com/web:latest' });

const lacking = [namespace('a'), quota('4', '4'), deployment(8), ...childrenOf(deployment(8), 4)];

describe('startAudit', () => {
  it('reports what breaks rules and what does not fit, with what would become of the next write', async () => {
    const { run, rounds, reportOf, registry } = start([...lacking, latest('api')]);
    run();
    await rounds(1);
    const report = reportOf('a');
    expect(report).toMatchObject({
      apiVersion: 'wgpolicyk8s.io/v1alpha2',
      kind: 'PolicyReport',
      summary: { pass: 0, fail: 3, warn: 0, error: 0, skip: 0 },
    });
    const results = listAt(report, 'results').map((result) => [
      stringAt(result, 'rule'),
      stringAt(result, 'result'),
      stringAt(listAt(result, 'resources')[0], 'name'),
      stringAt(result, 'properties', 'mode'),
    ]);
    expect(results).toEqual([
      ['images/tag-required', 'fail', 'api', 'deny'],
      ['quota/exceeded', 'fail', 'api', 'warn'],
      ['quota/exceeded', 'fail', 'web', 'warn'],
    ]);
    expect(await registry.metrics()).toContain(
      'quotafit_audit_findings{rule="quota/exceeded",level="error",namespace="a"} 2',
    );
  });

  it('judges by rules on more than one object what is there', async () => {
    const web = deployment(1);
    const pod = {
      containers: [{ name: 'app', image: 'app:1' }],
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }],
    };
    const spec = { ...(web['spec'] as JsonObject), template: { metadata: {}, spec: pod } };
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'a' },
      spec: {},
    };
    const { run, rounds, reportOf } = start([namespace('a'), { ...web, spec }, claim]);
    run();
    await rounds(1);
    expect(listAt(reportOf('a'), 'results').map((result) => stringAt(result, 'message'))).toEqual(['web and data']);
  });

  it('writes nothing where nothing changed', async () => {
    const { run, rounds, writes } = start(lacking);
    run();
    await rounds(3);
    expect(writes()).toEqual([`POST ${reportPath('a').replace('/quotafit', '')}`]);
  });

  it('writes what changed, and takes away a report that says nothing any more', async () => {
    const { run, rounds, fill, reportOf, told, registry } = start(lacking);
    run();
    await rounds(1);
    fill([namespace('a'), quota('5', '4'), deployment(8), ...childrenOf(deployment(8), 4)]);
    await eventually(() => expect(JSON.stringify(reportOf('a'))).toContain('5 replicas fit'));
    fill([namespace('a'), quota('8', '4'), deployment(8), ...childrenOf(deployment(8), 4)]);
    await eventually(() => expect(reportOf('a')).toBeUndefined());
    expect(await registry.metrics()).not.toContain('quotafit_audit_findings{');
    expect(told.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('counts what it has no room to list', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { run, rounds, reportOf } = start([namespace('a'), ...names.map((name) => latest(name))], { mostResults: 2 });
    run();
    await rounds(1);
    const report = reportOf('a');
    expect(listAt(report, 'results')).toHaveLength(2);
    expect(report).toMatchObject({ summary: { fail: 5 }, metadata: { annotations: { 'quotafit.dev/left-out': '3' } } });
  });

  it('tells by metrics alone where the cluster has no PolicyReports, and says so once', async () => {
    const { run, rounds, told, writes, registry } = start(lacking, {}, { hasCrd: false });
    run();
    await rounds(3);
    expect(writes()).toEqual([]);
    expect(await registry.metrics()).toContain('quotafit_audit_findings{rule="quota/exceeded"');
    expect(told.filter(({ message }) => message.includes('wgpolicyk8s.io/v1alpha2'))).toHaveLength(1);
  });

  it('leaves exempt namespaces alone, and takes away what it said of them before', async () => {
    const { api, run, rounds, reportOf } = start(lacking, { isExempt: (name) => name === 'a' });
    api.objects.set(reportPath('a'), { metadata: { name: 'quotafit' } });
    run();
    await rounds(1);
    expect(reportOf('a')).toBeUndefined();
  });

  it('audits only while it holds the Lease', async () => {
    const { api, run, reportOf, rounds } = start(lacking);
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 60, renewTime: new Date().toISOString() };
    api.objects.set(leasePath, { metadata: { name: 'quotafit-audit' }, spec });
    run();
    await eventually(() => expect(api.requests.filter((request) => request.includes('leases'))).not.toHaveLength(0));
    await eventually(() => expect(api.requests.length).toBeGreaterThan(3));
    expect(reportOf('a')).toBeUndefined();
    expect(new Set(api.requests)).toEqual(new Set([`GET ${leasePath}`]));
    api.objects.delete(leasePath);
    await rounds(1);
    expect(reportOf('a')).toBeDefined();
  });

  it('gives the Lease back when it ends, so that another need not wait', async () => {
    const { api, run, rounds } = start(lacking);
    run();
    await rounds(1);
    expect(stringAt(api.objects.get(leasePath), 'spec', 'holderIdentity')).toBe('me');
    await stop?.();
    expect(stringAt(api.objects.get(leasePath), 'spec', 'holderIdentity')).toBe('');
  });

  it('ends at once while it rests, and blames nobody for that', async () => {
    const many = Array.from({ length: 300 }, (_, index) => latest(`web-${index}`));
    let checked = 0;
    const check = (): readonly never[] => {
      checked += 1;
      const until = performance.now() + 6;
      while (performance.now() < until);
      return [];
    };
    const { run, told, registry } = start([namespace('a'), ...many], {}, { check });
    run();
    await eventually(() => expect(checked).toBeGreaterThan(1));
    await stop?.();
    expect(checked).toBeLessThan(many.length);
    expect(told).toEqual([]);
    expect(await registry.metrics()).toMatch(/^quotafit_audit_failures_total 0$/mu);
  });

  it('goes on where one namespace cannot be read, and leaves its report as it was', async () => {
    const objects = [namespace('a'), namespace('b'), latest('web', 'a'), latest('web', 'b')];
    const { api, run, rounds, reportOf, told, registry } = start(objects);
    api.objects.set(reportPath('a'), { metadata: { name: 'quotafit' } });
    api.refuse = (_method, path) => {
      if (path.includes('/namespaces/a/deployments')) throw new ApiError(403, 'Forbidden', 'may not list');
    };
    run();
    await rounds(2);
    expect(reportOf('a')).toEqual({ metadata: { name: 'quotafit' } });
    expect(listAt(reportOf('b'), 'results')).toHaveLength(1);
    expect(await registry.metrics()).toMatch(/^quotafit_audit_failures_total [1-9]/mu);
    expect(told).toContainEqual(
      expect.objectContaining({ level: 'warn', what: expect.objectContaining({ namespace: 'a' }) as object }),
    );
  });

  it('says once that it may not have the Lease, and begins when it may', async () => {
    const { api, run, rounds, told } = start(lacking);
    api.refuse = (_method, path) => {
      if (path.includes('/leases')) throw new ApiError(403, 'Forbidden', 'no leases');
    };
    run();
    await eventually(() => expect(api.requests.length).toBeGreaterThan(3));
    expect(told.map(({ message }) => message)).toEqual(['cannot audit']);
    api.refuse = () => undefined;
    await rounds(1);
  });

  it('forgets namespaces that are gone', async () => {
    const { run, rounds, fill, registry } = start([namespace('a'), latest('web')]);
    run();
    await rounds(1);
    expect(await registry.metrics()).toContain('namespace="a"');
    fill([namespace('b')]);
    await eventually(async () => expect(await registry.metrics()).not.toContain('namespace="a"'));
  });

  it('judges pods that nobody makes, and reads none that a workload makes', async () => {
    const children = childrenOf(latest('web'), 2);
    const { api, run, rounds } = start([namespace('a'), latest('web'), ...children]);
    run();
    await rounds(1);
    expect(api.requests.some((request) => request.endsWith('/namespaces/a/pods'))).toBe(false);
    await stop?.();
    const pod = children.find(({ kind }) => kind === 'Pod');
    const bare = {
      ...pod,
      metadata: { name: 'bare', namespace: 'a' },
      spec: { containers: [{ name: 'x', image: 'x:latest' }] },
    };
    const other = start([namespace('a'), bare, ...children]);
    other.run();
    await other.rounds(1);
    const names = listAt(other.reportOf('a'), 'results').map((result) =>
      stringAt(listAt(result, 'resources')[0], 'name'),
    );
    expect(names).toEqual(['bare']);
  });
});
