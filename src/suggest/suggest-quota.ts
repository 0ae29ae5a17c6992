import { fitRelease, type FitOptions, type FitOutcome } from '../fit/fit-release.ts';
import type { FitReport } from '../fit/fit-report.ts';
import { touchTemplates } from '../fit/touch-templates.ts';
import { isJsonObject, listAt, objectAt } from '../manifest/fields.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import { isNamespaced } from '../quota/resource-name.ts';
import { isClusterObject } from '../state/state.ts';

/** One line of a suggested quota. */
interface SuggestedAmount {
  readonly resource: string;
  /** The least that lets the release run, roll and scale. */
  readonly hard: string;
  /** What it comes to when nothing rolls or scales. */
  readonly steady: string;
}

export interface SuggestedQuota {
  readonly namespace: string;
  readonly amounts: readonly SuggestedAmount[];
  /** Resources that cannot be bounded as things are, each with the reason. */
  readonly leftOut: readonly { readonly resource: string; readonly reason: string }[];
}

export type QuotaSuggestion =
  { readonly kind: 'quotas'; readonly quotas: readonly SuggestedQuota[] } | Extract<FitOutcome, { kind: 'bad-state' }>;

/** What people bound; beside it, extended resources and storage classes that the release asks for. */
const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'persistentvolumeclaims',
  'pods',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
  'requests.storage',
  'services.loadbalancers',
  'services.nodeports',
];

const quotaName = 'quotafit-suggestion';
/** More than any amount that anybody asks for, and a whole number of everything. */
const plenty = '4E';

/**
 * The least quota of each namespace with which the release runs, its rollouts get through at full pace, and its
 * autoscalers reach their maxima. What the state holds already is part of it; its own quotas are not looked at.
 */
export function suggestQuotas(
  release: readonly KubernetesObject[],
  state: readonly KubernetesObject[],
  options: FitOptions,
): QuotaSuggestion {
  const bare = state.filter(({ kind }) => kind !== 'ResourceQuota');
  const objects = release.filter(({ kind }) => kind !== 'ResourceQuota');
  const nameOf = ({ namespace }: KubernetesObject): string => (namespace === '' ? options.namespace : namespace);
  const namespaces = [
    ...new Set(objects.filter((object) => isNamespaced(object) && !isClusterObject(object)).map(nameOf)),
  ].sort();
  const quotas: SuggestedQuota[] = [];
  for (const namespace of namespaces) {
    const keys = [...resources, ...listExtended(objects)];
    const leftOut: { resource: string; reason: string }[] = [];
    for (;;) {
      const bounded = keys.filter((key) => !leftOut.some(({ resource }) => resource === key));
      const quota = makeQuota(namespace, bounded);
      const install = fitRelease(objects, [...bare, quota], options);
      if (install.kind === 'bad-state') return install;
      const unspecified = listUnspecified(install.report, namespace);
      if (unspecified.length > 0) {
        leftOut.push(...unspecified);
        continue;
      }
      const update = fitRelease(touchTemplates(objects), [...bare, quota, ...objects], options);
      if (update.kind === 'bad-state') return update;
      quotas.push({ namespace, leftOut, amounts: listAmounts(namespace, bounded, [install.report, update.report]) });
      break;
    }
  }
  return { kind: 'quotas', quotas };
}

/** A quota on one of six resources refuses every pod with a container that does not name it. */
function listUnspecified(report: FitReport, namespace: string): SuggestedQuota['leftOut'] {
  const found = new Map<string, string>();
  for (const workload of report.workloads.filter((one) => one.namespace === namespace)) {
    const blockers = [...workload.blockedBy, ...(workload.pods?.blockedBy ?? [])];
    for (const { resource, requested } of blockers) {
      if (requested === null && !found.has(resource)) found.set(resource, `${workload.kind} ${workload.name}`);
    }
  }
  return [...found].map(([resource, who]) => ({
    resource,
    reason: `${who} does not write it in every container, and a quota on it would refuse its pods`,
  }));
}

function listAmounts(
  namespace: string,
  keys: readonly string[],
  reports: readonly FitReport[],
): readonly SuggestedAmount[] {
  return keys.flatMap((resource) => {
    const found = reports.flatMap(
      ({ quotas }) =>
        quotas.find((quota) => quota.namespace === namespace && quota.name === quotaName)?.resources[resource] ?? [],
    );
    const peaks = found.flatMap(({ peak }) => readAmount(peak));
    const [peak] = peaks.toSorted((a, b) => compareQuantities(b, a));
    if (peak === undefined || peak.nano <= 0n) return [];
    return [{ resource, hard: canonicalQuantity(peak), steady: found[0]?.wanted ?? '0' }];
  });
}

function readAmount(text: string): readonly Extract<ReturnType<typeof parseQuantity>, { kind: 'quantity' }>[] {
  const amount = parseQuantity(text);
  return amount.kind === 'quantity' ? [amount] : [];
}

function makeQuota(namespace: string, keys: readonly string[]): KubernetesObject {
  const value = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: quotaName, namespace },
    spec: { hard: Object.fromEntries(keys.map((key) => [key, plenty])) },
  };
  return { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: quotaName, value, source: null };
}

/** Resource names with a domain that containers ask for. */
function listExtended(objects: readonly KubernetesObject[]): readonly string[] {
  const names = new Set<string>();
  const visit = (value: JsonValue | undefined): void => {
    if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) visit(item);
    if (!isJsonObject(value)) return;
    for (const container of [...listAt(value, 'containers'), ...listAt(value, 'initContainers')]) {
      const asked = [
        ...Object.keys(objectAt(container, 'resources', 'requests')),
        ...Object.keys(objectAt(container, 'resources', 'limits')),
      ];
      for (const name of asked.filter((one) => one.includes('/'))) names.add(`requests.${name}`);
    }
    for (const member of Object.values(value)) visit(member);
  };
  for (const { value } of objects) visit(value);
  return [...names].sort();
}
