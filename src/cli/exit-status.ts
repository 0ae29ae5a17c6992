import type { ConfigLayer } from '../config/layer.ts';
import type { FailOn } from '../config/schema.ts';
import type { CheckReport } from '../report/report.ts';
import type { ExitStatus } from './io.ts';

const thresholds: Readonly<Record<FailOn, readonly string[]>> = {
  error: ['error'],
  warning: ['error', 'warning'],
  never: [],
};

export interface FailPolicy {
  /** What the flag or the project's config says. */
  readonly failOn: FailOn;
  readonly organisation: ConfigLayer;
  readonly isLocked: (rule: string) => boolean;
}

/** Whether something in the report stands at or above the level asked for. */
export function judgeExit(report: CheckReport, { failOn, organisation, isLocked }: FailPolicy): ExitStatus {
  const asked = thresholds[failOn];
  if ([...report.findings, ...report.diagnostics].some(({ level }) => asked.includes(level))) return 1;
  // No flag makes a gate pass what the organisation locked.
  const demanded = thresholds[organisation.failOn ?? 'error'];
  return report.findings.some(({ rule, level }) => isLocked(rule) && demanded.includes(level)) ? 1 : 0;
}
