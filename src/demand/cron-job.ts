import { fieldAt, integerAt, isTrueAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';
import type { Termination } from './peak.ts';

/** What a CronJob keeps and runs, since nothing of it runs in the steady state. */
export interface CronJobPlan {
  /** Runs whose pods exist at once, when each ends before the next is due. */
  readonly runs: number;
  /** Job objects that stay: finished ones up to the history limits. */
  readonly keptJobs: number;
  /** The Job that each run makes: `{metadata, spec}`. */
  readonly job: JsonObject;
}

const defaultSucceeded = 3;
const defaultFailed = 1;

/** @see k8s.io/kubernetes/pkg/controller/cronjob `syncCronJob`, `cleanupFinishedJobs` */
export function planCronJob(object: JsonObject, termination: Termination): CronJobPlan {
  const spec = fieldAt(object, 'spec');
  // Replace deletes the old Job in the background and creates the new one at once: their pods overlap.
  const overlap = stringAt(spec, 'concurrencyPolicy') === 'Replace' && termination !== 'optimistic';
  const succeeded = integerAt(spec, 'successfulJobsHistoryLimit') ?? defaultSucceeded;
  const failed = integerAt(spec, 'failedJobsHistoryLimit') ?? defaultFailed;
  return {
    runs: isTrueAt(spec, 'suspend') ? 0 : overlap ? 2 : 1,
    keptJobs: succeeded + failed,
    job: objectAt(spec, 'jobTemplate'),
  };
}
