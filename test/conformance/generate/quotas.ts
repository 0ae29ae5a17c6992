import type { JsonObject } from '../../../src/manifest/document.ts';
import type { Random } from '../random.ts';

type Hard = Readonly<Record<string, readonly string[]>>;

/** Keys that every pod may be charged to, with amounts near what a few of our pods need. */
const COMPUTE: Hard = {
  'requests.cpu': ['750m', '1500m', '2', '3', '5', '8', '16'],
  'requests.memory': ['512Mi', '1Gi', '1500M', '2Gi', '4Gi', '6G', '12Gi'],
  'limits.cpu': ['4', '6', '10', '15', '20', '40'],
  'limits.memory': ['2Gi', '4G', '8Gi', '12Gi', '16Gi', '32G'],
  pods: ['1', '2', '3', '5', '8', '12', '20'],
};

const MORE: Hard = {
  cpu: ['1', '2', '3'],
  memory: ['1Gi', '3Gi'],
  'count/pods': ['2', '4', '9'],
  'requests.ephemeral-storage': ['200Mi', '500M', '2Gi'],
  'limits.ephemeral-storage': ['300Mi', '1Gi'],
  'requests.example.com/gpu': ['0', '1', '3'],
  'limits.example.com/gpu': ['0'],
  'count/replicasets.apps': ['0', '1', '2'],
  'count/deployments.apps': ['0', '1', '2'],
  'count/statefulsets.apps': ['0', '1'],
  'count/jobs.batch': ['0', '1'],
  'count/cronjobs.batch': ['0', '1'],
  'count/controllerrevisions.apps': ['1', '3'],
};

const OBJECTS: Hard = {
  services: ['0', '1', '2'],
  'services.nodeports': ['0', '1', '2'],
  'services.loadbalancers': ['0', '1'],
  configmaps: ['1', '2'],
  'count/configmaps': ['1', '2'],
  secrets: ['0', '1'],
  persistentvolumeclaims: ['0', '1', '3'],
  'requests.storage': ['1Gi', '5Gi', '10Gi'],
  'fast.storageclass.storage.k8s.io/requests.storage': ['1Gi', '5Gi'],
  'fast.storageclass.storage.k8s.io/persistentvolumeclaims': ['0', '1', '2'],
};

const STORAGE: Hard = {
  persistentvolumeclaims: ['1', '2', '3', '5'],
  'requests.storage': ['2Gi', '5Gi', '7Gi', '20Gi'],
  'fast.storageclass.storage.k8s.io/requests.storage': ['2Gi', '4Gi', '9Gi'],
  'fast.storageclass.storage.k8s.io/persistentvolumeclaims': ['0', '2', '4'],
  'slow.storageclass.storage.k8s.io/requests.storage': ['1Gi', '6Gi'],
  'count/persistentvolumeclaims': ['2', '4'],
};

const SCOPES: readonly JsonObject[] = [
  { scopes: ['NotBestEffort'] },
  { scopes: ['Terminating'] },
  { scopes: ['NotTerminating'] },
  { scopes: ['NotTerminating', 'NotBestEffort'] },
  ...(['Exists', 'DoesNotExist'] as const).map((operator) => ({
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator }] },
  })),
  ...(['In', 'NotIn'] as const).flatMap((operator) =>
    [['gold'], ['bronze'], ['gold', 'bronze']].map((values) => ({
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] },
    })),
  ),
];

function drawHard(random: Random, from: Hard, count: number): Record<string, string> {
  const keys = random.some(Object.keys(from), count);
  return Object.fromEntries(keys.map((key) => [key, random.pick(from[key] ?? [])]));
}

function quota(index: number, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: `quota-${index}` }, spec };
}

/** One to three quotas on pods, now and then scoped or with object counts. */
export function drawQuotas(random: Random, count = random.pick([1, 1, 1, 2, 2, 3])): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    if (random.chance(0.3)) {
      // A scope admits compute keys only; BestEffort no more than the number of pods.
      if (random.chance(0.2))
        return quota(index, { scopes: ['BestEffort'], hard: drawHard(random, { pods: ['1', '2', '4'] }, 1) });
      return quota(index, { ...random.pick(SCOPES), hard: drawHard(random, COMPUTE, random.between(1, 3)) });
    }
    const compute = drawHard(random, COMPUTE, random.between(1, 4));
    const more = random.chance(0.45) ? drawHard(random, MORE, random.between(1, 2)) : {};
    const objects = random.chance(0.15) ? drawHard(random, OBJECTS, 2) : {};
    return quota(index, { hard: { ...compute, ...more, ...objects } });
  });
}

