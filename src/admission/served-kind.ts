import {
  builtInGroups,
  builtInKinds,
  findBuiltInKind,
  storedGroup,
  type BuiltInKind,
} from '../workload/built-in-kinds.ts';
import { groupOf } from '../workload/workload.ts';

/** Why a server has no such kind, and what was probably meant. */
export interface UnservedKind {
  /** `removed`: a release before this one took the version away; `unknown`: there never was one. */
  readonly why: 'removed' | 'unknown';
  /** Minor of Kubernetes 1 that took it away; absent for `unknown`. */
  readonly removedIn?: number;
  /** What serves it now; absent where nothing took its place. */
  readonly apiVersion?: string;
  readonly kind?: string;
}

/**
 * Versions that are gone, by group: the minor that took them away, and the version that serves their kinds now. Where kinds
 * of one version went at different times each has a line of its own.
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 * @see k8s.io/api `zz_generated.prerelease-lifecycle.go`
 */
const removals: Readonly<Record<string, readonly [minor: number, successor: string | null]>> = {
  'extensions/v1beta1': [16, 'v1'],
  'extensions/v1beta1 Ingress': [22, 'v1'],
  'extensions/v1beta1 PodSecurityPolicy': [16, null],
  'apps/v1beta1': [16, 'v1'],
  'apps/v1beta2': [16, 'v1'],
  'auditregistration.k8s.io/v1alpha1': [19, null],
  'settings.k8s.io/v1alpha1': [20, null],
  'batch/v2alpha1': [21, 'v1'],
  'admissionregistration.k8s.io/v1alpha1 InitializerConfiguration': [14, null],
  'admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration': [22, 'v1'],
  'admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration': [22, 'v1'],
  'apiextensions.k8s.io/v1beta1': [22, 'v1'],
  'apiregistration.k8s.io/v1beta1': [22, 'v1'],
  'authentication.k8s.io/v1beta1 TokenReview': [22, 'v1'],
  'authorization.k8s.io/v1beta1': [22, 'v1'],
  'certificates.k8s.io/v1beta1 CertificateSigningRequest': [22, 'v1'],
  'coordination.k8s.io/v1beta1 Lease': [22, 'v1'],
  'networking.k8s.io/v1beta1 Ingress': [22, 'v1'],
  'networking.k8s.io/v1beta1 IngressClass': [22, 'v1'],
  'rbac.authorization.k8s.io/v1alpha1': [22, 'v1'],
  'rbac.authorization.k8s.io/v1beta1': [22, 'v1'],
  'scheduling.k8s.io/v1alpha1 PriorityClass': [22, 'v1'],
  'scheduling.k8s.io/v1beta1 PriorityClass': [22, 'v1'],
  'storage.k8s.io/v1beta1 CSIDriver': [22, 'v1'],
  'storage.k8s.io/v1beta1 CSINode': [22, 'v1'],
  'storage.k8s.io/v1beta1 StorageClass': [22, 'v1'],
  'storage.k8s.io/v1beta1 VolumeAttachment': [22, 'v1'],
  'storage.k8s.io/v1alpha1 CSIStorageCapacity': [24, 'v1'],
  'storage.k8s.io/v1alpha1 VolumeAttachment': [24, 'v1'],
  'autoscaling/v2beta1': [25, 'v2'],
  'batch/v1beta1': [25, 'v1'],
  'discovery.k8s.io/v1beta1': [25, 'v1'],
  'events.k8s.io/v1beta1': [25, 'v1'],
  'node.k8s.io/v1beta1': [25, 'v1'],
  'policy/v1beta1': [25, 'v1'],
  'policy/v1beta1 PodSecurityPolicy': [25, null],
  'autoscaling/v2beta2': [26, 'v2'],
  'flowcontrol.apiserver.k8s.io/v1beta1': [26, 'v1'],
  'storage.k8s.io/v1beta1 CSIStorageCapacity': [27, 'v1'],
  'flowcontrol.apiserver.k8s.io/v1beta2': [29, 'v1'],
  'admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy': [32, 'v1'],
  'admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyBinding': [32, 'v1'],
  'authentication.k8s.io/v1alpha1': [32, 'v1'],
  'flowcontrol.apiserver.k8s.io/v1beta3': [32, 'v1'],
  'authentication.k8s.io/v1beta1 SelfSubjectReview': [33, 'v1'],
  'admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy': [34, 'v1'],
  'admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyBinding': [34, 'v1'],
  'storage.k8s.io/v1alpha1 VolumeAttributesClass': [35, 'v1'],
  'certificates.k8s.io/v1alpha1': [37, 'v1'],
  'networking.k8s.io/v1beta1 IPAddress': [37, 'v1'],
  'networking.k8s.io/v1beta1 ServiceCIDR': [37, 'v1'],
  'storage.k8s.io/v1beta1 VolumeAttributesClass': [37, 'v1'],
};

/** A version may be called `__proto__`. */
const findRemoval = (key: string): (typeof removals)[string] | undefined =>
  Object.hasOwn(removals, key) ? removals[key] : undefined;

/** Versions other than `v1` that are no preview: everything else of that form never was. */
const laterVersions: ReadonlySet<string> = new Set(['autoscaling/v2']);

/**
 * Whether a server of this minor refuses the kind for want of it: `no matches for kind "Deployment" in version
 * "extensions/v1beta1"`. Preview versions that a flag may switch on count as served, and so does every kind of a group that is not
 * Kubernetes' own; `null` for what is served, or may be.
 */
export function findUnserved(apiVersion: string, kind: string, kubernetesMinor: number): UnservedKind | null {
  const group = groupOf(apiVersion);
  if (!builtInGroups.has(group)) return null;
  const served = findBuiltInKind(storedGroup(group, kind), kind);
  if (served === null) return findMeant(kind);
  const [minor, successor] = findRemoval(`${apiVersion} ${kind}`) ?? findRemoval(apiVersion) ?? [];
  if (minor !== undefined) {
    if (kubernetesMinor < minor) return null;
    const now =
      successor === null || successor === undefined ? {} : { apiVersion: versionOf(served.group, successor), kind };
    return { why: 'removed', removedIn: minor, ...now };
  }
  const isPreview = /v\d+(?:alpha|beta)\d+$/u.test(apiVersion);
  const exists = isPreview || apiVersion === versionOf(group, 'v1') || laterVersions.has(apiVersion);
  return exists ? null : { why: 'unknown', apiVersion: versionOf(served.group, 'v1'), kind };
}

/** A kind that is none is told only where another one must have been meant: clusters may serve more than Kubernetes does. */
function findMeant(kind: string): UnservedKind | null {
  const meant = byLowerCase.get(kind.toLowerCase());
  return meant === undefined ? null : { why: 'unknown', apiVersion: versionOf(meant.group, 'v1'), kind: meant.kind };
}

const byLowerCase: ReadonlyMap<string, BuiltInKind> = new Map(
  builtInKinds.flatMap((known) => [
    [known.plural, known],
    [known.kind.toLowerCase(), known],
  ]),
);

const versionOf = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);
