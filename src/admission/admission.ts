import { listAt, objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import type { Charge } from '../quota/charge.ts';
import { judgeQuotas } from '../quota/judge.ts';
import { chargeObject } from '../quota/object-charge.ts';
import type { LimitedResource } from '../quota/quota-state.ts';
import { groupResourceOf, isNamespaced, objectKind } from '../quota/resource-name.ts';
import { validateQuota } from './quota-validation.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import {
  isAmountError,
  readPodShape,
  readResourceList,
  type AmountError,
  type PodShape,
} from '../workload/pod-shape.ts';
import type { FieldError } from './field-error.ts';
import { findUnserved } from './served-kind.ts';
import { validateService } from './service-validation.ts';
import { readWorkload, type KindTable, type Workload } from '../workload/workload.ts';
import { decodeObject } from './decode-object.ts';
import { validateLimitRange } from './limit-range-validation.ts';
import { podLevelMinor } from './pod-defaults.ts';
import { validateMetadata } from './name-validation.ts';
import { prepareClaim } from './prepare-claim.ts';
import { chargeLiving, preparePod, readPod } from './prepare-pod.ts';
import { refuseForbidden, refuseInvalid, refuseUndecodable, refuseUnserved, type Refusal } from './refusal.ts';
import { validateUpdate } from './update-validation.ts';
import { validateWorkload } from './workload-validation.ts';

export type { Refusal } from './refusal.ts';

/** One write to the API server. An update has the stored object as `old`. */
export interface AdmissionRequest {
  readonly object: KubernetesObject;
  readonly old?: KubernetesObject;
  /** `resize` of a pod; without it the object itself is written. */
  readonly subresource?: 'resize';
}

export interface AdmissionOptions {
  /** Minor of Kubernetes 1: 37. */
  readonly kubernetesMinor: number;
  readonly limitedResources?: readonly LimitedResource[];
  /** Custom kinds, for their plurals. */
  readonly kinds?: KindTable;
  /** All objects come from a server, which has decoded them. */
  readonly decoded?: true;
}

/** What the server makes of the request before quota is asked. */
export type Preparation =
  | {
      readonly kind: 'ready';
      readonly charge: Charge;
      /** The effective pod; `null` for other kinds. */
      readonly pod: PodShape | null;
      /** The class of a claim after the cluster's default, empty for none; `null` for other kinds, or when not known. */
      readonly storageClassName: string | null;
      /** What was not known and was taken to be in order, such as `priority class "gold"`. */
      readonly missing: readonly string[];
    }
  | Refusal
  | UnknownAdmission;

interface UnknownAdmission {
  readonly kind: 'unknown';
  readonly missing: readonly string[];
}

export type Admission =
  | (Omit<Extract<Preparation, { kind: 'ready' }>, 'kind'> & {
      readonly kind: 'admitted';
      /** What each quota adds to its `used`, by quota name. */
      readonly charges: ReadonlyMap<string, ResourceList>;
    })
  | Refusal
  | UnknownAdmission;

/**
 * All that happens to a write before quota: decoding, defaults, mutating plugins, validation, limit ranges.
 * It does not depend on what quotas hold, so for many pods of one template it is needed once.
 */
export function prepareObject(
  request: AdmissionRequest,
  namespace: NamespaceState,
  cluster: ClusterState,
  options: AdmissionOptions,
): Preparation {
  const { object } = request;
  const undecodable = options.decoded === true ? undefined : decodeObject(object)?.faults[0];
  if (undecodable !== undefined) return refuseUndecodable(object, undecodable.message);
  switch (objectKind(object)) {
    case 'Pod':
      return preparePod(request, namespace, cluster, options);
    case 'PersistentVolumeClaim':
      return prepareClaim(request, namespace, cluster, options);
    default: {
      const refusal = refuseBadObject(request, options);
      if (refusal !== null) return refusal;
      const charge = chargeStored(object, cluster, options);
      return { kind: 'ready', charge, pod: null, storageClassName: null, missing: [] };
    }
  }
}

