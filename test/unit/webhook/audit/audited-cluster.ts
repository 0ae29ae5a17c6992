import { reduceObject } from '../../../../src/cluster/reduce.ts';
import { clusterResources, listPath } from '../../../../src/cluster/resources.ts';
import { createClusterStore } from '../../../../src/cluster/store.ts';
import type { JsonObject } from '../../../../src/manifest/document.ts';
import { stringAt } from '../../../../src/manifest/fields.ts';
import { shippedKinds } from '../../../../src/workload/kinds.ts';
import { fillSink } from '../../../helpers/cluster-fakes.ts';
import { createObjectStore } from '../../../helpers/object-store.ts';

const namespaces = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };

/** An API server that has these objects, and what the webhook holds of it. */
export function startCluster(objects: readonly JsonObject[]) {
  const api = createObjectStore();
  const store = createClusterStore();
  const fill = (all: readonly JsonObject[]): void => {
    for (const resource of clusterResources) {
      const { apiVersion, kind } = resource;
      const own = all.filter((object) => object['kind'] === kind);
      for (const object of own) {
        const [namespace, name] = ['namespace', 'name'].map((field) => stringAt(object, 'metadata', field));
        api.objects.set(`${listPath(resource, namespace)}/${name}`, object);
      }
      const reduced = own.map((object) => reduceObject(object, apiVersion, kind));
      fillSink(store.sinkFor(resource), reduced);
    }
  };
  fill(objects);
  const fixed = { volumes: null, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
  const state = {
    namespaceNames: () => [...store.objectsOf(namespaces, '').keys()],
    namespace: store.namespace,
    settings: () => ({ ...fixed, cluster: store.cluster() }),
    fault: () => null,
  };
  return { api, state, fill };
}

export const namespace = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const quota = (cpu: string, used: string, inNamespace = 'a'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: inNamespace, uid: 'u-team' },
  spec: { hard: { 'limits.cpu': cpu } },
  status: { hard: { 'limits.cpu': cpu }, used: { 'limits.cpu': used } },
});

const template = (name: string, image: string): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'app', image, resources: { limits: { cpu: '1' } } }] },
});

interface DeploymentOptions {
  readonly name?: string;
  readonly image?: string;
  readonly inNamespace?: string;
}

export function deployment(
  replicas: number,
  { name = 'web', image = 'registry.example.com/web:1', inNamespace = 'a' }: DeploymentOptions = {},
): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: inNamespace, uid: `u-${name}`, generation: 1 },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: template(name, image),
    },
    status: { observedGeneration: 1 },
  };
}

const owner = (apiVersion: string, kind: string, name: string) => [
  { apiVersion, kind, name, uid: `u-${name}`, controller: true },
];

/** The ReplicaSet and the pods of a Deployment, as far as they exist. */
export function childrenOf(parent: JsonObject, pods: number): readonly JsonObject[] {
  const name = stringAt(parent, 'metadata', 'name');
  const inNamespace = stringAt(parent, 'metadata', 'namespace');
  const spec = parent['spec'] as JsonObject;
  const made = spec['template'] as JsonObject;
  const labels = { app: name, 'pod-template-hash': '1' };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-1`,
      namespace: inNamespace,
      uid: `u-${name}-1`,
      labels,
      ownerReferences: owner('apps/v1', 'Deployment', name),
    },
    spec: {
      replicas: spec['replicas'],
      selector: { matchLabels: labels },
      template: { ...made, metadata: { labels } },
    },
    status: { replicas: pods },
  };
  const running = Array.from({ length: pods }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-1-${index}`,
      namespace: inNamespace,
      labels,
      ownerReferences: owner('apps/v1', 'ReplicaSet', `${name}-1`),
    },
    spec: made['spec'],
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  return [set, ...running];
}

export const autoscaler = (maxReplicas: number, kind = 'Deployment'): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'a' },
  spec: { maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind, name: 'web' } },
});
