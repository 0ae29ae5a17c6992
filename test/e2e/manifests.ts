import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';

/** A Deployment of pods that each count one core; its file is what people apply. */
export function deployment(replicas: number, options: { readonly image?: string; readonly surgeOnly?: boolean } = {}) {
  const { image = 'registry.example.com/web:1', surgeOnly = false } = options;
  const rollingUpdate = surgeOnly ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 1, maxUnavailable: 1 };
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'app',
              image,
              resources: { requests: { cpu: '1', memory: '64Mi' }, limits: { cpu: '1', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  } satisfies JsonObject;
}

/** What the API server asks when somebody creates a Deployment, but for the uid. */
export const reviewOf = (object: JsonObject, dryRun = false): JsonObject => ({
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
  namespace: stringAt(object, 'metadata', 'namespace'),
  name: stringAt(object, 'metadata', 'name'),
  operation: 'CREATE',
  userInfo: { username: 'alice' },
  dryRun,
  object,
});

export function quota(cpu: number): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team' },
    spec: { hard: { 'limits.cpu': String(cpu) } },
  };
}

export function autoscaler(maxReplicas: number): JsonObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { minReplicas: 1, maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  };
}

/** @param cpu - that no container may exceed */
export function limitRange(cpu: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'sizes' },
    spec: { limits: [{ type: 'Container', max: { cpu } }] },
  };
}

/** For the pods of `deployment`. */
export function budget(minAvailable: number): JsonObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
  };
}

/** What a mutating webhook does for a service mesh: another container of one core for each pod of the namespace `injected`. */
export const injection: JsonObject = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: { name: 'inject-proxy' },
      spec: {
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'injected' } },
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        },
        reinvocationPolicy: 'Never',
        failurePolicy: 'Fail',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: {
              expression:
                'Object{spec: Object.spec{containers: [Object.spec.containers{name: "proxy", image: "registry.example.com/proxy:1", ' +
                'resources: Object.spec.containers.resources{limits: {"cpu": "1", "memory": "64Mi"}}}]}}',
            },
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name: 'inject-proxy' },
      spec: { policyName: 'inject-proxy' },
    },
  ],
};

/** Pods are run on it by the fake kubelet. */
export const node: JsonObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1' } },
  status: {
    capacity: { cpu: '1000', memory: '1000Gi', 'ephemeral-storage': '1000Gi', pods: '1000' },
    allocatable: { cpu: '1000', memory: '1000Gi', 'ephemeral-storage': '1000Gi', pods: '1000' },
  },
};

/** A custom kind that takes whatever is written into it. */
export function customKind(group: string, version: string, kind: string, scope: 'Cluster' | 'Namespaced'): JsonObject {
  const singular = kind.toLowerCase();
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${singular}s.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, reduced for a test' },
    },
    spec: {
      group,
      scope,
      names: { plural: `${singular}s`, singular, kind },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

export const policyReports = customKind('wgpolicyk8s.io', 'v1alpha2', 'PolicyReport', 'Namespaced');
