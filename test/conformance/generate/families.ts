import type { JsonObject } from '../../../src/manifest/document.ts';
import { fieldAt, listAt, objectAt, stringAt } from '../../../src/manifest/fields.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { SLOW_LABEL } from '../stages.ts';
import { drawClaim, drawObject, drawObjectChange, ephemeralVolume } from './objects.ts';
import { drawPodSpec, drawResources, drawTaste, type PodTaste } from './pods.ts';
import {
  drawLimitRange,
  drawLimitRanges,
  drawObjectQuotas,
  drawQuotas,
  drawStorageQuotas,
  makeQuota,
} from './quotas.ts';
import { drawMore, makeWorkload, withSpec, WORKLOAD_KINDS, type WorkloadKind } from './workloads.ts';

type Draft = Omit<Scenario, 'id' | 'family'>;

const REPLICAS = [1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10];
/** Kinds whose replicas a person scales. */
const SCALED: readonly WorkloadKind[] = [
  'Deployment',
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
];
/** Kinds that replace their pods when the template changes. */
const ROLLED: readonly WorkloadKind[] = ['Deployment', 'Deployment', 'Deployment', 'StatefulSet', 'DaemonSet'];

/** Every family of scenarios by name: what is special in it. */
export const FAMILIES = {
  /** One new workload of any kind. */
  workload: (random) => ({ ...drawGround(random), before: [], apply: [drawWorkload(random, 'web')] }),

  /** A workload beside one or two that are there already. */
  neighbour: (random) => ({
    ...drawGround(random),
    before: ['first', 'second'].slice(0, random.pick([1, 1, 2])).map((name) => drawWorkload(random, name)),
    apply: [drawWorkload(random, 'web')],
  }),

  /** A new template of a running workload, sometimes with other replicas at once. */
  rollout: (random) => {
    const taste = drawTaste(random, { deadline: false });
    const kind = random.pick(ROLLED);
    const first = drawWorkload(random, 'web', kind, taste);
    const replicas = kind !== 'DaemonSet' && random.chance(0.3) ? { replicas: random.pick(REPLICAS) } : {};
    const next = withTemplate(withSpec(first, replicas), (spec) => changePodSpec(random, taste, spec));
    return { ...drawGround(random), before: [first], apply: [next] };
  },

  /** The same workload with more or fewer replicas, and nothing else. */
  scale: (random) => {
    const first = drawWorkload(random, 'web', random.pick(SCALED));
    return {
      ...drawGround(random),
      before: [first],
      apply: [withSpec(first, { replicas: random.pick([0, ...REPLICAS, 15]) })],
    };
  },

  /** Several workloads in one release. */
  several: (random) => ({
    ...drawGround(random),
    before: random.chance(0.3) ? [drawWorkload(random, 'first')] : [],
    apply: ['api', 'web', 'worker', 'cron'].slice(0, random.between(2, 4)).map((name) => drawWorkload(random, name)),
  }),

  /** StatefulSets with claim templates, scaled up and down too. */
  claims: (random) => {
    const templates = Array.from({ length: random.pick([1, 1, 2]) }, (_, index) => drawClaim(random, `data${index}`));
    const whenScaled = random.chance(0.2) ? { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } } : {};
    const bare = drawWorkload(random, 'web', 'StatefulSet', drawTaste(random, { habit: 'full', podLevel: false }));
    const mounted = withTemplate(bare, (spec) => mountAll(spec, templates));
    const set = withSpec(mounted, { volumeClaimTemplates: templates, ...whenScaled });
    const scaled = withSpec(set, { replicas: random.pick(REPLICAS) });
    const limits = random.chance(0.3) ? [drawLimitRange(random)] : [];
    return {
      namespace: [...drawStorageQuotas(random), ...limits],
      before: random.chance(0.5) ? [scaled] : [],
      apply: [set],
    };
  },

  /** Pods with generic ephemeral volumes: the pod is stored, then its claim may be refused. */
  ephemeral: (random) => {
    const workload = drawWorkload(
      random,
      'web',
      random.pick(['Deployment', 'Job', 'ReplicaSet', 'Pod'] as const),
      drawTaste(random, { habit: 'full', podLevel: false }),
    );
    const volumes = [ephemeralVolume(random)];
    const apply = withTemplate(workload, (spec) => mountAll({ ...spec, volumes }, volumes));
    return { namespace: drawStorageQuotas(random), before: [], apply: [apply] };
  },

  /** Two or three limit ranges in one namespace. */
  'limit-ranges': (random) => ({
    namespace: [...drawQuotas(random, random.pick([1, 1, 2])), ...drawLimitRanges(random)],
    before: [],
    apply: [drawWorkload(random, 'web')],
  }),

  /** A default StorageClass, a global default PriorityClass, tainted and cordoned nodes. */
  defaults: (random) => {
    const taste = drawTaste(random, { priorityClass: random.chance(0.5) ? null : 'gold' });
    const workload = drawWorkload(
      random,
      'web',
      random.pick([...WORKLOAD_KINDS, 'DaemonSet', 'DaemonSet'] as const),
      taste,
    );
    return {
      ...drawGround(random),
      cluster: 'defaults',
      before: [],
      apply: [
        random.chance(0.2)
          ? drawObject(random, 'PersistentVolumeClaim', 'thing')
          : withTemplate(workload, (spec) => place(random, spec)),
      ],
    };
  },

  /** Services, claims, config maps, secrets: new ones and changed ones. */
  objects: (random) => {
    const first = drawObject(
      random,
      random.pick(['Service', 'Service', 'PersistentVolumeClaim', 'ConfigMap', 'Secret'] as const),
      'thing',
    );
    const changed = random.chance(0.5);
    const limits = random.chance(0.3) ? [drawLimitRange(random)] : [];
    return {
      namespace: [...drawObjectQuotas(random), ...limits],
      before: changed ? [first] : [],
      apply: [changed ? drawObjectChange(random, first) : first],
    };
  },

  /** Pod-level resources, overhead and several sidecars: where sums are hardest. */
  sums: (random) => ({
    ...drawGround(random),
    before: [],
    apply: [
      drawWorkload(
        random,
        'web',
        random.pick(WORKLOAD_KINDS),
        drawTaste(random, { habit: 'full', podLevel: true, overhead: random.chance(0.4) }),
      ),
    ],
  }),

  /** Quotas that are met exactly, or missed by the least amount. */
  exact: (random) => {
    const replicas = random.between(1, 6);
    const cpu = random.pick([50, 125, 333, 1000]);
    const memory = random.pick([1, 64, 1000]);
    const podSpec = {
      containers: [
        {
          name: 'c0',
          image: 'registry.example.com/app:1',
          resources: { requests: { cpu: `${cpu}m`, memory: `${memory}Mi` } },
        },
      ],
    };
    const slack = random.pick([-1, 0, 1]);
    const hard = {
      'requests.cpu': `${cpu * replicas + slack}m`,
      'requests.memory': `${memory * replicas * 1024 * 1024 + random.pick([-1, 0, 0])}`,
      ...(random.chance(0.3) && { pods: `${replicas + random.pick([-1, 0])}` }),
    };
    const kind = random.pick(SCALED);
    const web = makeWorkload({ kind, name: 'web', podSpec, replicas, more: drawMore(random, kind) });
    const rolled = withTemplate(web, (spec) => withImage(spec, 'registry.example.com/app:2'));
    const rolls = random.chance(0.4);
    return { namespace: [makeQuota(hard)], before: rolls ? [web] : [], apply: [rolls ? rolled : web] };
  },

  /** Rollouts of pods that take their time to become ready and to end; played by those who ask for it, since it takes minutes. */
  slow: (random) => {
    const kind = random.pick(ROLLED);
    const podSpec = drawPodSpec(random, drawTaste(random, { habit: 'full', deadline: false, podLevel: false }));
    const shape = { kind, name: 'web', podSpec, replicas: random.between(1, 4), labels: { [SLOW_LABEL]: 'yes' } };
    const first = makeWorkload({ ...shape, more: drawMore(random, kind) });
    const next = withTemplate(first, (spec) => withImage(spec, 'registry.example.com/app:10'));
    return { ...drawGround(random), before: [first], apply: [next] };
  },

  /** An autoscaler whose floor is above the workload's replicas: what its ceiling would do. Both API versions. */
  autoscaler: (random) => {
    const web = drawWorkload(random, 'web', random.pick(['Deployment', 'StatefulSet'] as const));
    const floor = random.between(2, 8);
    const spec = {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: stringAt(web, 'kind'), name: 'web' },
      minReplicas: floor,
      maxReplicas: floor + random.pick([0, 0, 4]),
    };
    const head = { kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' } };
    const autoscaler = random.chance(0.5)
      ? { apiVersion: 'autoscaling/v1', ...head, spec }
      : {
          apiVersion: 'autoscaling/v2',
          ...head,
          spec: {
            ...spec,
            metrics: [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
            ],
          },
        };
    const there = random.chance(0.5);
    return { ...drawGround(random), before: there ? [web] : [], apply: there ? [autoscaler] : [web, autoscaler] };
  },

  /** A CronJob that comes due once. */
  cronjob: (random) => ({ ...drawGround(random), before: [], apply: [drawWorkload(random, 'web', 'CronJob')] }),

  /** A pod that was resized in place before its neighbour arrives, and a pod whose manifest changes. */
  resize: (random) => {
    const taste = drawTaste(random, { habit: 'full', podLevel: false, gpu: false });
    const pod = drawWorkload(random, 'first', 'Pod', taste);
    const ground = drawGround(random);
    if (random.chance(0.3))
      return { ...ground, before: [pod], apply: [withTemplate(pod, (spec) => changePodSpec(random, taste, spec))] };
    const resources = {
      requests: { cpu: random.pick(['10m', '900m']), memory: '64Mi' },
      limits: { cpu: '1', memory: '512Mi' },
    };
    return {
      ...ground,
      before: [pod],
      resize: [{ pod: 'first', container: 'c0', resources }],
      apply: [drawWorkload(random, 'web')],
    };
  },

  /** What holds pods back on purpose: paused, suspended, partitioned, zero replicas, replaced only when deleted. */
  held: (random) => {
    const kind = random.pick(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const);
    const web = drawWorkload(random, 'web', kind, drawTaste(random, { habit: 'full' }));
    const held: Readonly<Record<typeof kind, readonly JsonObject[]>> = {
      Deployment: [{ paused: true }, { replicas: 0 }, { revisionHistoryLimit: 0 }],
      StatefulSet: [
        { updateStrategy: { type: 'OnDelete' } },
        { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
        { ordinals: { start: 3 } },
      ],
      DaemonSet: [{ updateStrategy: { type: 'OnDelete' } }],
      Job: [{ suspend: true }, { parallelism: 4, completions: 2 }],
    };
    const next = withSpec(web, random.pick(held[kind]));
    if (kind === 'Job' || random.chance(0.3)) return { ...drawGround(random), before: [], apply: [next] };
    const rolled = withTemplate(next, (spec) => changePodSpec(random, drawTaste(random, { habit: 'full' }), spec));
    return { ...drawGround(random), before: [web], apply: [random.chance(0.3) ? next : rolled] };
  },
} as const satisfies Readonly<Record<string, (random: Random) => Draft>>;

