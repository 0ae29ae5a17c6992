import type { JsonObject } from '../../src/manifest/document.ts';
import { listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import { until, type Api } from './api.ts';
import type { Mirror } from './mirror.ts';
import type { ClusterKind } from './scenario.ts';

const READY_TIMEOUT_MS = 30_000;
const STORAGE_CLASSES = '/apis/storage.k8s.io/v1/storageclasses';
const AMOUNTS = { cpu: '10k', memory: '100Ti', 'ephemeral-storage': '100Ti', 'example.com/gpu': '10k', pods: '100k' };

/** What a kubelet of this release says it can: without it the server refuses to change pods on the node. */
const KUBELET_FEATURES = ['InPlacePodLevelResourcesVerticalScaling', 'InPlacePodVerticalScalingInitContainers'];

function node(name: string, labels: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { capacity: AMOUNTS, allocatable: AMOUNTS, declaredFeatures: KUBELET_FEATURES },
  };
}

function storageClass(name: string, more: JsonObject): JsonObject {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, ...more };
}

/** What claims of these classes ask for is there at once; claims of `manual` and of no class wait for ever. */
const PROVISIONER = 'conformance.quotafit.dev/volumes';
const PROVISIONED = new Set(['fast', 'slow']);

function priorityClass(name: string, value: number, globalDefault = false): JsonObject {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, globalDefault };
}

const HEAVY = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'heavy' },
  handler: 'heavy',
  overhead: { podFixed: { cpu: '120m', memory: '96Mi' } },
};

/** Collections of what belongs to no namespace and yet decides: part of every recorded state. */
export const CLUSTER_PATHS = [
  '/api/v1/nodes',
  '/apis/scheduling.k8s.io/v1/priorityclasses',
  '/apis/node.k8s.io/v1/runtimeclasses',
  '/apis/storage.k8s.io/v1/storageclasses',
] as const;

/** Three like nodes and the classes of every scenario; waits until the nodes are ready. */
export async function seedCluster(api: Api): Promise<void> {
  for (const name of ['gold', 'bronze']) {
    await mustCreate(
      api,
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      priorityClass(name, name === 'gold' ? 1000 : 10),
    );
  }
  await mustCreate(
    api,
    STORAGE_CLASSES,
    storageClass('fast', { provisioner: PROVISIONER, volumeBindingMode: 'WaitForFirstConsumer' }),
  );
  await mustCreate(
    api,
    STORAGE_CLASSES,
    storageClass('slow', { provisioner: PROVISIONER, allowVolumeExpansion: true }),
  );
  await mustCreate(api, STORAGE_CLASSES, storageClass('manual', { provisioner: 'kubernetes.io/no-provisioner' }));
  await mustCreate(api, '/apis/node.k8s.io/v1/runtimeclasses', HEAVY);
  for (const index of [0, 1, 2]) await addNode(api, node(`node-${index}`));
}

/** Makes the plain cluster one of another kind; there is no way back. */
export async function changeCluster(api: Api, kind: ClusterKind): Promise<void> {
  if (kind === 'plain') return;
  const isDefault = { metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } };
  await api.patch(`${STORAGE_CLASSES}/slow`, isDefault, 'application/merge-patch+json');
  await mustCreate(api, '/apis/scheduling.k8s.io/v1/priorityclasses', priorityClass('standard', 100, true));
  await addNode(
    api,
    node('node-3', { dedicated: 'yes' }, { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] }),
  );
  await addNode(api, node('node-4', { disk: 'ssd', slots: '8' }));
  await addNode(api, node('node-5', { disk: 'hdd', slots: '2' }, { unschedulable: true }));
}

/**
 * Gives claims of provisioned classes their volumes until the function that it gives is called: pods whose claims stay unbound
 * are never placed, and an ordered StatefulSet stops at its first.
 */
export function provisionVolumes(api: Api, mirror: Mirror, fail: (error: unknown) => void): () => void {
  const seen = new Set<string>();
  return mirror.listen('persistentvolumeclaims', (claim) => {
    const uid = stringAt(claim, 'metadata', 'uid');
    if (seen.has(uid) || !PROVISIONED.has(stringAt(claim, 'spec', 'storageClassName'))) return;
    seen.add(uid);
    api.create('/api/v1/persistentvolumes', volumeFor(claim, uid)).catch(fail);
  });
}

function volumeFor(claim: JsonObject, uid: string): JsonObject {
  const [name, namespace] = [stringAt(claim, 'metadata', 'name'), stringAt(claim, 'metadata', 'namespace')];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `volume-${uid}` },
    spec: {
      accessModes: listAt(claim, 'spec', 'accessModes'),
      capacity: objectAt(claim, 'spec', 'resources', 'requests'),
      storageClassName: stringAt(claim, 'spec', 'storageClassName'),
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      hostPath: { path: '/dev/null' },
    },
  };
}

async function addNode(api: Api, value: JsonObject): Promise<void> {
  const path = '/api/v1/nodes';
  await mustCreate(api, path, value);
  const name = stringAt(value, 'metadata', 'name');
  await until(
    () => api.get(`${path}/${name}`),
    (answer) => isReadyNode(answer.body),
    READY_TIMEOUT_MS,
  );
}

/** The node controller takes its own taint away once it has seen the node ready; until then no pod is placed. */
function isReadyNode(body: JsonObject): boolean {
  const ready = listAt(body, 'status', 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'Ready' && stringAt(condition, 'status') === 'True',
  );
  return (
    ready && !listAt(body, 'spec', 'taints').some((taint) => stringAt(taint, 'key') === 'node.kubernetes.io/not-ready')
  );
}

async function mustCreate(api: Api, path: string, value: JsonObject): Promise<void> {
  const answer = await api.create(path, value);
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}
