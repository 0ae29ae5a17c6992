/** What is known of kinds without asking a cluster: those that every Kubernetes has. */
import { groupOf } from '../workload/workload.ts';

const builtInGroups: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

const clusterKinds: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterTrustBundle',
  'ComponentStatus',
  'CustomResourceDefinition',
  'DeviceClass',
  'FlowSchema',
  'IPAddress',
  'IngressClass',
  'InitializerConfiguration',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PodSecurityPolicy',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'ResourceSlice',
  'RuntimeClass',
  'SelfSubjectAccessReview',
  'SelfSubjectReview',
  'SelfSubjectRulesReview',
  'ServiceCIDR',
  'StorageClass',
  'SubjectAccessReview',
  'TokenReview',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
  'VolumeAttributesClass',
]);

export function isBuiltIn(apiVersion: string): boolean {
  return builtInGroups.has(groupOf(apiVersion)) && /(?:^|\/)v[0-9]/u.test(apiVersion);
}

/** Whether objects of a kind live in a namespace; `null` for custom kinds, of which only a cluster knows. */
export function isNamespaced(apiVersion: string, kind: string): boolean | null {
  return isBuiltIn(apiVersion) ? !clusterKinds.has(kind) : null;
}

/** Kinds that once lived in `extensions` and live on in groups of their own: two doors to the same objects. */
const movedKinds: ReadonlyMap<string, string> = new Map([
  ['DaemonSet', 'apps'],
  ['Deployment', 'apps'],
  ['Ingress', 'networking.k8s.io'],
  ['NetworkPolicy', 'networking.k8s.io'],
  ['PodSecurityPolicy', 'policy'],
  ['ReplicaSet', 'apps'],
]);

/** The group under which the server stores a kind, whatever version and group it is written in. */
export function storedGroup(apiVersion: string, kind: string): string {
  const group = groupOf(apiVersion);
  return group === 'extensions' ? (movedKinds.get(kind) ?? group) : group;
}
