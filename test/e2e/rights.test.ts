import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '../../src/cluster/connect.ts';
import { governingResources } from '../../src/cluster/resources.ts';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { listAt, objectAt } from '../../src/manifest/fields.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { startLiveState } from '../../webhook/live-state.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { inParallel } from '../conformance/pool.ts';
import { eventually } from './commands.ts';
import { customKind, deployment, policyReports, quota } from './manifests.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { auditPolicy, isUsed, listRights, printRight, readAsked, rulesWithout, type Right } from './rights.ts';
import { tellAs, tendAs } from './write-as.ts';
import { findPort, install, kubectlFor, must, startWebhook, type Kubectl } from './webhook-process.ts';

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

/** All that the webhook looks at or writes where a cluster has it. */
const customKinds: readonly JsonObject[] = [
  policyReports,
  customKind('quota.openshift.io', 'v1', 'ClusterResourceQuota', 'Cluster'),
  customKind('hnc.x-k8s.io', 'v1alpha2', 'HierarchicalResourceQuota', 'Namespaced'),
  customKind('kueue.x-k8s.io', 'v1beta1', 'LocalQueue', 'Namespaced'),
];

const config = 'mode: deny\nreservations: { mode: shared, seconds: 5 }\naudit: { intervalSeconds: 1 }';

describe.skipIf(missing !== null)('the rights of the chart', () => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let folder = '';
  let log = '';
  let port = 0;

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    folder = await mkdtemp(join(tmpdir(), 'quotafit-rights-'));
    log = join(folder, 'audit.log');
    await writeFile(join(folder, 'policy.json'), JSON.stringify(auditPolicy));
    const apiServerFlags = [`--audit-policy-file=${join(folder, 'policy.json')}`, `--audit-log-path=${log}`];
    plane = await startControlPlane({ binaries: build.binaries, apiServerFlags });
    kubectl = kubectlFor(plane);
    const list = { apiVersion: 'v1', kind: 'List', items: customKinds };
    await must(kubectl(['create', '--filename', '-'], JSON.stringify(list)));
    await must(kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']));
    port = await findPort();
    await install(kubectl, port, ['config.reservations.mode=shared']);
  });
  afterAll(async () => {
    await plane?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function readRules(role: string): Promise<readonly JsonValue[]> {
    const get = ['--namespace', 'quotafit-system', 'get', role, '--output', 'json'];
    return listAt(JSON.parse(await must(kubectl(get))) as JsonObject, 'rules');
  }

  /** Makes users that may do no more than these rules each say; gives their kubeconfigs. */
  async function bindUsers(prefix: string, rulesOf: readonly (readonly JsonValue[])[]): Promise<readonly string[]> {
    const group = 'rbac.authorization.k8s.io';
    const apiVersion = `${group}/v1`;
    const items = rulesOf.flatMap((rules, index): readonly JsonObject[] => {
      const name = `${prefix}-${index}`;
      const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
      const subjects = [{ apiGroup: group, kind: 'User', name }];
      return [
        { apiVersion, kind: 'ClusterRole', metadata: { name }, rules },
        { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects },
      ];
    });
    await must(kubectl(['create', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })));
    const admin = load(await readFile(plane.kubeconfig, 'utf8')) as JsonObject;
    return Promise.all(
      rulesOf.map(async (_, index) => {
        const name = `${prefix}-${index}`;
        const users = listAt(admin, 'users').map((user) => ({
          ...objectAt(user),
          user: { ...objectAt(user, 'user'), as: name },
        }));
        await writeFile(join(folder, name), JSON.stringify({ ...admin, users }));
        return join(folder, name);
      }),
    );
  }

  const inTeam: Kubectl = (args, stdin) => kubectl(['--namespace', 'team', ...args], stdin);

  const apply = (object: JsonObject) => inTeam(['apply', '--filename', '-'], JSON.stringify(object));
  const untilReports = (holds: (text: string) => boolean) =>
    eventually(
      () => inTeam(['get', 'policyreports', '--output', 'json']),
      ({ stdout }) => holds(stdout),
    );
  const untilDenied = () =>
    eventually(
      () => apply(deployment(8)),
      ({ stderr }) => stderr.includes('denied the request'),
    );

  it('are those that it uses, and it asks for no other', async () => {
    await must(kubectl(['create', 'namespace', 'team']));
    await must(apply(quota(4)));
    await must(apply({ ...deployment(1, { image: 'web' }), metadata: { name: 'careless' } }));
    const first = await startWebhook(plane, kubectl, { port, name: 'quotafit-0', config });
    await first.untilReady();
    await must(apply(deployment(1)));
    await must(apply(deployment(2)));
    await untilDenied();
    await untilReports((text) => text.includes('images/tag-required'));
    first.signal('SIGTERM');
    await first.ended;

    // What was there before is renewed: the Leases, the record of denials, a Secret that lacks something, a report.
    const secret = ['--namespace', 'quotafit-system', 'patch', 'secret', 'quotafit-tls', '--type', 'json', '--patch'];
    await must(kubectl([...secret, '[{"op": "remove", "path": "/data/authority.key"}]']));
    await must(inTeam(['set', 'env', 'deployment/careless', 'A=b']));
    await must(
      inTeam(['set', 'resources', 'deployment/careless', '--limits=cpu=1,memory=1Gi', '--requests=memory=1Mi']),
    );
    const second = await startWebhook(plane, kubectl, { port, name: 'quotafit-0', config });
    await second.untilReady();
    await untilDenied();
    await untilReports((text) => text.includes('resources/limit-request-ratio'));
    await must(inTeam(['delete', 'deployment', '--all']));
    await untilReports((text) => !text.includes('PolicyReport'));
    const rights = await listRights(kubectl);
    const listUnused = async () => {
      const asked = await readAsked(log);
      return rights.filter((right) => !isUsed(right, asked)).map(printRight);
    };
    // Reservations whose time is over are tidied up now and then.
    await eventually(listUnused, (unused) => unused.length === 0, 60_000);
    second.signal('SIGTERM');
    await second.ended;

    const asked = await readAsked(log);
    expect(asked.filter(({ status }) => status === 403)).toEqual([]);
    expect(asked.length).toBeGreaterThan(100);
  });

  it('to list and to watch: without one of them it names what it cannot follow, and follows all else', async () => {
    const rules = await readRules('clusterrole/quotafit');
    const rights = (await listRights(kubectl)).filter(
      (right) => right.role === 'clusterrole/quotafit' && ['list', 'watch'].includes(right.verb),
    );
    const rulesOf = rights.map((right) => rulesWithout(rules, right));
    const kubeconfigs = await bindUsers('reader', rulesOf);
    const told = await inParallel(rights, 4, async (right, index) => [
      printRight(right),
      await followAs(kubeconfigs[index] ?? ''),
    ]);
    expect(told).toEqual(
      rights.map((right) => [printRight(right), { named: [right.resource], fault: faultWithout(right) }]),
    );
  });

  it('to write: without one of them it names what it could not do, and goes on', async () => {
    const [everywhere, tls, audit] = await Promise.all(
      ['clusterrole/quotafit', 'role/quotafit', 'role/quotafit-audit'].map(readRules),
    );
    const rolesOf = { tls: { everywhere, own: tls }, audit: { everywhere, own: audit } };
    const rights = (await listRights(kubectl)).filter(
      ({ role, verb }) => role !== 'role/quotafit-reservations' && !['list', 'watch'].includes(verb),
    );
    const rulesOf = rights.map((right) => {
      const { everywhere: wide = [], own = [] } = rolesOf[isOfTls(right) ? 'tls' : 'audit'];
      return right.role.startsWith('clusterrole/')
        ? [...rulesWithout(wide, right), ...own]
        : [...wide, ...rulesWithout(own, right)];
    });
    const kubeconfigs = await bindUsers('writer', rulesOf);
    // One after the other: they patch the same webhook configuration.
    const told = await inParallel(rights, 1, async (right, index) => {
      const namespace = `writer-${index}`;
      await must(kubectl(['create', 'namespace', namespace]));
      const kubeconfig = kubeconfigs[index] ?? '';
      const { api } = await openCluster({ kubeconfig, requestTimeoutMs: 10_000 });
      const errors = isOfTls(right) ? await tendAs(api, namespace, 'quotafit') : await tellAs(api, namespace);
      const lacking = `cannot ${right.verb} resource "${right.resource}"`;
      return [printRight(right), errors.length > 0 && errors.every((error) => error.includes(lacking))];
    });
    expect(told).toEqual(rights.map((right) => [printRight(right), true]));
  });
});

