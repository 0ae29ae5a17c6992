import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt } from '../../../src/manifest/fields.ts';
import type { Random } from '../random.ts';

export type WorkloadKind =
  'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'ReplicaSet' | 'ReplicationController' | 'Pod' | 'CronJob';

export const WORKLOAD_KINDS: readonly WorkloadKind[] = [
  'Deployment',
  'Deployment',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
];

const API_VERSIONS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  ReplicationController: 'v1',
  Pod: 'v1',
};

export interface WorkloadShape {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly podSpec: JsonObject;
  readonly replicas: number;
  /** What stands beside template and replicas: strategy, parallelism, claim templates. */
  readonly more?: JsonObject;
  /** Labels of the pods beside `app`. */
  readonly labels?: JsonObject;
}

/** Writes the workload as its kind wants it; `more` goes into the spec (of a CronJob: into its Job's). */
export function makeWorkload(shape: WorkloadShape): JsonObject {
  const { kind, name, replicas, more = {} } = shape;
  const labels = { app: name };
  const head = { apiVersion: API_VERSIONS[kind], kind, metadata: { name } };
  const template = { metadata: { labels: { ...labels, ...shape.labels } }, spec: shape.podSpec };
  const selector = { matchLabels: labels };
  const jobTemplate = { metadata: { labels }, spec: { restartPolicy: 'Never', ...shape.podSpec } };
  switch (kind) {
    case 'Pod':
      return { ...head, metadata: { name, labels }, spec: shape.podSpec };
    case 'DaemonSet':
      return { ...head, spec: { selector, template, ...more } };
    case 'Job':
      return { ...head, spec: { template: jobTemplate, ...more } };
    case 'CronJob':
      // Once a year: the player makes it due once, and then it leaves the namespace alone.
      return { ...head, spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: jobTemplate, ...more } } } };
    case 'StatefulSet':
      return { ...head, spec: { serviceName: name, selector, template, replicas, ...more } };
    case 'ReplicationController':
      return { ...head, spec: { selector: labels, template, replicas, ...more } };
    case 'Deployment':
    case 'ReplicaSet':
      return { ...head, spec: { selector, template, replicas, ...more } };
  }
}

/** The part of a workload's spec that its kind alone has. */
export function drawMore(random: Random, kind: WorkloadKind): JsonObject {
  switch (kind) {
    case 'Deployment':
      return random.chance(0.35) ? {} : { strategy: drawStrategy(random) };
    case 'StatefulSet':
      return random.chance(0.5) ? { podManagementPolicy: 'Parallel' } : {};
    case 'DaemonSet':
      return random.pick<JsonObject>([
        {},
        {},
        { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
        { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%' } } },
      ]);
    case 'Job':
    case 'CronJob':
      return random.pick<JsonObject>([
        {},
        { parallelism: random.between(2, 6) },
        { parallelism: random.between(2, 5), completions: random.between(2, 8) },
        { completions: random.between(2, 4) },
        { parallelism: random.between(2, 4), completions: random.between(2, 6), completionMode: 'Indexed' },
        { parallelism: 3, suspend: true },
        { parallelism: 0 },
      ]);
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'Pod':
      return {};
  }
}

function drawStrategy(random: Random): JsonObject {
  if (random.chance(0.2)) return { type: 'Recreate' };
  const share = () => random.pick([1, 2, '10%', '25%', '34%', '50%', '100%']);
  const maxSurge = random.chance(0.3) ? 0 : share();
  const maxUnavailable = maxSurge === 0 || random.chance(0.5) ? share() : 0;
  return {
    type: 'RollingUpdate',
    ...random.pick<JsonObject>([
      {},
      { rollingUpdate: { maxSurge, maxUnavailable } },
      { rollingUpdate: { maxSurge, maxUnavailable } },
      ...(maxSurge === 0 ? [] : [{ rollingUpdate: { maxSurge } }]),
    ]),
  };
}

/** The same object with other members in its spec. */
export function withSpec(workload: JsonObject, members: JsonObject): JsonObject {
  return { ...workload, spec: { ...objectAt(workload, 'spec'), ...members } };
}
