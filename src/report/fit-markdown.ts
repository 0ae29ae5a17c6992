import { isLacking, type FitReport, type QuotaFit, type WorkloadFit } from '../fit/fit-report.ts';
import { phraseMissing } from './fit-findings.ts';
import { code, count, escape, mark, printComment, table } from './markdown-table.ts';

/** Prints the answer about quota as a pull request comment: what does not get all its pods, and each quota's amounts. */
export function printFitMarkdown(report: FitReport): string {
  const lacking = report.workloads.filter(isLacking);
  const unknown = report.workloads.filter(isUnknown);
  const amounts = report.quotas.flatMap(listAmounts);
  const title =
    lacking.length > 0
      ? `${count(lacking.length, 'workload does', 'workloads do')} not get all ${lacking.length === 1 ? 'its' : 'their'} pods`
      : unknown.length > 0
        ? `it is not known of ${count(unknown.length, 'workload', 'workloads')} whether all pods exist`
        : 'every workload gets its pods';
  const sections = [
    table(['Workload', 'Pods', 'Why'], [...lacking, ...unknown].map(workloadRow), ['workload', 'workloads']),
    table(['Quota', 'Resource', 'Used', 'After', 'Wanted', 'Peak', 'Hard', 'Fits'], amounts, ['amount', 'amounts']),
    table(
      ['Note', ''],
      report.diagnostics.map(({ level, file, line, message }) => [
        `${mark(level)} ${file === '' ? '' : code(`${file}:${line}`)}`,
        escape(message),
      ]),
      ['note', 'notes'],
    ),
  ];
  return printComment([`## quotafit: ${title}`], sections, `_Kubernetes ${escape(report.kubernetesVersion)}._`);
}

function isUnknown(workload: WorkloadFit): boolean {
  return !isLacking(workload) && (workload.admitted === null || workload.pods?.created === null);
}

function workloadRow({ admitted, kind, namespace, name, pods, message, unknown }: WorkloadFit): readonly string[] {
  const amount =
    admitted === false ? 'refused' : pods === null ? '?' : `${pods.created ?? '?'} of ${pods.desired ?? '?'}`;
  const why =
    admitted !== false && unknown.length > 0
      ? `not known: ${unknown.join(', ')}`
      : (message ?? (pods === null ? '' : phraseMissing(pods)));
  return [code(`${kind} ${namespace}/${name}`), amount, escape(why)];
}

function listAmounts({ namespace, name, resources }: QuotaFit): readonly (readonly string[])[] {
  return Object.entries(resources).map(([resource, { used, after, wanted, peak, hard, fits, fitsPeak }]) => [
    code(`${namespace}/${name}`),
    code(resource),
    ...[used, after, wanted, peak, hard].map(code),
    fits ? (fitsPeak ? 'yes' : 'not at its peak') : '**no**',
  ]);
}
