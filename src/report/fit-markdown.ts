import type { FitReport, QuotaFit, WorkloadFit } from '../fit/fit-report.ts';
import { code, count, escape, mark, printComment, table } from './markdown-table.ts';

/** Prints the answer about quota as a pull request comment: what does not get all its pods, and each quota's amounts. */
export function printFitMarkdown(report: FitReport): string {
  const lacking = report.workloads.filter(isLacking);
  const amounts = report.quotas.flatMap(listAmounts);
  const title =
    lacking.length === 0
      ? 'every workload gets its pods'
      : `${count(lacking.length, 'workload does', 'workloads do')} not get all ${lacking.length === 1 ? 'its' : 'their'} pods`;
  const sections = [
    table(['Workload', 'Pods', 'Why'], lacking.map(workloadRow), ['workload', 'workloads']),
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

function isLacking({ admitted, pods }: WorkloadFit): boolean {
  return admitted === false || (pods !== null && pods.created !== null && pods.created < (pods.desired ?? 0));
}

function workloadRow({ admitted, kind, namespace, name, pods, message }: WorkloadFit): readonly string[] {
  const amount = admitted === false || pods === null ? 'refused' : `${pods.created ?? '?'} of ${pods.desired ?? '?'}`;
  return [code(`${kind} ${namespace}/${name}`), amount, escape(message ?? pods?.message ?? '')];
}

function listAmounts({ namespace, name, resources }: QuotaFit): readonly (readonly string[])[] {
  return Object.entries(resources).map(([resource, { used, after, wanted, peak, hard, fits, fitsPeak }]) => [
    code(`${namespace}/${name}`),
    code(resource),
    ...[used, after, wanted, peak, hard].map(code),
    fits ? (fitsPeak ? 'yes' : 'not at its peak') : '**no**',
  ]);
}
