import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { fieldAt, integerAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { PodShape } from '../workload/pod-shape.ts';
import type { WorkloadFamily } from '../workload/workload.ts';
import { forbidden, invalid, notSupported, required, sortMembers, type FieldError } from './field-error.ts';
import { restartPolicyOf, validatePodSpec } from './pod-validation.ts';
import { negative } from './resource-validation.ts';
import { meetsSelector } from './selector.ts';

// Controllers' objects as k8s.io/kubernetes/pkg/apis/{apps,batch,core}/validation judge them, in their order.

/** Kinds whose pods are made from a template in them. */
export type TemplateFamily = Exclude<WorkloadFamily, 'Custom' | 'Pod' | 'PodTemplate'>;

/**
 * What the API server has against a controller's object, its template included.
 * @param template - the template's pod, as decoded; no pod defaults apply to templates
 */
export function validateWorkload(
  object: JsonObject,
  family: TemplateFamily,
  template: PodShape,
): readonly FieldError[] {
  const spec = objectAt(object, 'spec');
  switch (family) {
    case 'Deployment':
      return [
        ...nonNegative(spec, 'spec', 'replicas'),
        ...validateSelector(spec, 'deployment'),
        ...validateTemplate(spec, template, 'ReplicaSet'),
        ...validateStrategy(spec),
        ...nonNegative(spec, 'spec', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'),
        ...validateProgressDeadline(spec),
      ];
    case 'ReplicaSet':
      return [
        ...nonNegative(spec, 'spec', 'replicas', 'minReadySeconds'),
        // The server calls it a deployment here too.
        ...validateSelector(spec, 'deployment'),
        ...validateTemplate(spec, template, 'ReplicaSet'),
      ];
    case 'ReplicationController':
      // Without a selector it takes the labels of its template.
      return [
        ...nonNegative(spec, 'spec', 'minReadySeconds', 'replicas'),
        ...validateTemplate({ selector: {}, ...spec }, template, 'ReplicationController'),
      ];
    case 'StatefulSet':
      return validateStatefulSet(spec, template);
    case 'DaemonSet':
      return [
        ...validateMatch(spec),
        ...validateEmptySelector(spec, 'daemonset'),
        ...validatePodSpec(template, 'spec.template.spec', { addedVolumes: [] }),
        ...validateAlwaysRestarted(spec, 'DaemonSet'),
        ...nonNegative(spec, 'spec', 'minReadySeconds'),
        ...validateDaemonStrategy(spec),
        ...nonNegative(spec, 'spec', 'revisionHistoryLimit'),
      ];
    case 'Job':
      return validateJob(spec, template, 'spec');
    case 'CronJob':
      return [
        ...(stringAt(spec, 'schedule') === '' ? [required('spec.schedule')] : []),
        ...nonNegative(spec, 'spec', 'startingDeadlineSeconds'),
        ...validateJob(objectAt(spec, 'jobTemplate', 'spec'), template, 'spec.jobTemplate.spec'),
        ...nonNegative(spec, 'spec', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'),
      ];
  }
}

function nonNegative(spec: JsonObject, path: string, ...fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => {
    const value = integerAt(spec, field);
    return value !== null && value < 0 ? [invalid(`${path}.${field}`, value, negative)] : [];
  });
}

function validateSelector(spec: JsonObject, kind: string): readonly FieldError[] {
  if (!isJsonObject(fieldAt(spec, 'selector'))) return [required('spec.selector')];
  return validateEmptySelector(spec, kind);
}

function validateEmptySelector(spec: JsonObject, kind: string): readonly FieldError[] {
  const selector = fieldAt(spec, 'selector');
  if (!isJsonObject(selector)) return [];
  const count = Object.keys(objectAt(selector, 'matchLabels')).length + listAt(selector, 'matchExpressions').length;
  return count === 0 ? [invalid('spec.selector', {}, `empty selector is invalid for ${kind}`)] : [];
}

/** Whether the selector finds the pods that the template makes; an absent one finds none, an empty one all. */
function validateMatch(spec: JsonObject): FieldError[] {
  const labels = fieldAt(spec, 'template', 'metadata', 'labels');
  const selector = fieldAt(spec, 'selector') ?? null;
  if (selector !== null && meetsSelector(selector, labels)) return [];
  return [invalid('spec.template.metadata.labels', sortMembers(labels), '`selector` does not match template `labels`')];
}

function validateTemplate(spec: JsonObject, template: PodShape, kind: string): FieldError[] {
  return [
    ...validateMatch(spec),
    ...validatePodSpec(template, 'spec.template.spec', { addedVolumes: [] }),
    ...validateAlwaysRestarted(spec, kind),
  ];
}

function validateAlwaysRestarted(spec: JsonObject, kind: string): FieldError[] {
  const pod = objectAt(spec, 'template', 'spec');
  const errors: FieldError[] = [];
  const policy = restartPolicyOf(pod);
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']));
  if ((fieldAt(pod, 'activeDeadlineSeconds') ?? null) !== null) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
  return errors;
}

function validateStrategy(spec: JsonObject): FieldError[] {
  const strategy = objectAt(spec, 'strategy');
  const rolling = fieldAt(strategy, 'rollingUpdate');
  const type = stringAt(strategy, 'type') || 'RollingUpdate';
  if (type === 'Recreate') {
    if (!isJsonObject(rolling)) return [];
    return [forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate')
    return [notSupported('spec.strategy', strategyStruct(type, rolling), ['Recreate', 'RollingUpdate'])];
  const path = 'spec.strategy.rollingUpdate';
  const surge = fieldAt(rolling, 'maxSurge') ?? '25%';
  const unavailable = fieldAt(rolling, 'maxUnavailable') ?? '25%';
  const errors = [...validateShare(unavailable, `${path}.maxUnavailable`), ...validateShare(surge, `${path}.maxSurge`)];
  if (shareOf(unavailable) === 0 && shareOf(surge) === 0) {
    errors.push(invalid(`${path}.maxUnavailable`, unavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateWhole(unavailable, `${path}.maxUnavailable`)];
}

/** As the server's own type prints itself. */
function strategyStruct(type: string, rolling: JsonValue | undefined): JsonValue {
  if (!isJsonObject(rolling)) return { Type: type, RollingUpdate: null };
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  return { Type: type, RollingUpdate: { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } };
}

function validateDaemonStrategy(spec: JsonObject): FieldError[] {
  const strategy = objectAt(spec, 'updateStrategy');
  const type = stringAt(strategy, 'type') || 'RollingUpdate';
  if (type === 'OnDelete') return [];
  const path = 'spec.updateStrategy.rollingUpdate';
  if (type !== 'RollingUpdate') {
    const value = strategyStruct(type, fieldAt(strategy, 'rollingUpdate'));
    return [notSupported('spec.updateStrategy', value, ['RollingUpdate', 'OnDelete'])];
  }
  const unavailable = fieldAt(strategy, 'rollingUpdate', 'maxUnavailable') ?? 1;
  const surge = fieldAt(strategy, 'rollingUpdate', 'maxSurge') ?? 0;
  const errors = [
    ...validateShare(unavailable, `${path}.maxUnavailable`),
    ...validateShare(surge, `${path}.maxSurge`),
    ...validateWhole(unavailable, `${path}.maxUnavailable`),
    ...validateWhole(surge, `${path}.maxSurge`),
  ];
  const [hasUnavailable, hasSurge] = [shareOf(unavailable) !== 0, shareOf(surge) !== 0];
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(`${path}.maxSurge`, surge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (!hasUnavailable && !hasSurge) errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

const percentRule =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for " +
  "validation is '[0-9]+%')";

function validateShare(share: JsonValue, path: string): FieldError[] {
  if (typeof share === 'string') return /^[0-9]+%$/.test(share) ? [] : [invalid(path, share, percentRule)];
  return typeof share === 'number' && share < 0 ? [invalid(path, share, negative)] : [];
}

function validateWhole(share: JsonValue, path: string): FieldError[] {
  const isMore = typeof share === 'string' && /^[0-9]+%$/.test(share) && Number(share.slice(0, -1)) > 100;
  return isMore ? [invalid(path, share, 'must not be greater than 100%')] : [];
}

function shareOf(share: JsonValue): number {
  if (typeof share === 'number') return share;
  return typeof share === 'string' ? Number.parseInt(share, 10) || 0 : 0;
}

function validateProgressDeadline(spec: JsonObject): FieldError[] {
  const deadline = integerAt(spec, 'progressDeadlineSeconds') ?? 600;
  if (deadline > (integerAt(spec, 'minReadySeconds') ?? 0)) return [];
  return [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')];
}

function validateStatefulSet(spec: JsonObject, template: PodShape): FieldError[] {
  const policy = stringAt(spec, 'podManagementPolicy');
  const claims = listAt(spec, 'volumeClaimTemplates').map((claim) => stringAt(claim, 'metadata', 'name'));
  const errors: FieldError[] = [];
  if (!['', 'OrderedReady', 'Parallel'].includes(policy)) {
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  return [
    ...errors,
    ...nonNegative(spec, 'spec', 'replicas', 'minReadySeconds'),
    ...validateSelector(spec, 'statefulset'),
    ...validateMatch(spec),
    ...validatePodSpec(template, 'spec.template.spec', { addedVolumes: claims }),
    ...validateAlwaysRestarted(spec, 'StatefulSet'),
  ];
}

/** The highest number of an Indexed Job's pods at a time. */
const maxIndexedParallelism = 100_000;

function validateJob(spec: JsonObject, template: PodShape, path: string): FieldError[] {
  const errors = nonNegative(
    spec,
    path,
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  );
  const isIndexed = stringAt(spec, 'completionMode') === 'Indexed';
  // Where both numbers are left out, both become 1.
  if (isIndexed && integerAt(spec, 'completions') === null && integerAt(spec, 'parallelism') !== null) {
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  }
  const parallelism = integerAt(spec, 'parallelism');
  if (isIndexed && parallelism !== null && parallelism > maxIndexedParallelism) {
    const detail = `must be less than or equal to ${maxIndexedParallelism} when completion mode is Indexed`;
    errors.push(invalid(`${path}.parallelism`, parallelism, detail));
  }
  errors.push(...validatePodSpec(template, `${path}.template.spec`, { addedVolumes: [] }));
  const policy = restartPolicyOf(objectAt(spec, 'template', 'spec'));
  const place = `${path}.template.spec.restartPolicy`;
  if (policy === 'Always') {
    errors.push(required(place, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.push(notSupported(place, policy, ['OnFailure', 'Never']));
  } else if (policy === 'OnFailure' && isJsonObject(fieldAt(spec, 'podFailurePolicy'))) {
    errors.push(invalid(place, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
  return errors;
}