/** The others are for what it tells: Events, records, reports. */
function isOfTls({ role, group }: Right): boolean {
  return role === 'role/quotafit' || group === 'admissionregistration.k8s.io';
}

/** What governs namespaces beside their quotas is named where a verdict hangs on it; nothing else waits for it. */
function faultWithout({ verb, group }: Right): string | null {
  const isGoverning = governingResources.some((governing) => governing.group === group);
  return verb === 'list' && !isGoverning ? 'state-not-synced' : null;
}

/** Follows the cluster as the webhook does, until something goes wrong and all else is there. */
async function followAs(kubeconfig: string) {
  const named = new Set<string>();
  const state = startLiveState((await openCluster({ kubeconfig, requestTimeoutMs: 10_000 })).api, {
    customResources: [],
    kinds: shippedKinds,
    kubernetesMinor: 37,
    pageSize: 500,
    staleMs: 60_000,
    now: () => performance.now(),
    onSeen: () => undefined,
    onGone: () => undefined,
    onError: (resource, error) => {
      if (String(error).includes('forbidden')) named.add(resource);
    },
  });
  try {
    await eventually(
      async () => ({ missing: state.missing(), named: [...named] }),
      ({ missing: unread }) => named.size > 0 && unread.every((resource) => named.has(resource)),
    );
    return { named: [...named], fault: state.fault() };
  } finally {
    await state.stop();
  }
}
