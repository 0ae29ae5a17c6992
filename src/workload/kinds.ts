import type { KindDescription, KindTable } from './workload.ts';

/** The key of a kind in a `KindTable`: `Rollout.argoproj.io`. */
export function kindKey(group: string, kind: string): string {
  return `${kind}.${group}`;
}

const described: readonly KindDescription[] = [
  {
    group: 'argoproj.io',
    kind: 'Rollout',
    plural: 'rollouts',
    templates: [{ template: '/spec/template', replicas: '/spec/replicas', defaultReplicas: 1 }],
    children: [{ resource: 'replicasets.apps', count: 1 }],
  },
  {
    group: 'apps.kruise.io',
    kind: 'CloneSet',
    plural: 'clonesets',
    templates: [{ template: '/spec/template', replicas: '/spec/replicas', defaultReplicas: 1 }],
    children: [{ resource: 'controllerrevisions.apps', count: 1 }],
  },
  {
    // How many pods run follows the traffic; only the lower bound is written.
    group: 'serving.knative.dev',
    kind: 'Service',
    plural: 'services',
    templates: [
      {
        template: '/spec/template',
        replicas: '/spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale',
        defaultReplicas: null,
      },
    ],
    children: [
      { resource: 'configurations.serving.knative.dev', count: 1 },
      { resource: 'deployments.apps', count: 1 },
      { resource: 'replicasets.apps', count: 1 },
      { resource: 'revisions.serving.knative.dev', count: 1 },
      { resource: 'routes.serving.knative.dev', count: 1 },
    ],
  },
];

/** Custom kinds that quotafit knows without being told. */
export const shippedKinds: KindTable = new Map(
  described.map((description) => [kindKey(description.group, description.kind), description]),
);
