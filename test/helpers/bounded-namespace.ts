import { fitRelease } from '../../src/fit/fit-release.ts';
import type { FitReport } from '../../src/fit/fit-report.ts';
import { objectAt } from '../../src/manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { createFitOptions } from './fit-options.ts';

/** A namespace with quotas and limit ranges and nothing else, in a cluster that collects logs once a node. */
export const NAMESPACE = 'parity';

const object = (kind: string, name: string, spec: JsonObject): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  namespace: NAMESPACE,
  name,
  value: { apiVersion: 'v1', kind, metadata: { name, namespace: NAMESPACE }, spec },
  source: null,
});

const nodes = ['a', 'b', 'c'].map((name): KubernetesObject => {
  const value = { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} };
  return { apiVersion: 'v1', kind: 'Node', namespace: '', name, value, source: null };
});

/** It collects the logs of every node, from another namespace. */
const collector: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  namespace: 'logging',
  name: 'fluent-bit',
  value: {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'fluent-bit', namespace: 'logging' },
    spec: { template: { spec: { containers: [{ name: 'collector', image: 'fluent/fluent-bit:3.1' }] } } },
  },
  source: null,
};

/** Room for a few small pods and not for many, with every sort of key and scope. */
export const boundedState: readonly KubernetesObject[] = [
  ...nodes,
  collector,
  object('ResourceQuota', 'amounts', {
    hard: {
      'requests.cpu': '1',
      'limits.cpu': '3',
      'requests.memory': '1Gi',
      'limits.memory': '2Gi',
      'requests.ephemeral-storage': '4Gi',
      'requests.storage': '50Gi',
      persistentvolumeclaims: '2',
      pods: '5',
      services: '5',
      'services.nodeports': '1',
      'services.loadbalancers': '1',
      'count/deployments.apps': '5',
      'count/jobs.batch': '1',
    },
  }),
  object('ResourceQuota', 'to-the-end', { hard: { pods: '1' }, scopes: ['Terminating'] }),
  object('ResourceQuota', 'for-good', { hard: { pods: '3' }, scopes: ['NotTerminating'] }),
  object('LimitRange', 'bounds', {
    limits: [
      {
        type: 'Container',
        default: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '1Gi' },
        defaultRequest: { cpu: '100m', memory: '128Mi' },
        max: { cpu: '2' },
      },
    ],
  }),
];

export const fitOptions = createFitOptions({ namespace: NAMESPACE });

/** The object as it would stand in this namespace. */
export function moveIn(object: KubernetesObject): KubernetesObject {
  const metadata = { ...objectAt(object.value, 'metadata'), namespace: NAMESPACE };
  return { ...object, namespace: NAMESPACE, value: { ...object.value, metadata } };
}

/** What `quotafit fit` tells of one object in it. */
export function fitAlone(object: KubernetesObject): FitReport {
  const outcome = fitRelease([moveIn(object)], boundedState, fitOptions);
  if (outcome.kind === 'bad-state') throw new Error(JSON.stringify(outcome.problems));
  return outcome.report;
}
