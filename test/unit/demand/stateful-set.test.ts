import { describe, expect, it } from 'vitest';
import { countRuns, type Run } from '../../../src/demand/ordinal-runs.ts';
import { readStatefulSetSpec } from '../../../src/demand/stateful-set-spec.ts';
import { settleStatefulSet, type StatefulPods } from '../../../src/demand/stateful-set.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { createRoom } from './counted-room.ts';

const template = { metadata: { name: 'data' } };

function podsOf(
  parts: Partial<StatefulPods<string>> & { readonly claims?: Map<number, Map<number, string>> },
): StatefulPods<string> {
  return {
    runs: [],
    claims: new Map(),
    claimItems: [],
    updated: { pod: 'new', ephemeral: [], becomesReady: true },
    current: { pod: 'old', ephemeral: [], becomesReady: true },
    ...parts,
  };
}

const oldRun = (first: number, count: number, more: Partial<Run<string>> = {}): Run<string> => ({
  first,
  count,
  items: ['old'],
  lacking: [],
  becomesReady: true,
  updated: false,
  ...more,
});

function play(
  spec: JsonObject,
  replicas: number,
  pods: StatefulPods<string>,
  bound: number,
  sizes: Readonly<Record<string, number>>,
): { readonly used: number; readonly pods: number; readonly updated: number; readonly refused: unknown } {
  const held = pods.runs.reduce(
    (sum, { items, count }) => sum + count * items.reduce((size, item) => size + (sizes[item] ?? 0), 0),
    0,
  );
  const room = createRoom(bound, sizes, held);
  const { refused } = settleStatefulSet(readStatefulSetSpec({ spec }, replicas, 37), pods, room);
  const updated = countRuns(pods.runs.filter((run) => run.updated));
  return { used: room.used(), pods: countRuns(pods.runs), updated, refused };
}

describe('a new StatefulSet', () => {
  it('makes its pods in order, as far as they fit', () => {
    expect(play({}, 5, podsOf({}), 3, { new: 1 })).toEqual({
      used: 3,
      pods: 3,
      updated: 3,
      refused: { kind: 'pod', ordinal: 3, updated: true },
    });
  });

  it('keeps the claim of the pod that was refused', () => {
    const outcome = play({ volumeClaimTemplates: [template] }, 5, podsOf({ claimItems: ['claim'] }), 35, {
      new: 10,
      claim: 1,
    });
    // Three pods with their claims are 33; the fourth claim makes 34, and its pod does not fit.
    expect(outcome).toMatchObject({ used: 34, pods: 3, refused: { kind: 'pod', ordinal: 3 } });
  });

  it('in parallel goes on to the end of the batch that failed', () => {
    const spec = { podManagementPolicy: 'Parallel', volumeClaimTemplates: [template] };
    // Batches are 1, 2 and 4 pods: of the third all four claims are made, of the eighth pod none.
    const outcome = play(spec, 8, podsOf({ claimItems: ['claim'] }), 48, { new: 10, claim: 1 });
    expect(outcome).toMatchObject({ used: 47, pods: 4, refused: { kind: 'pod', ordinal: 4 } });
  });

  it('stops at the first pod when pods never become ready', () => {
    const pods = podsOf({ updated: { pod: 'new', ephemeral: [], becomesReady: false } });
    expect(play({}, 5, pods, 99, { new: 1 })).toMatchObject({ pods: 1, refused: null });
  });

  it('in parallel does not wait for pods to become ready', () => {
    const pods = podsOf({ updated: { pod: 'new', ephemeral: [], becomesReady: false } });
    expect(play({ podManagementPolicy: 'Parallel' }, 5, pods, 99, { new: 1 })).toMatchObject({
      pods: 5,
      refused: null,
    });
  });

  it('takes over claims that are there', () => {
    const claims = new Map([[1, new Map([[0, 'claim']])]]);
    const outcome = play({ volumeClaimTemplates: [template] }, 2, podsOf({ claimItems: ['claim'], claims }), 21, {
      new: 10,
      claim: 1,
    });
    expect(outcome).toMatchObject({ used: 21, pods: 2, refused: null });
  });
});

