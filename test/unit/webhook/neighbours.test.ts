import { expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/manifest/document.ts';
import { emptyNamespace } from '../../../src/state/state.ts';
import { listNeighbours, objectsAround } from '../../../webhook/neighbours.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

const owned = {
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }],
};
const make = (apiVersion: string, kind: string, name: string, metadata = {}): KubernetesObject =>
  objectOf({ apiVersion, kind, metadata: { name, namespace: 'team', ...metadata }, spec: { template: { spec: {} } } });

const deployment = make('apps/v1', 'Deployment', 'web');
const orphan = make('apps/v1', 'ReplicaSet', 'orphan');
const budget = make('policy/v1', 'PodDisruptionBudget', 'web');
const other = make('policy/v1', 'PodDisruptionBudget', 'other');
const namespace = {
  ...emptyNamespace('team'),
  objects: new Map([
    ['Deployment.apps', [deployment]],
    ['ReplicaSet.apps', [make('apps/v1', 'ReplicaSet', 'web-1', owned), orphan]],
    ['Pod', [make('v1', 'Pod', 'web-1-a', owned), make('v1', 'Pod', 'bare')]],
    ['PersistentVolumeClaim', []],
    ['PodDisruptionBudget.policy', [budget, other]],
  ]),
};

it.each([
  ['a budget stand the workloads that nobody owns', budget, [deployment, orphan]],
  ['a workload stand the budgets', deployment, [budget, other]],
])('beside %s, and no more is copied for a thread', (_case, object, neighbours) => {
  expect(listNeighbours(object, namespace)).toEqual(neighbours);
  const around = objectsAround(object, namespace);
  expect(listNeighbours(object, { objects: around })).toEqual(neighbours);
  expect([...around.values()].flat()).toEqual(neighbours);
});
