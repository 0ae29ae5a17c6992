import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { fieldAt, integerAt, listAt, stringAt } from '../manifest/fields.ts';
import type { PodShape } from '../workload/pod-shape.ts';
import { duplicate, forbidden, invalid, notFound, notSupported, required, type FieldError } from './field-error.ts';
import { validateLabel } from './name-validation.ts';
import { validateContainerResources, validatePodLevel } from './resource-validation.ts';

// The part of k8s.io/kubernetes/pkg/apis/core/validation `ValidatePodSpec` that real manifests run into.

/** Volumes that a controller puts into its pods besides those in the template. */
export interface PodValidationOptions {
  readonly addedVolumes: readonly string[];
}

/** A pod's spec, or a template's, with amounts as `pod` has them. `path`: `spec`, `spec.template.spec`. */
export function validatePodSpec(pod: PodShape, path: string, options: PodValidationOptions): readonly FieldError[] {
  const { spec } = pod;
  const volumes = new Set([
    ...options.addedVolumes,
    ...listAt(spec, 'volumes').map((volume) => stringAt(volume, 'name')),
  ]);
  return [
    ...validateVolumes(spec, `${path}.volumes`, options.addedVolumes),
    ...validateContainers(pod, `${path}.containers`, volumes),
    ...validateInitContainers(pod, `${path}.initContainers`, volumes),
    ...validatePodLevel(pod, `${path}.resources`),
    ...validateRestartPolicy(spec, `${path}.restartPolicy`),
    ...validateDeadline(spec, `${path}.activeDeadlineSeconds`),
  ];
}

/** What the server fills in when the template leaves it out. */
export function restartPolicyOf(spec: JsonObject): string {
  return stringAt(spec, 'restartPolicy') || 'Always';
}

/** A controller's own volumes come first, and stand in for those of the same name. */
function validateVolumes(spec: JsonObject, path: string, added: readonly string[]): FieldError[] {
  const seen = new Set<string>();
  const own = listAt(spec, 'volumes').filter((volume) => !added.includes(stringAt(volume, 'name')));
  return own.flatMap((volume, i) => {
    const name = stringAt(volume, 'name');
    const place = `${path}[${added.length + i}].name`;
    if (name === '') return [required(place)];
    if (seen.has(name)) return [duplicate(place, name)];
    seen.add(name);
    return validateLabel(name, place);
  });
}

function validateContainers(pod: PodShape, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const seen = new Set<string>();
  const containers = listAt(pod.spec, 'containers');
  if (containers.length === 0) return [required(path)];
  return containers.flatMap((container, i) => {
    const errors = validateContainer(pod.containers[i], container, `${path}[${i}]`, volumes);
    const name = stringAt(container, 'name');
    if (seen.has(name)) errors.push(duplicate(`${path}[${i}].name`, name));
    seen.add(name);
    return errors;
  });
}

const sidecarFields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function validateInitContainers(pod: PodShape, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const seen = new Set(pod.containers.map((container) => container.name));
  return listAt(pod.spec, 'initContainers').flatMap((container, i) => {
    const place = `${path}[${i}]`;
    const shape = pod.initContainers[i];
    const errors = validateContainer(shape, container, place, volumes);
    const name = stringAt(container, 'name');
    if (seen.has(name)) errors.push(duplicate(`${place}.name`, name));
    if (name !== '') seen.add(name);
    for (const field of shape?.role === 'sidecar' ? [] : sidecarFields) {
      if ((fieldAt(container, field) ?? null) === null) continue;
      errors.push(forbidden(`${place}.${field}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors;
  });
}

function validateContainer(
  shape: PodShape['containers'][number] | undefined,
  container: JsonValue,
  path: string,
  volumes: ReadonlySet<string>,
): FieldError[] {
  const name = stringAt(container, 'name');
  return [
    ...(name === '' ? [required(`${path}.name`)] : validateLabel(name, `${path}.name`)),
    ...(stringAt(container, 'image') === '' ? [required(`${path}.image`)] : []),
    ...validateMounts(container, `${path}.volumeMounts`, volumes),
    ...(shape === undefined ? [] : validateContainerResources(shape, `${path}.resources`)),
  ];
}

function validateMounts(container: JsonValue, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const seen = new Set<string>();
  return listAt(container, 'volumeMounts').flatMap((mount, i) => {
    const name = stringAt(mount, 'name');
    const mountPath = stringAt(mount, 'mountPath');
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${path}[${i}].name`));
    if (!volumes.has(name)) errors.push(notFound(`${path}[${i}].name`, name));
    if (mountPath === '') errors.push(required(`${path}[${i}].mountPath`));
    if (seen.has(mountPath)) errors.push(invalid(`${path}[${i}].mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    return errors;
  });
}

function validateRestartPolicy(spec: JsonObject, path: string): FieldError[] {
  const policies = ['Always', 'OnFailure', 'Never'];
  const policy = restartPolicyOf(spec);
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
}

function validateDeadline(spec: JsonObject, path: string): FieldError[] {
  const seconds = integerAt(spec, 'activeDeadlineSeconds');
  if (seconds === null || (seconds >= 1 && seconds <= 2_147_483_647)) return [];
  return [invalid(path, seconds, 'must be between 1 and 2147483647, inclusive')];
}