describe('an update of a StatefulSet', () => {
  it('replaces pod by pod without room to spare', () => {
    expect(play({}, 4, podsOf({ runs: [oldRun(0, 4)] }), 4, { old: 1, new: 1 })).toEqual({
      used: 4,
      pods: 4,
      updated: 4,
      refused: null,
    });
  });

  it('gets stuck one pod short when larger pods do not fit', () => {
    expect(play({}, 4, podsOf({ runs: [oldRun(0, 4)] }), 5, { old: 1, new: 2 })).toEqual({
      used: 4,
      pods: 3,
      updated: 1,
      refused: { kind: 'pod', ordinal: 2, updated: true },
    });
  });

  it('leaves the pods below the partition', () => {
    const spec = { updateStrategy: { rollingUpdate: { partition: 3 } } };
    expect(play(spec, 4, podsOf({ runs: [oldRun(0, 4)] }), 9, { old: 1, new: 1 })).toMatchObject({
      pods: 4,
      updated: 1,
    });
  });

  it('makes missing pods below the partition of the old version', () => {
    const spec = { updateStrategy: { rollingUpdate: { partition: 3 } } };
    expect(play(spec, 4, podsOf({ runs: [oldRun(0, 1)] }), 9, { old: 1, new: 1 })).toMatchObject({
      pods: 4,
      updated: 1,
    });
  });

  it('on delete replaces nothing', () => {
    const spec = { updateStrategy: { type: 'OnDelete' } };
    expect(play(spec, 4, podsOf({ runs: [oldRun(0, 4)] }), 9, { old: 1, new: 1 })).toMatchObject({
      pods: 4,
      updated: 0,
    });
  });

  it('does not begin while a new ordinal is refused', () => {
    expect(play({}, 5, podsOf({ runs: [oldRun(0, 4)] }), 4, { old: 1, new: 1 })).toMatchObject({ pods: 4, updated: 0 });
  });

  it('of a million pods asks little', () => {
    const room = createRoom(2_000_000, { old: 1, new: 2 }, 1_000_000);
    const pods = podsOf({ runs: [oldRun(0, 1_000_000)] });
    settleStatefulSet(readStatefulSetSpec({}, 1_000_000, 37), pods, room);
    expect([countRuns(pods.runs), room.asked() < 50]).toEqual([1_000_000, true]);
  });
});

describe('scaling a StatefulSet down', () => {
  it('keeps the claims of pods that go', () => {
    const runs = [oldRun(0, 5, { updated: true, items: ['new'] })];
    const outcome = play({ volumeClaimTemplates: [template] }, 2, podsOf({ runs, claimItems: ['claim'] }), 99, {
      new: 10,
      claim: 1,
    });
    expect(outcome).toMatchObject({ used: 20, pods: 2 });
  });

  it('deletes them where the policy says so', () => {
    const runs = [oldRun(0, 5, { updated: true, items: ['new'] })];
    const spec = { volumeClaimTemplates: [template], persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } };
    const outcome = play(spec, 2, podsOf({ runs, claimItems: ['claim'] }), 99, { new: 10, claim: 1 });
    expect(outcome).toMatchObject({ used: 17, pods: 2 });
  });

  it('moves the first ordinal: new ones come before old ones go', () => {
    const runs = [oldRun(0, 3, { updated: true, items: ['new'] })];
    const room = createRoom(99, { new: 1 }, 3);
    const pods = podsOf({ runs });
    settleStatefulSet(readStatefulSetSpec({ spec: { ordinals: { start: 2 } } }, 3, 37), pods, room);
    expect([room.highest(), pods.runs]).toEqual([5, [expect.objectContaining({ first: 2, count: 3 })]]);
  });
});
