import { describe, expect, it } from 'vitest';
import { readDaemonStrategy, settleDaemonSet } from '../../../src/demand/daemon-set.ts';
import { matchNode } from '../../../src/demand/node-match.ts';
import { countPods, createGroup, type PodSet } from '../../../src/demand/pod-set.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { createRoom } from './counted-room.ts';

const setOf = (item: string, count: number, becomesReady = true): PodSet<string> => ({
  groups: [createGroup(item, [], { count, becomesReady })],
});

function play(
  rollingUpdate: JsonObject,
  nodes: number,
  given: { readonly old?: number; readonly updated?: number; readonly misplaced?: number; readonly unready?: true },
  bound: number,
  sizes: Readonly<Record<string, number>> = { old: 1, new: 1 },
): readonly [old: number, updated: number, misplaced: number, highest: number] {
  const pods = {
    old: setOf('old', given.old ?? 0, given.unready !== true),
    updated: setOf('new', given.updated ?? 0),
    misplaced: setOf('old', given.misplaced ?? 0),
  };
  const used =
    ((given.old ?? 0) + (given.misplaced ?? 0)) * (sizes['old'] ?? 0) + (given.updated ?? 0) * (sizes['new'] ?? 0);
  const room = createRoom(bound, sizes, used);
  settleDaemonSet(readDaemonStrategy({ spec: { updateStrategy: { rollingUpdate } } }, nodes), nodes, pods, room);
  return [countPods(pods.old), countPods(pods.updated), countPods(pods.misplaced), room.highest()];
}

describe('a DaemonSet', () => {
  it.each<readonly [string, ...Parameters<typeof play>, ReturnType<typeof play>]>([
    ['has a pod on each node', {}, 5, {}, 9, { new: 1 }, [0, 5, 0, 5]],
    ['has as many as fit', {}, 5, {}, 3, { new: 1 }, [0, 3, 0, 3]],
    ['takes the room of pods that are misplaced', {}, 3, { misplaced: 3 }, 3, { old: 1, new: 1 }, [0, 3, 0, 3]],
    ['replaces pods one by one without room to spare', {}, 4, { old: 4 }, 4, { old: 1, new: 1 }, [0, 4, 0, 4]],
    ['stays a pod short when larger ones do not fit', {}, 4, { old: 4 }, 4, { old: 1, new: 2 }, [3, 0, 0, 4]],
    [
      'replaces pods that are not ready all at once',
      {},
      4,
      { old: 4, unready: true },
      4,
      { old: 1, new: 1 },
      [0, 4, 0, 4],
    ],
    [
      'with surge needs room beside the old pods',
      { maxSurge: 1, maxUnavailable: 0 },
      4,
      { old: 4 },
      5,
      { old: 1, new: 1 },
      [0, 4, 0, 5],
    ],
    [
      'with surge keeps the old pods without it',
      { maxSurge: 1, maxUnavailable: 0 },
      4,
      { old: 4 },
      4,
      { old: 1, new: 1 },
      [4, 0, 0, 4],
    ],
    ['rounds percentages up', { maxUnavailable: '10%' }, 5, { old: 5 }, 5, { old: 1, new: 2 }, [4, 0, 0, 5]],
    ['makes missing pods before it rolls', {}, 4, { old: 2 }, 3, { old: 1, new: 1 }, [2, 1, 0, 3]],
  ])('%s', (_, rollingUpdate, nodes, given, bound, sizes, expected) => {
    expect(play(rollingUpdate, nodes, given, bound, sizes)).toEqual(expected);
  });
});

const required = (...terms: JsonObject[]): JsonObject => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
});
const expression = (operator: string, key: string, ...values: string[]): JsonObject => ({
  matchExpressions: [{ key, operator, values }],
});

describe('a node', () => {
  const node = {
    metadata: { name: 'a', labels: { zone: 'one', size: '7' } },
    spec: { taints: [] as JsonObject[] },
  };
  const taint = (effect: string, key = 'team'): JsonObject => ({
    ...node,
    spec: { taints: [{ key, value: 'x', effect }] },
  });
  it.each<readonly [string, JsonObject, JsonObject, { run: boolean; stay: boolean }]>([
    ['takes a pod that asks for nothing', {}, node, { run: true, stay: true }],
    ['is chosen by its name', { nodeName: 'b' }, node, { run: false, stay: false }],
    ['is chosen by its labels', { nodeSelector: { zone: 'one' } }, node, { run: true, stay: true }],
    ['is not chosen by other labels', { nodeSelector: { zone: 'two' } }, node, { run: false, stay: false }],
    [
      'meets one of several terms',
      required(expression('In', 'zone', 'two'), expression('Exists', 'zone')),
      node,
      { run: true, stay: true },
    ],
    ['meets no empty term', required({}), node, { run: false, stay: false }],
    [
      'is not in a list without its value',
      required(expression('NotIn', 'zone', 'one')),
      node,
      { run: false, stay: false },
    ],
    ['lacks a label', required(expression('DoesNotExist', 'gpu')), node, { run: true, stay: true }],
    ['has a number above a bound', required(expression('Gt', 'size', '6')), node, { run: true, stay: true }],
    ['has a number below a bound', required(expression('Lt', 'size', '6')), node, { run: false, stay: false }],
    [
      'is named by a field',
      required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }),
      node,
      { run: true, stay: true },
    ],
    ['keeps a pod that it would not take', {}, taint('NoSchedule'), { run: false, stay: true }],
    ['drives a pod away', {}, taint('NoExecute'), { run: false, stay: false }],
    ['is merely avoided', {}, taint('PreferNoSchedule'), { run: true, stay: true }],
    ['is tolerated', { tolerations: [{ operator: 'Exists' }] }, taint('NoExecute'), { run: true, stay: true }],
    [
      'is tolerated for its value',
      { tolerations: [{ key: 'team', value: 'x' }] },
      taint('NoSchedule'),
      { run: true, stay: true },
    ],
    [
      'is not tolerated for another',
      { tolerations: [{ key: 'team', value: 'y' }] },
      taint('NoSchedule'),
      { run: false, stay: true },
    ],
    [
      'is cordoned, which daemons do not mind',
      {},
      taint('NoSchedule', 'node.kubernetes.io/unschedulable'),
      { run: true, stay: true },
    ],
    [
      'has no network, which matters to all but host network',
      {},
      taint('NoSchedule', 'node.kubernetes.io/network-unavailable'),
      { run: false, stay: true },
    ],
    [
      'has no network, which host network does not mind',
      { hostNetwork: true },
      taint('NoSchedule', 'node.kubernetes.io/network-unavailable'),
      { run: true, stay: true },
    ],
  ])('%s', (_, spec, given, expected) => {
    expect(matchNode(spec, given)).toEqual(expected);
  });
});