export type Family = keyof typeof FAMILIES;

/** The families that are played when none is named. */
export const USUAL_FAMILIES: readonly Family[] = (Object.keys(FAMILIES) as Family[]).filter((name) => name !== 'slow');

function drawGround(random: Random): Pick<Draft, 'namespace'> {
  const limits = random.chance(0.35) ? [drawLimitRange(random)] : [];
  return { namespace: [...drawQuotas(random), ...limits] };
}

function drawWorkload(
  random: Random,
  name: string,
  kind: WorkloadKind = random.pick(WORKLOAD_KINDS),
  taste: PodTaste = drawTaste(random),
): JsonObject {
  // Elsewhere than in what ends by itself the server refuses a deadline; once in a while somebody writes one.
  const deadline = taste.deadline && (['Pod', 'Job', 'CronJob'].includes(kind) || random.chance(0.2));
  const podSpec = drawPodSpec(random, { ...taste, deadline });
  return makeWorkload({ kind, name, podSpec, replicas: random.pick(REPLICAS), more: drawMore(random, kind) });
}

/** Changes the pod spec where the kind keeps it: a pod itself, or its template. */
function withTemplate(workload: JsonObject, change: (podSpec: JsonObject) => JsonObject): JsonObject {
  const spec = objectAt(workload, 'spec');
  if (fieldAt(spec, 'template') === undefined) return { ...workload, spec: change(spec) };
  const template = objectAt(spec, 'template');
  return withSpec(workload, { template: { ...template, spec: change(objectAt(template, 'spec')) } });
}

