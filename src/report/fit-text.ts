import { createColors } from 'picocolors';
import { lacksPods, type FitReport, type QuotaFit, type ResourceFit, type WorkloadFit } from '../fit/fit-report.ts';
import { mostReplicas } from '../fit/max-replicas.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { makePrintable } from './excerpt.ts';
import { listRemedies } from './fit-remedy.ts';

export interface FitTextOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
  /** Where the state is from, and its age; `null` when nobody knows that. */
  readonly state: string | null;
}

type Colors = ReturnType<typeof createColors>;

const barWidth = 24;

/** Prints the answer for people: what is missing and why, what would help, and each quota as a bar. */
export function printFitText(report: FitReport, { color, state }: FitTextOptions): string {
  const colors = createColors(color);
  const lines = report.diagnostics.map(({ level, file, line, column, message }) => {
    const place = file === '' ? '' : `${file}:${line}:${column}: `;
    const mark = level === 'error' ? colors.red('error') : colors.yellow('warning');
    return makePrintable(`${place}${mark}: ${message}`);
  });
  if (lines.length > 0) lines.push('');
  for (const namespace of namespacesOf(report)) {
    lines.push(colors.bold(`Namespace ${namespace}`), '');
    printWorkloads(report, namespace, lines, colors);
    const quotas = report.quotas.filter((one) => one.namespace === namespace);
    for (const quota of quotas) printQuota(quota, lines, colors);
    if (quotas.length === 0) lines.push(`  ${describeLackOfQuota(report, namespace)}`, '');
  }
  if (report.workloads.length === 0 && report.quotas.length === 0) lines.push('The input holds no objects.', '');
  if (state !== null) lines.push(colors.dim(`against ${state}`));
  lines.push(colors.dim(`judged as Kubernetes ${report.kubernetesVersion}; ${report.assumptions.join('; ')}`));
  return `${lines.join('\n')}\n`;
}

/** All pods fit where nothing bounds them, and a reader has to know that this is why. */
function describeLackOfQuota({ state: { source }, workloads }: FitReport, namespace: string): string {
  const here = workloads.filter((workload) => workload.namespace === namespace);
  if (here.some(({ unknown }) => unknown.includes('resourcequotas'))) return 'whether quotas bound it is not known';
  if (source === 'file')
    return 'no quota of this namespace is in the state; kubectl get all prints none, kubectl get quota does';
  if (source !== 'none') return 'no quota bounds this namespace';
  return 'no quota is known here; tell what is there with --state, --snapshot or --live';
}

function namespacesOf({ workloads, quotas }: FitReport): readonly string[] {
  return [...new Set([...workloads, ...quotas].map(({ namespace }) => namespace))].sort();
}

/** Workloads one by one; of other objects only those that do not come through. */
function printWorkloads(report: FitReport, namespace: string, lines: string[], colors: Colors): void {
  const here = report.workloads.filter((workload) => workload.namespace === namespace);
  const shown = here.filter(({ pods, admitted, unknown }) => pods !== null || admitted !== true || unknown.length > 0);
  const width = Math.max(0, ...shown.map(({ kind, name }) => kind.length + name.length + 1));
  for (const workload of shown) {
    const title = `${workload.kind} ${workload.name}`.padEnd(width);
    lines.push(makePrintable(`  ${markOf(workload, colors)} ${title}  ${summarize(workload)}`));
    for (const note of notesOf(workload, report.quotas)) lines.push(makePrintable(`      ${note}`));
  }
  const others = here.length - shown.length;
  if (others > 0) lines.push(`  ${colors.green('✓')} ${others} other ${others === 1 ? 'object' : 'objects'}`);
  if (here.length > 0) lines.push('');
}

const mayLackPods = ({ pods }: WorkloadFit): boolean => pods?.created === null || lacksPods(pods);

function markOf(workload: WorkloadFit, colors: Colors): string {
  if (workload.admitted === false) return colors.red('✗');
  if (workload.admitted === null || workload.pods?.created === null) return colors.yellow('?');
  if (mayLackPods(workload)) return colors.red('✗');
  return workload.rollout?.completes === false ? colors.yellow('!') : colors.green('✓');
}

function summarize({ admitted, pods, rollout, maxReplicas }: WorkloadFit): string {
  if (admitted === false) return 'refused by the API server';
  if (pods === null) return '';
  if (pods.desired === null || pods.created === null) return 'how many pods exist is not known';
  const stuck = rollout?.completes === false ? ', the rollout gets stuck' : '';
  const room = maxReplicas !== null && maxReplicas > pods.desired && maxReplicas < mostReplicas;
  return `${pods.created} of ${pods.desired} pods${stuck}${room ? ` (room for ${maxReplicas})` : ''}`;
}

function notesOf(workload: WorkloadFit, quotas: readonly QuotaFit[]): readonly string[] {
  const notes = workload.unknown.length === 0 ? [] : [`not known: ${workload.unknown.join(', ')}`];
  if (workload.admitted === false) return [...notes, workload.message ?? ''];
  if (!mayLackPods(workload) && workload.rollout?.completes !== false) return notes;
  const [first] = workload.pods?.blockedBy ?? [];
  const { message = null } = workload.pods ?? {};
  if (first?.requested != null) {
    notes.push(
      `${first.resource} in quota ${first.quota}: ${first.used} used, ${first.requested} more asked for, ${first.hard} allowed`,
    );
  } else if (message !== null) notes.push(message);
  const remedies = listRemedies(workload, quotas);
  if (remedies.length > 0) notes.push(`would fit with ${remedies.join('; or ')}`);
  return notes;
}

function printQuota({ name, resources }: QuotaFit, lines: string[], colors: Colors): void {
  lines.push(`  ${colors.bold(`quota ${name}`)}`);
  const width = Math.max(0, ...Object.keys(resources).map((resource) => resource.length));
  for (const [resource, fit] of Object.entries(resources)) {
    const mark = fit.fits ? (fit.fitsPeak ? ' ' : colors.yellow('!')) : colors.red('✗');
    lines.push(`  ${mark} ${resource.padEnd(width)} ${drawBar(fit, colors)} ${describeAmounts(fit)}`);
  }
  lines.push('');
}

function describeAmounts({ hard, used, after, wanted, peak, fits, fitsPeak }: ResourceFit): string {
  const more = [
    ...(after === used ? [] : [`${used} before`]),
    ...(fits ? [] : [`${wanted} wanted`]),
    ...(fitsPeak || peak === wanted ? [] : [`${peak} at the peak`]),
  ];
  return `${after} of ${hard}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

/** What was used, what is added, and what a peak adds to that, against the bound. */
function drawBar({ hard, used, after, peak }: ResourceFit, colors: Colors): string {
  const [most = 0n, before = 0n, then = 0n, top = 0n] = [hard, used, after, peak].map((text) => {
    const amount = parseQuantity(text);
    return amount.kind === 'quantity' ? amount.nano : 0n;
  });
  const cells = (amount: bigint): number => {
    if (most <= 0n) return amount > 0n ? barWidth : 0;
    const filled = Number((amount * BigInt(barWidth) * 2n + most) / (most * 2n));
    return Math.min(barWidth, filled);
  };
  const [old, now, high] = [Math.min(cells(before), cells(then)), cells(then), Math.max(cells(then), cells(top))];
  const paint = then > most ? colors.red : colors.green;
  const bar = paint('█'.repeat(old) + '▓'.repeat(now - old)) + colors.yellow('░'.repeat(high - now));
  return `[${bar}${' '.repeat(barWidth - high)}]`;
}
