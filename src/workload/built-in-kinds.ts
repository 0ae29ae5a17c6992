/** A kind that Kubernetes itself serves, or once did. */
export interface BuiltInKind {
  readonly group: string;
  readonly kind: string;
  /** As URLs and `count/` keys have it: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/**
 * Plurals of all kinds that Kubernetes 1.37 serves with every API switched on, and of those that are gone; a star before
 * what lives in no namespace.
 */
const kindsByGroup: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    Binding: 'bindings',
    ComponentStatus: '*componentstatuses',
    ConfigMap: 'configmaps',
    Endpoints: 'endpoints',
    Event: 'events',
    LimitRange: 'limitranges',
    Namespace: '*namespaces',
    Node: '*nodes',
    PersistentVolume: '*persistentvolumes',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    Pod: 'pods',
    PodTemplate: 'podtemplates',
    ReplicationController: 'replicationcontrollers',
    ResourceQuota: 'resourcequotas',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
  },
  'admissionregistration.k8s.io': {
    InitializerConfiguration: '*initializerconfigurations',
    MutatingAdmissionPolicy: '*mutatingadmissionpolicies',
    MutatingAdmissionPolicyBinding: '*mutatingadmissionpolicybindings',
    MutatingWebhookConfiguration: '*mutatingwebhookconfigurations',
    ValidatingAdmissionPolicy: '*validatingadmissionpolicies',
    ValidatingAdmissionPolicyBinding: '*validatingadmissionpolicybindings',
    ValidatingWebhookConfiguration: '*validatingwebhookconfigurations',
  },
  'apiextensions.k8s.io': {
    CustomResourceDefinition: '*customresourcedefinitions',
  },
  'apiregistration.k8s.io': {
    APIService: '*apiservices',
  },
  apps: {
    ControllerRevision: 'controllerrevisions',
    DaemonSet: 'daemonsets',
    Deployment: 'deployments',
    ReplicaSet: 'replicasets',
    StatefulSet: 'statefulsets',
  },
  'auditregistration.k8s.io': {
    AuditSink: '*auditsinks',
  },
  'authentication.k8s.io': {
    SelfSubjectReview: '*selfsubjectreviews',
    TokenReview: '*tokenreviews',
  },
  'authorization.k8s.io': {
    LocalSubjectAccessReview: 'localsubjectaccessreviews',
    SelfSubjectAccessReview: '*selfsubjectaccessreviews',
    SelfSubjectRulesReview: '*selfsubjectrulesreviews',
    SubjectAccessReview: '*subjectaccessreviews',
  },
  autoscaling: {
    HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  },
  batch: {
    CronJob: 'cronjobs',
    Job: 'jobs',
  },
  'certificates.k8s.io': {
    CertificateSigningRequest: '*certificatesigningrequests',
    ClusterTrustBundle: '*clustertrustbundles',
    PodCertificateRequest: 'podcertificaterequests',
  },
  'coordination.k8s.io': {
    Lease: 'leases',
    LeaseCandidate: 'leasecandidates',
  },
  'discovery.k8s.io': {
    EndpointSlice: 'endpointslices',
  },
  'events.k8s.io': {
    Event: 'events',
  },
  'flowcontrol.apiserver.k8s.io': {
    FlowSchema: '*flowschemas',
    PriorityLevelConfiguration: '*prioritylevelconfigurations',
  },
  'internal.apiserver.k8s.io': {
    StorageVersion: '*storageversions',
  },
  'networking.k8s.io': {
    IPAddress: '*ipaddresses',
    Ingress: 'ingresses',
    IngressClass: '*ingressclasses',
    NetworkPolicy: 'networkpolicies',
    ServiceCIDR: '*servicecidrs',
  },
  'node.k8s.io': {
    RuntimeClass: '*runtimeclasses',
  },
  policy: {
    PodDisruptionBudget: 'poddisruptionbudgets',
    PodSecurityPolicy: '*podsecuritypolicies',
  },
  'rbac.authorization.k8s.io': {
    ClusterRole: '*clusterroles',
    ClusterRoleBinding: '*clusterrolebindings',
    Role: 'roles',
    RoleBinding: 'rolebindings',
  },
  'resource.k8s.io': {
    DeviceClass: '*deviceclasses',
    DeviceTaintRule: '*devicetaintrules',
    ResourceClaim: 'resourceclaims',
    ResourceClaimTemplate: 'resourceclaimtemplates',
    ResourcePoolStatusRequest: '*resourcepoolstatusrequests',
    ResourceSlice: '*resourceslices',
  },
  'scheduling.k8s.io': {
    PriorityClass: '*priorityclasses',
  },
  'settings.k8s.io': {
    PodPreset: 'podpresets',
  },
  'storage.k8s.io': {
    CSIDriver: '*csidrivers',
    CSINode: '*csinodes',
    CSIStorageCapacity: 'csistoragecapacities',
    StorageClass: '*storageclasses',
    VolumeAttachment: '*volumeattachments',
    VolumeAttributesClass: '*volumeattributesclasses',
  },
  'storagemigration.k8s.io': {
    StorageVersionMigration: '*storageversionmigrations',
  },
};

/** Written once, served under two groups: those of `extensions` went to groups of their own. */
const movedKinds: Readonly<Record<string, string>> = {
  DaemonSet: 'apps',
  Deployment: 'apps',
  Ingress: 'networking.k8s.io',
  NetworkPolicy: 'networking.k8s.io',
  PodSecurityPolicy: 'policy',
  ReplicaSet: 'apps',
};

export const builtInKinds: readonly BuiltInKind[] = Object.entries(kindsByGroup).flatMap(([group, kinds]) =>
  Object.entries(kinds).map(([kind, mark]) => ({
    group,
    kind,
    plural: mark.replace('*', ''),
    namespaced: !mark.startsWith('*'),
  })),
);

const byName: ReadonlyMap<string, BuiltInKind> = new Map(builtInKinds.map((one) => [`${one.kind}.${one.group}`, one]));

/** @param group - the one that the kind is stored under: see `storedGroup` */
export function findBuiltInKind(group: string, kind: string): BuiltInKind | null {
  return byName.get(`${kind}.${group}`) ?? null;
}

/** Groups that are Kubernetes' own. */
export const builtInGroups: ReadonlySet<string> = new Set([...Object.keys(kindsByGroup), 'extensions']);

/** The group under which the server stores a kind, whatever group it is written in: two doors to the same objects. */
export function storedGroup(group: string, kind: string): string {
  return group === 'extensions' ? (movedKinds[kind] ?? group) : group;
}