/** Lets the first container mount volumes, or the claims of templates. */
function mountAll(spec: JsonObject, volumes: readonly JsonObject[]): JsonObject {
  const [first, ...others] = listAt(spec, 'containers');
  const names = volumes.map((volume) => stringAt(volume, 'name') || stringAt(volume, 'metadata', 'name'));
  const volumeMounts = names.map((name) => ({ name, mountPath: `/${name}` }));
  return { ...spec, containers: [{ ...objectAt(first), volumeMounts }, ...others] };
}

function changePodSpec(random: Random, taste: PodTaste, spec: JsonObject): JsonObject {
  const moved = withImage(spec, 'registry.example.com/app:10');
  if (random.chance(0.4)) return moved;
  const [first, ...others] = listAt(moved, 'containers');
  return { ...moved, containers: [{ ...objectAt(first), resources: drawResources(random, taste) }, ...others] };
}

function withImage(spec: JsonObject, image: string): JsonObject {
  return {
    ...spec,
    containers: listAt(spec, 'containers').map((container) => Object.assign({}, objectAt(container), { image })),
  };
}

/** Where the nodes of the `defaults` cluster differ: a label, a taint. */
function place(random: Random, spec: JsonObject): JsonObject {
  return {
    ...spec,
    ...random.pick<JsonObject>([
      {},
      {},
      { nodeSelector: { disk: 'ssd' } },
      { tolerations: [{ key: 'dedicated', operator: 'Exists' }] },
      { tolerations: [{ operator: 'Exists' }] },
      { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'other', effect: 'NoSchedule' }] },
      requireNodes([{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }]),
      requireNodes([{ key: 'disk', operator: 'DoesNotExist' }]),
      requireNodes([{ key: 'slots', operator: 'Gt', values: ['3'] }]),
    ]),
  };
}

function requireNodes(matchExpressions: readonly JsonObject[]): JsonObject {
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms: [{ matchExpressions }] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } };
}
