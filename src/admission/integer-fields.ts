import { fieldAt, isJsonObject } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import type { TemplateFamily } from './workload-validation.ts';

interface IntegerField {
  /** The Go struct that has the field. */
  readonly struct: string;
  readonly path: readonly string[];
  readonly bits: 32 | 64;
}

const int32 = (struct: string, ...names: readonly string[]): readonly IntegerField[] =>
  names.map((name) => ({ struct, path: ['spec', name], bits: 32 }));
const int64 = (struct: string, name: string): IntegerField => ({ struct, path: ['spec', name], bits: 64 });

const jobFields: readonly IntegerField[] = [
  int64('JobSpec', 'activeDeadlineSeconds'),
  ...int32('JobSpec', 'backoffLimit', 'backoffLimitPerIndex', 'completions', 'maxFailedIndexes', 'parallelism'),
  ...int32('JobSpec', 'ttlSecondsAfterFinished'),
];

/** In the order in which the server meets them: kubectl sends members sorted by name. */
const integerFields: Readonly<Record<TemplateFamily, readonly IntegerField[]>> = {
  CronJob: [
    ...int32('CronJobSpec', 'failedJobsHistoryLimit'),
    ...jobFields.map((field) => ({ ...field, path: ['spec', 'jobTemplate', ...field.path] })),
    int64('CronJobSpec', 'startingDeadlineSeconds'),
    ...int32('CronJobSpec', 'successfulJobsHistoryLimit'),
  ],
  DaemonSet: int32('DaemonSetSpec', 'minReadySeconds', 'revisionHistoryLimit'),
  Deployment: int32('DeploymentSpec', 'minReadySeconds', 'progressDeadlineSeconds', 'replicas', 'revisionHistoryLimit'),
  Job: jobFields,
  ReplicaSet: int32('ReplicaSetSpec', 'minReadySeconds', 'replicas'),
  ReplicationController: int32('ReplicationControllerSpec', 'minReadySeconds', 'replicas'),
  StatefulSet: int32('StatefulSetSpec', 'minReadySeconds', 'replicas', 'revisionHistoryLimit'),
};

/**
 * Why the server cannot decode the whole numbers of a controller's object (`replicas: "3"`), in its words; `null` when
 * it can.
 * @see encoding/json `UnmarshalTypeError`; sigs.k8s.io/json keeps its words
 */
export function findUndecodableInteger(object: JsonObject, family: TemplateFamily): string | null {
  for (const { struct, path, bits } of integerFields[family]) {
    const value = fieldAt(object, ...path) ?? null;
    if (value === null || isInteger(value, bits)) continue;
    return `json: cannot unmarshal ${describe(value)} into Go struct field ${struct}.${path.join('.')} of type int${bits}`;
  }
  return null;
}

function isInteger(value: JsonValue, bits: 32 | 64): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  const bound = 2 ** (bits - 1);
  return value >= -bound && value < bound;
}

function describe(value: JsonValue): string {
  if (typeof value === 'number') return `number ${value}`;
  if (typeof value === 'boolean') return 'bool';
  if (isJsonObject(value)) return 'object';
  return Array.isArray(value) ? 'array' : 'string';
}
