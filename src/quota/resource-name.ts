import type { KubernetesObject } from '../manifest/document.ts';
import { groupOf, type KindTable } from '../workload/workload.ts';

/** An API resource as messages and `count/` keys name it: `pods`, `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  /** Plural, lower case; `null` for a custom kind whose plural is not known. */
  readonly resource: string | null;
}

const plurals: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ConfigMap: 'configmaps',
    Endpoints: 'endpoints',
    Event: 'events',
    LimitRange: 'limitranges',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    Pod: 'pods',
    PodTemplate: 'podtemplates',
    ReplicationController: 'replicationcontrollers',
    ResourceQuota: 'resourcequotas',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
    'ControllerRevision.apps': 'controllerrevisions',
    'CronJob.batch': 'cronjobs',
    'DaemonSet.apps': 'daemonsets',
    'Deployment.apps': 'deployments',
    'EndpointSlice.discovery.k8s.io': 'endpointslices',
    'Event.events.k8s.io': 'events',
    'HorizontalPodAutoscaler.autoscaling': 'horizontalpodautoscalers',
    'Ingress.networking.k8s.io': 'ingresses',
    'Job.batch': 'jobs',
    'Lease.coordination.k8s.io': 'leases',
    'NetworkPolicy.networking.k8s.io': 'networkpolicies',
    'PodDisruptionBudget.policy': 'poddisruptionbudgets',
    'ReplicaSet.apps': 'replicasets',
    'ResourceClaim.resource.k8s.io': 'resourceclaims',
    'ResourceClaimTemplate.resource.k8s.io': 'resourceclaimtemplates',
    'Role.rbac.authorization.k8s.io': 'roles',
    'RoleBinding.rbac.authorization.k8s.io': 'rolebindings',
    'StatefulSet.apps': 'statefulsets',
  }),
);

const clusterScoped: ReadonlySet<string> = new Set([
  'APIService.apiregistration.k8s.io',
  'CSIDriver.storage.k8s.io',
  'CSINode.storage.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'CustomResourceDefinition.apiextensions.k8s.io',
  'DeviceClass.resource.k8s.io',
  'FlowSchema.flowcontrol.apiserver.k8s.io',
  'IngressClass.networking.k8s.io',
  'MutatingAdmissionPolicy.admissionregistration.k8s.io',
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass.scheduling.k8s.io',
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io',
  'ResourceSlice.resource.k8s.io',
  'RuntimeClass.node.k8s.io',
  'StorageClass.storage.k8s.io',
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io',
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'VolumeAttributesClass.storage.k8s.io',
]);

/** Kind and API group in one word: `Deployment.apps`, `Pod`. */
export function objectKind({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string {
  const group = groupOf(apiVersion);
  return group === '' ? kind : `${kind}.${group}`;
}

/** Whether quota could count the object at all. Custom kinds count as namespaced. */
export function isNamespaced(object: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return !clusterScoped.has(objectKind(object));
}

export function groupResourceOf(
  object: Pick<KubernetesObject, 'apiVersion' | 'kind'>,
  kinds: KindTable = new Map(),
): GroupResource {
  const kind = objectKind(object);
  return { group: groupOf(object.apiVersion), resource: plurals.get(kind) ?? kinds.get(kind)?.plural ?? null };
}

/** Built-in namespaced resources by plural, each with the groups that have one of that name. */
export function groupsOfPlural(plural: string): readonly string[] {
  return [...plurals].flatMap(([kind, known]) => (known === plural ? [groupOfKind(kind)] : []));
}

/** The built-in namespaced resource that somebody named otherwise: `deployment`, `ingress`. */
export function findPlural(word: string): GroupResource | null {
  const wanted = stemOf(word);
  const found = [...plurals].find(([, plural]) => stemOf(plural) === wanted);
  return found === undefined ? null : { group: groupOfKind(found[0]), resource: found[1] };
}

/** What singular and plural have in common, however the plural is made. */
function stemOf(word: string): string {
  return word.toLowerCase().replace(/(?:ies|es|s|y)+$/u, '');
}

function groupOfKind(kind: string): string {
  const dot = kind.indexOf('.');
  return dot < 0 ? '' : kind.slice(dot + 1);
}

/** As the API server's messages have it: `pods`, `deployments.apps`. */
export function printGroupResource({ group, resource }: GroupResource): string {
  const plural = resource ?? 'objects';
  return group === '' ? plural : `${plural}.${group}`;
}