/** Quotas on claims, with or without pods beside them. */
export function drawStorageQuotas(random: Random): readonly JsonObject[] {
  const storage = quota(0, { hard: drawHard(random, STORAGE, random.between(1, 3)) });
  if (random.chance(0.5)) return [storage];
  return [storage, quota(1, { hard: drawHard(random, COMPUTE, random.between(1, 2)) })];
}

export function drawObjectQuotas(random: Random): readonly JsonObject[] {
  return Array.from({ length: random.pick([1, 1, 2]) }, (_, index) =>
    quota(index, { hard: drawHard(random, OBJECTS, random.between(2, 5)) }),
  );
}

/** A quota made to measure: of each key exactly so much. */
export function makeQuota(hard: Record<string, string>): JsonObject {
  return quota(0, { hard });
}

const CONTAINER_ITEMS: readonly JsonObject[] = [
  { default: { cpu: '1', memory: '256Mi' }, defaultRequest: { cpu: '250m', memory: '64Mi' } },
  { defaultRequest: { cpu: '100m', memory: '128Mi' } },
  { default: { cpu: '500m', memory: '1Gi' } },
  { default: { memory: '512Mi' }, max: { memory: '2Gi' } },
  { max: { cpu: '2', memory: '2Gi' } },
  { min: { cpu: '60m' } },
  { min: { memory: '64Mi' }, max: { memory: '1800Mi' } },
  { maxLimitRequestRatio: { cpu: '10' } },
  { default: { cpu: '1' }, maxLimitRequestRatio: { memory: '8' } },
];

const POD_ITEMS: readonly JsonObject[] = [
  { max: { cpu: '4', memory: '6Gi' } },
  { max: { cpu: '8' } },
  { min: { memory: '100Mi' } },
  { maxLimitRequestRatio: { cpu: '12' } },
];

const CLAIM_ITEMS: readonly JsonObject[] = [
  { min: { storage: '1Gi' }, max: { storage: '5Gi' } },
  { max: { storage: '2Gi' } },
];

/** One LimitRange, of containers and sometimes of pods and claims too. */
export function drawLimitRange(random: Random, name = 'defaults'): JsonObject {
  const limits = [
    { type: 'Container', ...random.pick(CONTAINER_ITEMS) },
    ...(random.chance(0.25) ? [{ type: 'Pod', ...random.pick(POD_ITEMS) }] : []),
    ...(random.chance(0.15) ? [drawClaimItem(random)] : []),
  ];
  return limitRange(name, limits);
}

/**
 * Several limit ranges. Their defaults are for different resources: where two fill the same one, the server takes an arbitrary
 * one first, and no answer is right.
 */
export function drawLimitRanges(random: Random): readonly JsonObject[] {
  const cpu = random.pick<JsonObject>([
    { default: { cpu: '500m' }, defaultRequest: { cpu: '100m' } },
    { defaultRequest: { cpu: '200m' } },
    { max: { cpu: '2' } },
    { min: { cpu: '60m' } },
  ]);
  const memory = random.pick<JsonObject>([
    { default: { memory: '256Mi' } },
    { defaultRequest: { memory: '128Mi' }, max: { memory: '1Gi' } },
    { min: { memory: '64Mi' } },
  ]);
  const third = random.pick<JsonObject>([
    { type: 'Pod', ...random.pick(POD_ITEMS) },
    { type: 'Container', maxLimitRequestRatio: { cpu: '10' } },
    drawClaimItem(random),
  ]);
  return [
    limitRange('cpu', [{ type: 'Container', ...cpu }]),
    limitRange('memory', [{ type: 'Container', ...memory }]),
    ...(random.chance(0.5) ? [limitRange('third', [third])] : []),
  ];
}

function drawClaimItem(random: Random): JsonObject {
  return { type: 'PersistentVolumeClaim', ...random.pick(CLAIM_ITEMS) };
}

function limitRange(name: string, limits: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name }, spec: { limits } };
}
