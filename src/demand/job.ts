import { fieldAt, integerAt, isTrueAt, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';

/** How many pods a Job runs at once, as far as it has come. */
export interface JobPlan {
  /** Pods that run when nothing blocks them. */
  readonly active: number;
  /** Whether pods that terminate are replaced at once, so that both exist for a while. */
  readonly replacesTerminating: boolean;
}

const idle: JobPlan = { active: 0, replacesTerminating: false };

/**
 * @param running - pods of the Job that exist and have not finished
 * @see k8s.io/kubernetes/pkg/controller/job `manageJob`, k8s.io/kubernetes/pkg/apis/batch/v1 `SetDefaults_Job`
 */
export function planJob(object: JsonObject, running: number): JobPlan {
  const spec = fieldAt(object, 'spec');
  const manager = stringAt(spec, 'managedBy');
  if (isTrueAt(spec, 'suspend') || isFinished(object)) return idle;
  if (manager !== '' && manager !== 'kubernetes.io/job-controller') return { ...idle, active: running };
  const written = integerAt(spec, 'completions');
  const parallelism = integerAt(spec, 'parallelism') ?? 1;
  // Neither written: one pod, once. Only parallelism: a work queue, until the first pod has succeeded.
  const completions = written ?? (integerAt(spec, 'parallelism') === null ? 1 : null);
  const succeeded = integerAt(object, 'status', 'succeeded') ?? 0;
  const onlyFailed =
    stringAt(spec, 'podReplacementPolicy') === 'Failed' ||
    (stringAt(spec, 'podReplacementPolicy') === '' && fieldAt(spec, 'podFailurePolicy') !== undefined);
  const active =
    completions === null
      ? succeeded > 0
        ? running
        : parallelism
      : Math.max(0, Math.min(parallelism, completions - succeeded));
  return { active, replacesTerminating: !onlyFailed };
}

function isFinished(object: JsonObject): boolean {
  return listAt(object, 'status', 'conditions').some(
    (condition) =>
      ['Complete', 'Failed'].includes(stringAt(condition, 'type')) && stringAt(condition, 'status') === 'True',
  );
}
