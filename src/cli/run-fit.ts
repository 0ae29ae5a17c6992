import { createError } from '../errors.ts';
import { isLacking, type FitReport } from '../fit/fit-report.ts';
import type { KubernetesObject, Place } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';
import { printFitJson } from '../report/fit-json.ts';
import { printFitText } from '../report/fit-text.ts';
import { checkTargets, deliver, printTold, wantsColor, type ReportFormat, type PrintFormat } from './output.ts';
import type { FitCommandFlags } from './commands/fit.ts';
import { fitInput, readFitInput, type FitInput } from './fit-input.ts';
import type { ExitStatus, Io } from './io.ts';
import { describeState } from './state-age.ts';

export async function runFit(paths: readonly string[], flags: FitCommandFlags, io: Io): Promise<ExitStatus> {
  const targets = flags.output ?? [{ format: 'text', file: null }];
  checkTargets(targets, io.cwd);
  const input = await readFitInput(paths, flags, io);
  let status: ExitStatus = 0;
  const show = async (report: FitReport): Promise<void> => {
    const print: PrintFormat<ReportFormat> = async (format, reader) => printFit(report, input, format, reader);
    const lacking = report.workloads.filter(isLacking).length;
    const summary = `${lacking} of ${report.workloads.length} objects lack something, judged as Kubernetes ${report.kubernetesVersion}`;
    await deliver(targets, print, io, { summary });
    status = judgeFit(report, { strict: flags.strict === true, unknown: flags.unknown ?? 'warning' });
  };
  if (flags.watch === true) {
    if (flags.live !== true) throw createError('QF_USAGE', { problem: '--watch follows a cluster; add --live' });
    const { watchFit } = await import('./watch-fit.ts');
    await watchFit(input, flags, show, io);
  } else await show(fitInput(input));
  return status;
}

async function printFit(
  report: FitReport,
  { objects, now }: FitInput,
  format: ReportFormat,
  reader: Pick<Io, 'env' | 'stdout'>,
): Promise<string> {
  if (format === 'text') {
    const state = describeState(report.state, now);
    return printFitText(report, { color: wantsColor(reader), columns: reader.stdout.columns, state });
  }
  if (format === 'json') return printFitJson(report);
  if (format === 'markdown') {
    const { printFitMarkdown } = await import('../report/fit-markdown.ts');
    return printFitMarkdown(report);
  }
  const { fitRules, tellFit } = await import('../report/fit-findings.ts');
  return printTold(tellFit(report, objects, placeObject), format, { failOn: 'error', rules: fitRules });
}

/** At its name, where it has one. */
function placeObject({ source }: KubernetesObject): (Place & { readonly file: string }) | null {
  if (source === null) return null;
  const { document, pointer } = source;
  return { file: document.file.name, ...locate(document, `${pointer}/metadata/name`) };
}

/** Status 1: an object or a pod is missing in the steady state, a file could not be read; what else counts is asked for. */
function judgeFit(
  { workloads, quotas, diagnostics }: FitReport,
  { strict, unknown }: { readonly strict: boolean; readonly unknown: 'error' | 'warning' },
): ExitStatus {
  const lacks = workloads.some(isLacking);
  const stuck = workloads.some(({ rollout }) => rollout?.completes === false);
  const isTight = stuck || quotas.some(({ resources }) => Object.values(resources).some(({ fitsPeak }) => !fitsPeak));
  const isUnsure = workloads.some((workload) => workload.unknown.length > 0);
  const isBroken = diagnostics.some(({ level }) => level === 'error');
  return lacks || isBroken || (strict && isTight) || (unknown === 'error' && isUnsure) ? 1 : 0;
}
