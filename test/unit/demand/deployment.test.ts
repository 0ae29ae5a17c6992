import { describe, expect, it } from 'vitest';
import { readDeploymentSpec } from '../../../src/demand/deployment-spec.ts';
import { settleDeployment, type DeploymentSets } from '../../../src/demand/deployment.ts';
import { countPods, createGroup } from '../../../src/demand/pod-set.ts';
import type { ReplicaSet } from '../../../src/demand/replica-set.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { createRoom } from './counted-room.ts';

interface Case {
  readonly spec?: JsonObject;
  readonly replicas: number;
  /** Pods of the old template, how many were asked for, and the Deployment's replicas then. */
  readonly old?: { readonly pods: number; readonly replicas?: number; readonly desired?: number };
  /** Of the new template already. */
  readonly updated?: { readonly pods: number; readonly replicas: number };
  readonly bound: number;
  readonly sizes?: Readonly<Record<string, number>>;
}

function setOf(item: string, pods: number, replicas: number, desired: number | null): ReplicaSet<string> {
  return {
    pods: { groups: [createGroup(item, [], { count: pods })] },
    object: `set of ${item}`,
    stored: desired !== null,
    replicas,
    deploymentReplicas: desired,
    maxReplicas: null,
  };
}

function settle({ spec = {}, replicas, old, updated, bound, sizes = { old: 1, new: 1 } }: Case): unknown {
  const sets: DeploymentSets<string> = {
    old:
      old === undefined
        ? []
        : [setOf('old', old.pods, old.replicas ?? old.pods, old.desired ?? old.replicas ?? old.pods)],
    updated: updated === undefined ? setOf('new', 0, 0, null) : setOf('new', updated.pods, updated.replicas, replicas),
  };
  const used = (old?.pods ?? 0) * (sizes['old'] ?? 0) + (updated?.pods ?? 0) * (sizes['new'] ?? 0);
  const room = createRoom(bound, sizes, used);
  const { complete } = settleDeployment(readDeploymentSpec({ spec }, replicas), sets, room);
  return {
    old: sets.old.reduce((sum, set) => sum + countPods(set.pods), 0),
    new: countPods(sets.updated.pods),
    complete,
  };
}

describe('a Deployment ends with', () => {
  it.each<readonly [string, Case, { old: number; new: number; complete: boolean }]>([
    ['all pods where there is room', { replicas: 3, bound: 3 }, { old: 0, new: 3, complete: true }],
    ['as many pods as fit', { replicas: 8, bound: 4 }, { old: 0, new: 4, complete: false }],
    [
      'no pods when it is created paused',
      { replicas: 3, bound: 9, spec: { paused: true } },
      { old: 0, new: 0, complete: false },
    ],
    ['no pods for no replicas', { replicas: 0, bound: 9 }, { old: 0, new: 0, complete: true }],
    [
      'its old pods when one replica may not be unavailable',
      { replicas: 1, old: { pods: 1 }, bound: 1 },
      { old: 1, new: 0, complete: false },
    ],
    [
      'its old pods with three replicas, whose quarter rounds down to none',
      { replicas: 3, old: { pods: 3 }, bound: 3 },
      { old: 3, new: 0, complete: false },
    ],
    [
      'new pods where one may be unavailable, without any room to spare',
      { replicas: 4, old: { pods: 4 }, bound: 4 },
      { old: 0, new: 4, complete: true },
    ],
    [
      'new pods where room for one is to spare',
      { replicas: 3, old: { pods: 3 }, bound: 4 },
      { old: 0, new: 3, complete: true },
    ],
    [
      'both kinds where larger new pods run out of room on the way',
      { replicas: 4, old: { pods: 4 }, bound: 6, sizes: { old: 1, new: 2 } },
      { old: 1, new: 2, complete: false },
    ],
    [
      'nothing of Recreate but what fits of the new pods',
      { replicas: 4, old: { pods: 4 }, bound: 4, sizes: { old: 1, new: 2 }, spec: { strategy: { type: 'Recreate' } } },
      { old: 0, new: 2, complete: false },
    ],
    [
      'old pods scaled first when replicas and template change together',
      {
        replicas: 6,
        old: { pods: 2, desired: 2 },
        bound: 6,
        spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
      },
      { old: 6, new: 0, complete: false },
    ],
    [
      'old pods that were never made left out, so that new ones of a better template come',
      { replicas: 8, old: { pods: 0, replicas: 8 }, bound: 8, sizes: { old: 100, new: 1 } },
      { old: 0, new: 8, complete: true },
    ],
    [
      'what a paused rollout has, scaled in proportion',
      {
        replicas: 8,
        old: { pods: 3, replicas: 3, desired: 4 },
        updated: { pods: 2, replicas: 2 },
        bound: 99,
        spec: { paused: true },
      },
      { old: 6, new: 4, complete: false },
    ],
  ])('%s', (_, given, expected) => {
    expect(settle(given)).toEqual(expected);
  });

  it('the new ReplicaSet refused keeps the old pods', () => {
    const sets = { old: [setOf('old', 3, 3, 3)], updated: setOf('new', 0, 0, null) };
    const room = createRoom(3, { old: 1, new: 0, 'set of new': 1 }, 3);
    const outcome = settleDeployment(readDeploymentSpec({}, 3), sets, room);
    expect([outcome, countPods(sets.old[0]?.pods ?? { groups: [] })]).toEqual([
      { setRefused: true, complete: false },
      3,
    ]);
  });

  it('old ReplicaSets beyond the history limit gone', () => {
    const old = [1, 2, 3].map(() => setOf('old', 0, 0, 2));
    settleDeployment(
      readDeploymentSpec({ spec: { revisionHistoryLimit: 1 } }, 2),
      { old, updated: setOf('new', 0, 0, null) },
      createRoom(9, { new: 1 }),
    );
    expect(old.map(({ stored }) => stored)).toEqual([false, false, true]);
  });

  it('a million replicas, one by one, after a few questions', () => {
    const sets = { old: [setOf('old', 1_000_000, 1_000_000, 1_000_000)], updated: setOf('new', 0, 0, null) };
    const spec = readDeploymentSpec(
      { spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } },
      1_000_000,
    );
    const room = createRoom(1_000_001, { old: 1, new: 1 }, 1_000_000);
    expect(settleDeployment(spec, sets, room).complete).toBe(true);
    expect(room.highest()).toBe(1_000_001);
    expect(room.asked()).toBeLessThan(50);
  });
});

describe('surge and unavailable pods', () => {
  it.each<readonly [JsonObject, number, number, number]>([
    [{}, 1, 1, 0],
    [{}, 3, 1, 0],
    [{}, 4, 1, 1],
    [{}, 10, 3, 2],
    [{ maxSurge: 0 }, 3, 0, 1],
    [{ maxSurge: '100%', maxUnavailable: 0 }, 6, 6, 0],
    [{ maxSurge: 2, maxUnavailable: 9 }, 3, 2, 3],
  ])('of %j with %i replicas are %i and %i', (rollingUpdate, replicas, surge, unavailable) => {
    expect(readDeploymentSpec({ spec: { strategy: { rollingUpdate } } }, replicas).strategy).toEqual({
      kind: 'RollingUpdate',
      surge,
      unavailable,
    });
  });
});
