import type { JsonObject, JsonValue } from '../../../src/manifest/document.ts';

/*
 * Objects as API servers store them: defaulted, with status and with the managedFields of those who wrote them. What
 * differs between two of a kind stands as `@name@`, so that a server can write a hundred thousand of them quickly.
 */

const fieldNames = ['f:name', 'f:image', 'f:imagePullPolicy', 'f:resources', 'f:terminationMessagePath', 'f:ports'];

/** About `entries * 100` bytes, as much as clients leave: a third to a half of an object. */
function managedFields(manager: string, entries: number): JsonObject {
  const fields = Array.from({ length: entries }, (_, index): [string, JsonValue] => [
    `k:{"type":"Condition${index}"}`,
    Object.fromEntries(['.', ...fieldNames.slice(0, 1 + (index % 5))].map((name) => [name, {}])),
  ]);
  const fieldsV1 = { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': Object.fromEntries(fields) };
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-05-04T11:12:13Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
}

const probe = (path: string): JsonObject => ({
  httpGet: { path, port: 8080, scheme: 'HTTP' },
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
});

const container = (name: string, variables: number): JsonObject => ({
  name,
  image: `registry.example.com/@namespace@/@app@-${name}:1.2.3`,
  env: Array.from({ length: variables }, (_, index) => ({ name: `SETTING_${index}`, value: `value-of-${index}` })),
  ports: [{ containerPort: 8080, protocol: 'TCP' }],
  resources: { limits: { cpu: '@cpu@', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
  readinessProbe: probe('/ready'),
  livenessProbe: probe('/live'),
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
});

const templateLabels = { app: '@app@', 'app.kubernetes.io/part-of': '@namespace@' };
const containers = [container('main', 12), container('proxy', 4)];
const podSpec = {
  containers,
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  securityContext: {},
  schedulerName: 'default-scheduler',
};

const times = { creationTimestamp: '2026-05-04T11:12:13Z', resourceVersion: '@version@', uid: '@uid@' };

const ownedBy = (kind: string, name: string): JsonValue => [
  {
    apiVersion: 'apps/v1',
    kind,
    name,
    uid: `00000000-aaaa-4bbb-8ccc-${kind === 'Deployment' ? '@app@' : '@set@'}`,
    controller: true,
    blockOwnerDeletion: true,
  },
];

const condition = (type: string): JsonObject => ({
  type,
  status: 'True',
  lastProbeTime: null,
  lastTransitionTime: '2026-05-04T11:12:13Z',
});

const mounted = {
  name: 'kube-api-access-@suffix@',
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  readOnly: true,
};

/** Some 7 KB. */
export const pod: JsonObject = {
  metadata: {
    name: '@set@-@suffix@',
    generateName: '@set@-',
    namespace: '@namespace@',
    ...times,
    labels: { ...templateLabels, 'pod-template-hash': '@hash@' },
    annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-05-04T11:12:13Z' },
    ownerReferences: ownedBy('ReplicaSet', '@set@'),
    managedFields: [managedFields('kube-controller-manager', 14), managedFields('kubelet', 10)],
  },
  spec: {
    ...podSpec,
    containers: containers.map((one) => ({ ...one, volumeMounts: [mounted] })),
    volumes: [
      {
        name: mounted.name,
        projected: {
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          ],
          defaultMode: 420,
        },
      },
    ],
    nodeName: '@node@',
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: ['not-ready', 'unreachable'].map((name) => ({
      key: `node.kubernetes.io/${name}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    })),
  },
  status: {
    phase: 'Running',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
    hostIP: '10.0.0.1',
    podIP: '10.1.@suffix@',
    startTime: '2026-05-04T11:12:13Z',
    containerStatuses: containers.map(({ name, image }) => ({
      name: name ?? '',
      image: image ?? '',
      state: { running: { startedAt: '2026-05-04T11:12:14Z' } },
      lastState: {},
      ready: true,
      restartCount: 0,
      imageID: `registry.example.com/app@sha256:${'0123456789abcdef'.repeat(4)}`,
      containerID: `containerd://${'0123456789abcdef'.repeat(4)}`,
      started: true,
    })),
    qosClass: 'Burstable',
  },
};

const template = { metadata: { labels: templateLabels }, spec: podSpec };

export const deployment: JsonObject = {
  metadata: {
    name: '@app@',
    namespace: '@namespace@',
    ...times,
    uid: '00000000-aaaa-4bbb-8ccc-@app@',
    generation: 3,
    labels: templateLabels,
    managedFields: [managedFields('kubectl-client-side-apply', 16), managedFields('kube-controller-manager', 6)],
  },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: '@app@' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    template,
  },
  status: {
    observedGeneration: 3,
    replicas: 5,
    updatedReplicas: 5,
    readyReplicas: 5,
    availableReplicas: 5,
    conditions: ['Available', 'Progressing'].map(condition),
  },
};

export const replicaSet: JsonObject = {
  metadata: {
    name: '@set@',
    namespace: '@namespace@',
    ...times,
    uid: '00000000-aaaa-4bbb-8ccc-@set@',
    generation: 1,
    labels: { ...templateLabels, 'pod-template-hash': '@hash@' },
    annotations: { 'deployment.kubernetes.io/revision': '3' },
    ownerReferences: ownedBy('Deployment', '@app@'),
    managedFields: [managedFields('kube-controller-manager', 16)],
  },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: '@app@', 'pod-template-hash': '@hash@' } },
    template: { ...template, metadata: { labels: { ...templateLabels, 'pod-template-hash': '@hash@' } } },
  },
  status: { observedGeneration: 1, replicas: 5, fullyLabeledReplicas: 5, readyReplicas: 5, availableReplicas: 5 },
};

export const quota: JsonObject = {
  metadata: { name: 'team', namespace: '@namespace@', ...times },
  spec: { hard: { 'limits.cpu': '100', 'requests.memory': '100Gi', pods: '200' } },
  status: {
    hard: { 'limits.cpu': '100', 'requests.memory': '100Gi', pods: '200' },
    used: { 'limits.cpu': '40', 'requests.memory': '13Gi', pods: '50' },
  },
};

export const namespace: JsonObject = {
  metadata: { name: '@namespace@', ...times, labels: { 'kubernetes.io/metadata.name': '@namespace@' } },
};

export const node: JsonObject = {
  metadata: { name: '@node@', ...times, labels: { 'kubernetes.io/hostname': '@node@', zone: 'a' } },
  spec: { taints: [] },
  status: {
    images: Array.from({ length: 50 }, (_, index) => ({
      names: [`registry.example.com/image-${index}@sha256:${'0123456789abcdef'.repeat(4)}`],
      sizeBytes: 123_456_789,
    })),
  },
};
