import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { fieldAt, integerAt, isJsonObject, stringAt } from '../manifest/fields.ts';
import { readQuantity } from '../quantity/parse.ts';
import { forbidden, invalid, type FieldError } from './field-error.ts';
import type { TemplateFamily } from './workload-validation.ts';

// What may not change in a controller's object once it is stored.

/**
 * What the server has against changing `old` into this object. Only what the manifest writes is compared, since
 * applying it keeps the rest; so a field that was dropped from the manifest counts as unchanged.
 */
export function validateUpdate(
  object: JsonObject,
  { value: old }: KubernetesObject,
  family: TemplateFamily,
  kubernetesMinor: number,
): readonly FieldError[] {
  const spec = fieldAt(object, 'spec');
  const stored = fieldAt(old, 'spec');
  switch (family) {
    case 'DaemonSet':
    case 'Deployment':
    case 'ReplicaSet':
      return immutable(spec, stored, 'selector');
    case 'StatefulSet': {
      const errors = immutable(spec, stored, 'selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy');
      return errors.length > 0 && kubernetesMinor < 37 ? [forbidden('spec', statefulSetRule)] : errors;
    }
    case 'Job':
      return [...validateCompletions(spec, stored), ...immutable(spec, stored, 'template', 'completionMode')];
    case 'CronJob':
    case 'ReplicationController':
      return [];
  }
}

const statefulSetRule =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

const rule = 'field is immutable';

/** Templates are elided: the server prints them with all their defaults. */
function immutable(
  spec: JsonValue | undefined,
  stored: JsonValue | undefined,
  ...fields: readonly string[]
): FieldError[] {
  return fields.flatMap((field) => {
    const value = fieldAt(spec, field) ?? null;
    if (keeps(value, fieldAt(stored, field))) return [];
    const isElided = field === 'template' || field === 'volumeClaimTemplates';
    return [isElided ? `spec.${field}: Invalid value: {...}: ${rule}` : invalid(`spec.${field}`, value, rule)];
  });
}

/** How many completions a Job needs is fixed, but an Indexed Job may grow and shrink as a whole. */
function validateCompletions(spec: JsonValue | undefined, stored: JsonValue | undefined): FieldError[] {
  const completions = integerAt(spec, 'completions');
  if (completions === null || completions === integerAt(stored, 'completions')) return [];
  const mode = stringAt(spec, 'completionMode') || stringAt(stored, 'completionMode');
  if (mode !== 'Indexed') return [invalid('spec.completions', completions, rule)];
  if (completions === (integerAt(spec, 'parallelism') ?? integerAt(stored, 'parallelism'))) return [];
  return [invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism')];
}

/** Whether all that is written stands in the stored value as well; amounts may be spelled in another way. */
function keeps(written: JsonValue, stored: JsonValue | undefined): boolean {
  if (written === null) return true;
  if (Array.isArray(written)) {
    const items = written as readonly JsonValue[];
    if (!Array.isArray(stored)) return items.length === 0 && (stored ?? null) === null;
    const others = stored as readonly JsonValue[];
    return items.length === others.length && items.every((item, i) => keeps(item, others[i]));
  }
  if (isJsonObject(written)) {
    return Object.entries(written).every(([name, value]) => keeps(value ?? null, fieldAt(stored, name)));
  }
  return written === stored || (stored !== undefined && isSameAmount(written, stored));
}

function isSameAmount(written: JsonValue, stored: JsonValue): boolean {
  const [a, b] = [readQuantity(written), readQuantity(stored)];
  return a.kind === 'quantity' && b.kind === 'quantity' && a.nano === b.nano;
}
