import { describe, expect, it } from 'vitest';
import type { ReviewRequest } from '../../../webhook/review.ts';
import { decideScope } from '../../../webhook/scope.ts';
import { createRequest } from '../../helpers/review-request.ts';

const settings = {
  controllers: ['system:serviceaccount:argo-rollouts:*'],
  workloadKinds: new Set(['apps/Deployment', 'argoproj.io/Rollout', 'apps/ReplicaSet']),
};
const owned = { metadata: { ownerReferences: [{ kind: 'Rollout', controller: true }] } };

const manager = { name: 'system:kube-controller-manager', groups: [] };
const pod = { group: '', kind: 'Pod', resource: 'pods' };

describe('decideScope', () => {
  it.each<[string, Partial<ReviewRequest>, string, string]>([
    ["a person's Deployment", {}, 'judge', 'all'],
    ["a person's custom workload", { group: 'argoproj.io', kind: 'Rollout' }, 'judge', 'all'],
    ["a person's scale", { group: 'autoscaling', kind: 'Scale', subResource: 'scale' }, 'judge', 'skip'],
    [
      "an autoscaler's scale",
      {
        kind: 'Scale',
        subResource: 'scale',
        user: { name: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', groups: [] },
      },
      'observe',
      'skip',
    ],
    ['an autoscaler', { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' }, 'judge', 'all'],
    ['a ReplicaSet of a Deployment', { kind: 'ReplicaSet', user: manager, object: owned }, 'observe', 'images'],
    ['a ReplicaSet of a Rollout', { kind: 'ReplicaSet', object: owned }, 'observe', 'images'],
    [
      'a listed controller',
      { user: { name: 'system:serviceaccount:argo-rollouts:argo', groups: [] } },
      'observe',
      'images',
    ],
    ["a person's pod", pod, 'skip', 'all'],
    ["a controller's pod", { ...pod, user: manager, object: owned }, 'skip', 'images'],
    [
      'an ephemeral container',
      { ...pod, operation: 'UPDATE', subResource: 'ephemeralcontainers', object: { spec: 1 } },
      'skip',
      'all',
    ],
    [
      'a pod whose labels change',
      { ...pod, operation: 'UPDATE', object: { spec: {} }, oldObject: { spec: {} } },
      'skip',
      'skip',
    ],
    [
      'a pod whose spec changes',
      { ...pod, operation: 'UPDATE', object: { spec: { a: 1 } }, oldObject: { spec: {} } },
      'skip',
      'all',
    ],
    ["a person's pod that claims to be a controller's", { ...pod, object: owned }, 'skip', 'images'],
    ["a node's pod", { ...pod, user: { name: 'system:node:a', groups: [] } }, 'skip', 'images'],
    [
      'a service account whose namespace only begins like kube-system',
      { user: { name: 'system:serviceaccount:kube-system-2:x', groups: [] } },
      'judge',
      'all',
    ],
    ['a pod resized', { ...pod, operation: 'UPDATE', subResource: 'resize' }, 'skip', 'skip'],
    ['a status write', { operation: 'UPDATE', subResource: 'status' }, 'skip', 'skip'],
    ['a delete', { operation: 'DELETE' }, 'skip', 'skip'],
    ['an exec', { ...pod, operation: 'CONNECT', subResource: 'exec' }, 'skip', 'skip'],
    ["a person's ResourceQuota", { group: '', kind: 'ResourceQuota', resource: 'resourcequotas' }, 'bounds', 'all'],
    ["a person's LimitRange", { group: '', kind: 'LimitRange', resource: 'limitranges' }, 'bounds', 'all'],
    [
      "a controller's ResourceQuota",
      { group: '', kind: 'ResourceQuota', resource: 'resourcequotas', user: manager },
      'skip',
      'skip',
    ],
    [
      "a person's claim",
      { group: '', kind: 'PersistentVolumeClaim', resource: 'persistentvolumeclaims' },
      'skip',
      'all',
    ],
    ["a person's Service", { group: '', kind: 'Service', resource: 'services' }, 'skip', 'all'],
    ["a controller's Service", { group: '', kind: 'Service', resource: 'services', user: manager }, 'skip', 'skip'],
  ])('%s', (_case, changes, fit, rules) => {
    expect(decideScope(createRequest(changes), settings)).toEqual({ fit, rules });
  });
});
