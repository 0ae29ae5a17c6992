import type { KubernetesObject } from '../manifest/document.ts';
import { fieldAt, isJsonObject, objectAt } from '../manifest/fields.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { chargePod, type Charge } from '../quota/charge.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import { isAmountError, readPodShape, type AmountError, type PodShape } from '../workload/pod-shape.ts';
import type { AdmissionOptions, AdmissionRequest, Preparation } from './admission.ts';
import { aggregateErrors } from './field-error.ts';
import type { LimitRange } from './limit-range.ts';
import { judgePodLimits } from './limit-range-verdict.ts';
import { applyLimitRange, defaultPodLevel, defaultRequests, latePodLevelMinor, podLevelMinor } from './pod-defaults.ts';
import { addOverhead, choosePriorityClass, judgeOverhead } from './pod-plugins.ts';
import { validateMetadata } from './name-validation.ts';
import { validatePodSpec } from './pod-validation.ts';
import { refuseForbidden, refuseInvalid, refuseUndecodable } from './refusal.ts';

const pods = { group: '', resource: 'pods' };

/** What the server makes of a pod before quota is asked, in its order. */
export function preparePod(
  { object, old, subresource }: AdmissionRequest,
  namespace: NamespaceState,
  cluster: ClusterState,
  { kubernetesMinor }: AdmissionOptions,
): Preparation {
  const written = readPod(object, kubernetesMinor);
  if (isAmountError(written)) return refuseUndecodable(object, written.error.message);
  if (old !== undefined && subresource === undefined) return prepareUpdate(object, written, old, kubernetesMinor);
  const isLimited = old === undefined || !isDeleted(old);
  const limitRanges = isLimited ? namespace.limitRanges : [];

  let pod = defaultRequests(written);
  if (kubernetesMinor < latePodLevelMinor) pod = defaultPodLevel(pod, kubernetesMinor);
  const missing = conflictsOf(limitRanges, pod);
  for (const limitRange of limitRanges) pod = applyLimitRange(pod, limitRange);

  const priority = choosePriorityClass(pod, cluster);
  if (priority.kind === 'refused') return refuseForbidden(pods, object.name, 'other', priority.detail);
  if (priority.kind === 'unknown') return priority;
  missing.push(...priority.missing);

  if (old === undefined) {
    const withOverhead = addOverhead(pod, cluster);
    if (withOverhead.kind === 'refused') return refuseForbidden(pods, object.name, 'other', withOverhead.detail);
    if (withOverhead.kind === 'unknown') return withOverhead;
    missing.push(...withOverhead.missing);
    pod = withOverhead.value;
    if (kubernetesMinor >= latePodLevelMinor) pod = defaultPodLevel(pod, kubernetesMinor);
  }

  const errors = [...validateMetadata(object.value), ...validatePodSpec(pod, 'spec', { addedVolumes: [] })];
  if (errors.length > 0) return refuseInvalid(object, errors);

  for (const limitRange of limitRanges) {
    const messages = judgePodLimits(limitRange, pod);
    if (messages.length > 0) return refuseForbidden(pods, object.name, 'limit-range', aggregateErrors(messages));
  }
  const stray = old === undefined ? judgeOverhead(pod, cluster) : null;
  if (stray !== null) return refuseForbidden(pods, object.name, 'other', stray);

  const charge = chargeLiving(pod, priority.value, old, kubernetesMinor);
  return { kind: 'ready', charge, pod, storageClassName: null, missing };
}

/**
 * A write that replaces a pod: what it counts for was settled when the pod was made, with what defaults and plugins gave it.
 * Applying a manifest keeps what it leaves out, and of what counts only the deadline may change.
 */
function prepareUpdate(
  object: KubernetesObject,
  written: PodShape,
  old: KubernetesObject,
  kubernetesMinor: number,
): Preparation {
  const stored = readPod(old, kubernetesMinor);
  const before = isAmountError(stored) ? written : stored;
  const errors = [
    ...validateMetadata(object.value),
    ...validatePodSpec(defaultRequests(written), 'spec', { addedVolumes: [] }),
    ...validatePodUpdate(written, before),
  ];
  if (errors.length > 0) return refuseInvalid(object, errors);
  const pod = { ...before, activeDeadlineSeconds: written.activeDeadlineSeconds ?? before.activeDeadlineSeconds };
  const charge = chargeLiving(pod, pod.priorityClassName, old, kubernetesMinor);
  return { kind: 'ready', charge, pod, storageClassName: null, missing: [] };
}

/** @param stored - whose status tells what it holds already; `undefined` for a new pod */
export function chargeLiving(
  pod: PodShape,
  priorityClassName: string | null,
  stored: KubernetesObject | undefined,
  kubernetesMinor: number,
): Charge {
  const status = fieldAt(stored?.value, 'status');
  return chargePod(pod, { kubernetesMinor, priorityClassName, status: isJsonObject(status) ? status : null });
}

/** A pod's shape as decoded by a server of this minor. */
export function readPod({ value }: KubernetesObject, kubernetesMinor: number): AmountError | PodShape {
  const shape = readPodShape(objectAt(value, 'spec'));
  return isAmountError(shape) || kubernetesMinor >= podLevelMinor ? shape : { ...shape, podLevel: null };
}

/** Which of several limit ranges comes first is up to chance in the server; it matters where their defaults differ. */
function conflictsOf(limitRanges: readonly LimitRange[], pod: PodShape): string[] {
  const seen = new Map<string, bigint>();
  for (const item of limitRanges.flatMap((limitRange) => limitRange.limits)) {
    for (const field of ['default', 'defaultRequest'] as const) {
      for (const [name, amount] of item.type === 'Container' ? item[field] : []) {
        const list = field === 'default' ? 'limits' : 'requests';
        const isOpen = [...pod.containers, ...pod.initContainers].some((container) => !container[list].has(name));
        const before = seen.get(`${field} ${name}`);
        if (isOpen && before !== undefined && before !== amount.nano) return ['order of limit ranges'];
        seen.set(`${field} ${name}`, amount.nano);
      }
    }
  }
  return [];
}

const podUpdateRule =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Amounts can only be changed through `resize`; fields that the manifest leaves out are taken for unchanged. */
function validatePodUpdate(written: PodShape, stored: PodShape): string[] {
  for (const field of ['containers', 'initContainers'] as const) {
    const names = new Set(stored[field].map(({ name }) => name));
    if (written[field].some(({ name }) => !names.has(name))) {
      return [`spec.${field}: Forbidden: pod updates may not add or remove containers`];
    }
  }
  const before = new Map(
    [...stored.containers, ...stored.initContainers].map((container) => [container.name, container]),
  );
  const isChanged =
    changes(written.priorityClassName, stored.priorityClassName) ||
    changes(written.runtimeClassName, stored.runtimeClassName) ||
    [...written.containers, ...written.initContainers].some((container) =>
      (['requests', 'limits'] as const).some((list) =>
        [...container[list]].some(([name, amount]) => {
          const other = before.get(container.name)?.[list].get(name);
          return other === undefined || compareQuantities(amount, other) !== 0;
        }),
      ),
    );
  return isChanged ? [`spec: Forbidden: ${podUpdateRule}`] : [];
}

function changes(written: string, stored: string): boolean {
  return written !== '' && written !== stored;
}

function isDeleted({ value }: KubernetesObject): boolean {
  return (fieldAt(value, 'metadata', 'deletionTimestamp') ?? null) !== null;
}
