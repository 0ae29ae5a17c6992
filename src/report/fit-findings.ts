import { lacksPods, type BlockedBy, type FitReport, type WorkloadFit } from '../fit/fit-report.ts';
import type { Diagnostic, KubernetesObject, Place } from '../manifest/document.ts';
import type { Finding, Told } from './report.ts';
import type { RuleCard } from './sarif.ts';

/** Where an object stands in its file; `null` for one that came from none. */
export type LocateObject = (object: KubernetesObject) => (Place & { readonly file: string }) | null;

const help = 'https://kubernetes.io/docs/concepts/policy/resource-quotas/';

/** What can be wrong with a workload's fit, as a viewer of findings is told of it. */
export const fitRules: readonly RuleCard[] = [
  describeRule('fit/refused', 'error', 'The API server refuses the object'),
  describeRule('fit/pods-missing', 'error', 'Quota lets fewer pods exist than are wanted'),
  describeRule('fit/rollout-stuck', 'warning', 'A rollout would never finish'),
  describeRule('fit/unknown', 'warning', 'The answer needs more than is known'),
];

function describeRule(id: string, level: Finding['level'], title: string): RuleCard {
  return { id, level, title, description: title, url: help };
}

/**
 * Tells what does not fit as findings at the objects' places, for formats that know nothing else. Notes that belong to no
 * file are left out: those formats have no room for them.
 * @param objects - those of the release
 */
export function tellFit(report: FitReport, objects: readonly KubernetesObject[], locate: LocateObject): Told {
  const findings = report.workloads.flatMap((workload) => {
    const object = objects.find((candidate) => isOf(candidate, workload));
    const place = object === undefined ? null : locate(object);
    if (place === null) return [];
    return describe(workload).map(({ rule, message, blockedBy }) =>
      createFinding(rule, message, blockedBy, workload, place),
    );
  });
  const diagnostics: readonly Diagnostic[] = report.diagnostics.filter(({ file }) => file !== '');
  return { findings, diagnostics };
}

interface Fault {
  readonly rule: string;
  readonly message: string;
  readonly blockedBy: readonly BlockedBy[];
}

/** Why a workload lacks pods. With nothing that refuses one, those that are there hold up the others. */
export function phraseMissing({ message, reason }: NonNullable<WorkloadFit['pods']>): string {
  return (
    message ??
    reason ??
    'the others wait for pods that do not become ready, or for volumes that nobody provides; no quota refuses them'
  );
}

function describe({ admitted, message, blockedBy, pods, rollout, unknown }: WorkloadFit): readonly Fault[] {
  const faults: Fault[] = [];
  if (admitted === false) faults.push({ rule: 'fit/refused', message: message ?? 'refused', blockedBy });
  if (lacksPods(pods)) {
    const text = `${pods.created} of ${pods.desired} pods would exist: ${phraseMissing(pods)}`;
    faults.push({ rule: 'fit/pods-missing', message: text, blockedBy: pods.blockedBy });
  }
  if (rollout?.completes === false) {
    const text = `the rollout would never finish: at its peak it wants ${rollout.peakPods} pods`;
    faults.push({ rule: 'fit/rollout-stuck', message: text, blockedBy: [] });
  }
  if (unknown.length > 0)
    faults.push({ rule: 'fit/unknown', message: `not known: ${unknown.join(', ')}`, blockedBy: [] });
  return faults;
}

function createFinding(
  rule: string,
  message: string,
  blockedBy: readonly BlockedBy[],
  { apiVersion, kind, namespace, name }: WorkloadFit,
  { file, line, column, endLine, endColumn }: Place & { readonly file: string },
): Finding {
  return {
    rule,
    level: fitRules.find(({ id }) => id === rule)?.level === 'error' ? 'error' : 'warning',
    message,
    file,
    line,
    column,
    endLine,
    endColumn,
    resource: { apiVersion, kind, namespace, name },
    path: '/metadata/name',
    data: { blockedBy: blockedBy.map((blocked) => ({ ...blocked })) },
    help,
    fixable: false,
    fingerprint: `${rule} ${apiVersion} ${kind} ${namespace}/${name}`,
  };
}

/** A workload of the report has its namespace filled in; the object may name none. */
function isOf(object: KubernetesObject, { apiVersion, kind, namespace, name }: WorkloadFit): boolean {
  const isThere = object.namespace === '' || object.namespace === namespace;
  return object.apiVersion === apiVersion && object.kind === kind && object.name === name && isThere;
}
