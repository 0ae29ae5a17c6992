import { join } from 'node:path';
import { checkRelease } from '../../src/check/check.ts';
import type { Release } from '../../src/check/release.ts';
import { createJudge, equipJudge } from '../../src/cli/judge.ts';
import type { Settings } from '../../src/cli/settings.ts';
import { emptyLayer } from '../../src/config/layer.ts';
import { loadConfig } from '../../src/config/load.ts';
import { fitRelease } from '../../src/fit/fit-release.ts';
import type { FitReport } from '../../src/fit/fit-report.ts';
import { objectAt } from '../../src/manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';
import { canonicalQuantity } from '../../src/quantity/print.ts';
import type { Finding } from '../../src/report/report.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { createIo } from '../helpers/io.ts';

/** The config by which every rule speaks. */
export const everyRule = join(import.meta.dirname, 'every-rule.yaml');

/** What `quotafit check --org-config` finds with every rule on. */
export async function judgeRelease(release: Release): Promise<readonly Finding[]> {
  const { io } = createIo();
  const settings: Settings = {
    organisation: await loadConfig(everyRule, '/'),
    project: emptyLayer,
    kubernetesVersion: '1.37',
    isVersionChosen: true,
    namespace: '',
    now: io.now(),
  };
  const judge = await equipJudge(await createJudge(settings, { rule: {} }, io), release, settings, {}, io);
  const { report, failures } = checkRelease(release, judge);
  if (failures[0] !== undefined) throw failures[0];
  return report.findings;
}

const NAMESPACE = 'parity';

const object = (kind: string, name: string, spec: JsonObject): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  namespace: NAMESPACE,
  name,
  value: { apiVersion: 'v1', kind, metadata: { name, namespace: NAMESPACE }, spec },
  source: null,
});

/** Room for a few small pods and not for many, with every sort of key and scope. */
const state: readonly KubernetesObject[] = [
  object('ResourceQuota', 'amounts', {
    hard: {
      'requests.cpu': '1',
      'limits.cpu': '3',
      'requests.memory': '1Gi',
      'limits.memory': '2Gi',
      'requests.ephemeral-storage': '4Gi',
      'requests.storage': '50Gi',
      persistentvolumeclaims: '2',
      pods: '5',
      services: '5',
      'services.nodeports': '1',
      'services.loadbalancers': '1',
      'count/deployments.apps': '5',
      'count/jobs.batch': '1',
    },
  }),
  object('ResourceQuota', 'to-the-end', { hard: { pods: '1' }, scopes: ['Terminating'] }),
  object('ResourceQuota', 'for-good', { hard: { pods: '3' }, scopes: ['NotTerminating'] }),
  object('LimitRange', 'bounds', {
    limits: [
      {
        type: 'Container',
        default: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '1Gi' },
        defaultRequest: { cpu: '100m', memory: '128Mi' },
        max: { cpu: '2' },
      },
    ],
  }),
];

/** What `quotafit fit` tells of one object in a namespace with quotas and limit ranges. */
export function fitAlone(given: KubernetesObject): Pick<FitReport, 'diagnostics' | 'quotas' | 'workloads'> {
  const metadata = { ...objectAt(given.value, 'metadata'), namespace: NAMESPACE };
  const alone = { ...given, namespace: NAMESPACE, value: { ...given.value, metadata } };
  const outcome = fitRelease([alone], state, {
    kubernetesVersion: '1.37',
    namespace: NAMESPACE,
    kinds: shippedKinds,
    termination: 'realistic',
    concurrentRollouts: 'all',
    nodes: 3,
    injected: [],
    limitedResources: [],
    state: { source: 'file', takenAt: null },
  });
  if (outcome.kind === 'bad-state') throw new Error(JSON.stringify(outcome.problems));
  const { diagnostics, quotas, workloads } = outcome.report;
  return { diagnostics, quotas, workloads };
}

/** What people read of a finding, on one line; the amount that it quotes is printed as the server prints it. */
export function printFinding({ rule, level, file, resource, path, message, data }: Finding): string {
  const { kind, name } = resource;
  const { amount } = data;
  const text = typeof amount === 'string' ? message.replace(amount, canonical(amount)) : message;
  return [rule, level, file, `${kind}/${name}`, path, text].join(' ');
}

function canonical(written: string): string {
  const quantity = parseQuantity(written);
  return quantity.kind === 'quantity-error' ? written : canonicalQuantity(quantity);
}