/** `prepareObject`, then quota: what the API server would answer to one write. */
export function admitObject(
  request: AdmissionRequest,
  namespace: NamespaceState,
  cluster: ClusterState,
  options: AdmissionOptions,
): Admission {
  const prepared = prepareObject(request, namespace, cluster, options);
  if (prepared.kind !== 'ready') return prepared;
  const old = request.old === undefined ? null : chargeStored(request.old, cluster, options);
  if (!isNamespaced(request.object) || !isCounted(request, prepared.charge, old)) {
    return { ...prepared, kind: 'admitted', charges: new Map() };
  }
  const verdict = judgeQuotas(namespace.quotas, { charge: prepared.charge, old }, options.limitedResources);
  switch (verdict.kind) {
    case 'admitted':
      return { ...prepared, kind: 'admitted', charges: verdict.charges };
    case 'refused': {
      const { reason, message, blockedBy } = verdict;
      return refuseForbidden(prepared.charge.of, request.object.name, reason, message, blockedBy);
    }
    case 'unknown':
      return verdict;
  }
}

/** What an object that is stored already counts for; amounts that cannot be read count nothing. */
export function chargeStored(object: KubernetesObject, cluster: ClusterState, options: AdmissionOptions): Charge {
  const { kubernetesMinor } = options;
  const of = groupResourceOf(object, options.kinds);
  if (objectKind(object) === 'Pod') {
    const pod = readPod(object, kubernetesMinor);
    if (!isAmountError(pod)) return chargeLiving(pod, pod.priorityClassName, object, kubernetesMinor);
  }
  return chargeObject(object, of, { kubernetesMinor, deviceClasses: cluster.deviceClasses });
}

/** The pod that a controller makes of a template, as an object to admit; `web-*` for a generated name. */
export function podOf(
  template: { readonly metadata: JsonObject; readonly spec: JsonObject },
  name: string,
  namespace: string,
): KubernetesObject {
  const named = name.endsWith('*') ? { generateName: name.slice(0, -1) } : { name };
  const metadata = { ...template.metadata, ...named };
  const value = { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, value, source: null };
}

/** Whether quota looks at this write at all: every create; of updates, those that can change what is counted. */
function isCounted({ old: stored, subresource }: AdmissionRequest, charge: Charge, old: Charge | null): boolean {
  if (stored === undefined || old === null) return true;
  if (charge.traits.kind === 'pod' && old.traits.kind === 'pod') {
    return subresource === 'resize' || charge.traits.terminating !== old.traits.terminating;
  }
  return (
    charge.traits.kind === 'claim' ||
    charge.traits.kind === 'device-claim' ||
    (charge.of.group === '' && charge.of.resource === 'services')
  );
}

type ObjectValidation = (
  object: KubernetesObject,
  old: KubernetesObject | undefined,
) => AmountError | readonly FieldError[];

const objectValidations: ReadonlyMap<string, ObjectValidation> = new Map<string, ObjectValidation>([
  ['LimitRange', validateLimitRange],
  ['ResourceQuota', validateQuota],
  ['Service', validateService],
]);

function refuseBadObject({ object, old }: AdmissionRequest, { kubernetesMinor }: AdmissionOptions): Refusal | null {
  if (findUnserved(object.apiVersion, object.kind, kubernetesMinor) !== null) return refuseUnserved(object);
  const workload = readWorkload(object, new Map());
  if (workload !== null && workload.family !== 'Custom') return refuseBadWorkload(workload, old, kubernetesMinor);
  const validate = objectValidations.get(objectKind(object));
  if (validate === undefined) return null;
  const errors = validate(object, old);
  return isAmountError(errors) ? refuseUndecodable(object, errors.error.message) : refuseErrors(object, errors);
}

function refuseBadWorkload(
  { object, family, templates }: Workload,
  old: KubernetesObject | undefined,
  kubernetesMinor: number,
): Refusal | null {
  const isTemplated = family !== 'PodTemplate' && family !== 'Pod' && family !== 'Custom';
  const shape = readPodShape(templates[0]?.spec ?? {});
  if (isAmountError(shape)) return refuseUndecodable(object, shape.error.message);
  for (const claim of listAt(object.value, 'spec', 'volumeClaimTemplates')) {
    const requests = readResourceList(objectAt(claim, 'spec', 'resources', 'requests'), '');
    if (isAmountError(requests)) return refuseUndecodable(object, requests.error.message);
  }
  if (!isTemplated) return null;
  const template = kubernetesMinor >= podLevelMinor ? shape : { ...shape, podLevel: null };
  const errors = [...validateWorkload(object.value, family, template)];
  if (old !== undefined) errors.push(...validateUpdate(object.value, old, family, kubernetesMinor));
  return refuseErrors(object, [...validateMetadata(object.value), ...errors]);
}

function refuseErrors(object: KubernetesObject, errors: readonly string[]): Refusal | null {
  return errors.length === 0 ? null : refuseInvalid(object, errors);
}
