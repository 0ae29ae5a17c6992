import type { JsonObject } from '../../../src/manifest/document.ts';
import { integerAt, isTrueAt, listAt, objectAt, stringAt } from '../../../src/manifest/fields.ts';
import type { Random } from '../random.ts';
import { drawLimitRange } from './quotas.ts';
import { drawMore, makeWorkload, withSpec, type WorkloadKind } from './workloads.ts';

/** A workload of a namespace's life, and which of the sizes its pods have. */
export interface Inhabitant {
  readonly object: JsonObject;
  readonly size: number;
}

/** What somebody does next in a namespace. */
export type LifeStep =
  | {
      readonly kind: 'write';
      readonly what: string;
      readonly next: Inhabitant;
      /** What is stored; `null` for a new one. */
      readonly old: Inhabitant | null;
      readonly by: 'create' | 'replace' | 'scale';
      /** It raises nothing: nobody may be refused it. */
      readonly isModest: boolean;
    }
  | { readonly kind: 'delete'; readonly object: JsonObject }
  /** A quota or limit range as it is to be. */
  | { readonly kind: 'bound'; readonly object: JsonObject };

const KINDS: readonly WorkloadKind[] = [
  'Deployment',
  'Deployment',
  'Deployment',
  'StatefulSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicaSet',
  'ReplicationController',
];
/** A new template changes no pod of the others. */
const ROLLED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const SCALED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

/** Of one container: requested and limited cores and memory, the smallest first. */
const SIZES = [
  ['50m', '100m', '32Mi', '64Mi'],
  ['100m', '250m', '64Mi', '128Mi'],
  ['200m', '500m', '128Mi', '256Mi'],
  ['250m', '1', '256Mi', '512Mi'],
  ['500m', '1500m', '512Mi', '1Gi'],
] as const;

const HARD: Readonly<Record<string, readonly string[]>> = {
  'requests.cpu': ['1', '2', '3', '4500m'],
  'limits.cpu': ['4', '6', '10', '12500m'],
  'requests.memory': ['1Gi', '2Gi', '3000Mi'],
  'limits.memory': ['3Gi', '4Gi', '8Gi'],
  pods: ['6', '10', '15', '25'],
  'count/replicasets.apps': ['3', '5', '9'],
  'count/jobs.batch': ['1', '3'],
  'requests.storage': ['5Gi', '12Gi'],
  persistentvolumeclaims: ['3', '6'],
};

/** The one quota that a life begins with, and sometimes a limit range. */
export function drawBounds(random: Random): readonly JsonObject[] {
  return [drawQuota(random), ...(random.chance(0.2) ? [drawLimitRange(random)] : [])];
}

function drawQuota(random: Random): JsonObject {
  const keys = random.some(Object.keys(HARD), random.between(2, 5));
  const hard = Object.fromEntries(keys.map((key) => [key, random.pick(HARD[key] ?? [])]));
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard } };
}

/** @param serial - names what is new, and images, unlike all before */
export function drawStep(random: Random, inhabitants: readonly Inhabitant[], serial: number): LifeStep {
  if (inhabitants.length === 0 || random.chance(0.25)) return drawCreate(random, `w${serial}`);
  const one = random.pick(inhabitants);
  const steps = [...listChanges(random, one, serial), () => drawBound(random), () => drawDelete(one)];
  return random.pick(steps)();
}

function drawCreate(random: Random, name: string): LifeStep {
  const kind = random.pick(KINDS);
  const size = random.between(0, SIZES.length - 1);
  const claims = { volumeClaimTemplates: [CLAIM] };
  const more = {
    ...drawMore(random, kind),
    ...(kind === 'StatefulSet' && random.chance(0.5) && claims),
    ...(kind === 'StatefulSet' && random.chance(0.2) && { updateStrategy: { rollingUpdate: { partition: 1 } } }),
  };
  const replicas = random.pick([1, 1, 2, 2, 3, 4, 6, 9]);
  const podSpec = { terminationGracePeriodSeconds: 0, containers: [containerOf(size, 1)], ...drawClass(random) };
  const object = makeWorkload({ kind, name, podSpec, replicas, more });
  return {
    kind: 'write',
    what: `new ${kind} ${name}`,
    next: { object, size },
    old: null,
    by: 'create',
    isModest: false,
  };
}

const CLAIM: JsonObject = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'slow', resources: { requests: { storage: '1Gi' } } },
};

const drawClass = (random: Random): JsonObject =>
  random.chance(0.2) ? { priorityClassName: random.pick(['gold', 'bronze']) } : {};

function containerOf(size: number, image: number): JsonObject {
  const [requestedCpu, cpu, requestedMemory, memory] = SIZES[size] ?? SIZES[0];
  const requests = { cpu: requestedCpu, memory: requestedMemory };
  return {
    name: 'app',
    image: `registry.example.com/app:${image}`,
    resources: { requests, limits: { cpu, memory } },
  };
}

function listChanges(random: Random, old: Inhabitant, serial: number): readonly (() => LifeStep)[] {
  const { object, size } = old;
  const kind = stringAt(object, 'kind');
  const replicas = integerAt(object, 'spec', 'replicas') ?? 1;
  const write = (what: string, next: Inhabitant, isModest: boolean, by: 'replace' | 'scale' = 'replace'): LifeStep => ({
    kind: 'write',
    what: `${what} of ${kind} ${stringAt(object, 'metadata', 'name')}`,
    next,
    old,
    by,
    isModest,
  });
  const scaleTo = (count: number): LifeStep => {
    const next = { object: withSpec(object, { replicas: count }), size };
    return write(`${count} replicas`, next, count <= replicas, random.pick(['replace', 'scale'] as const));
  };
  const resize = (to: number): LifeStep =>
    write(`size ${to}`, { object: withSize(object, to, serial), size: to }, to === size);
  const relabelled = { ...object, metadata: { ...objectAt(object, 'metadata'), labels: { team: `t${serial}` } } };
  const paused = !isTrueAt(object, 'spec', 'paused');
  return [
    ...(SCALED.has(kind)
      ? [() => scaleTo(replicas + random.between(1, 6)), () => scaleTo(random.between(0, replicas))]
      : []),
    ...(ROLLED.has(kind) ? [() => resize(random.between(0, SIZES.length - 1)), () => resize(size)] : []),
    ...(kind === 'Deployment'
      ? [() => write(`paused ${paused}`, { object: withSpec(object, { paused }), size }, paused)]
      : []),
    ...(kind === 'Job' ? [] : [() => write('label', { object: relabelled, size }, true)]),
  ];
}

function withSize(object: JsonObject, size: number, serial: number): JsonObject {
  const template = objectAt(object, 'spec', 'template');
  const containers = listAt(template, 'spec', 'containers').map(() => containerOf(size, serial));
  return withSpec(object, { template: { ...template, spec: { ...objectAt(template, 'spec'), containers } } });
}

const drawBound = (random: Random): LifeStep => ({
  kind: 'bound',
  object: random.chance(0.8) ? drawQuota(random) : drawLimitRange(random),
});

const drawDelete = ({ object }: Inhabitant): LifeStep => ({ kind: 'delete', object });

/** Asks for far more of everything than any quota has. */
export const PROBE: JsonObject = makeWorkload({
  kind: 'StatefulSet',
  name: 'probe',
  podSpec: { containers: [containerOf(1, 1)] },
  replicas: 1_000_000,
  more: { volumeClaimTemplates: [CLAIM] },
});
