import type { FitReport } from '../fit/fit-report.ts';
import { printFitJson } from '../report/fit-json.ts';
import { printFitText } from '../report/fit-text.ts';
import { wantsColor } from './output.ts';
import type { FitCommandFlags } from './commands/fit.ts';
import { fitInput, readFitInput } from './fit-input.ts';
import type { ExitStatus, Io } from './io.ts';

export async function runFit(paths: readonly string[], flags: FitCommandFlags, io: Io): Promise<ExitStatus> {
  const report = fitInput(await readFitInput(paths, flags, io));
  const color = wantsColor(io);
  io.stdout.write(
    flags.output === 'json' ? printFitJson(report) : printFitText(report, { color, columns: io.stdout.columns }),
  );
  return judgeFit(report, { strict: flags.strict === true, unknown: flags.unknown ?? 'warning' });
}

/** Status 1: an object or a pod is missing in the steady state, a file could not be read; what else counts is asked for. */
function judgeFit(
  { workloads, quotas, diagnostics }: FitReport,
  { strict, unknown }: { readonly strict: boolean; readonly unknown: 'error' | 'warning' },
): ExitStatus {
  const lacks = workloads.some(
    ({ admitted, pods }) =>
      admitted === false || (pods !== null && pods.created !== null && pods.created < (pods.desired ?? 0)),
  );
  const stuck = workloads.some(({ rollout }) => rollout?.completes === false);
  const isTight = stuck || quotas.some(({ resources }) => Object.values(resources).some(({ fitsPeak }) => !fitsPeak));
  const isUnsure = workloads.some((workload) => workload.unknown.length > 0);
  const isBroken = diagnostics.some(({ level }) => level === 'error');
  return lacks || isBroken || (strict && isTight) || (unknown === 'error' && isUnsure) ? 1 : 0;
}
