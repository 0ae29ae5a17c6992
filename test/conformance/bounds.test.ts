import { describe, expect, it } from 'vitest';
import { deriveBounds, judgeBounds } from './bounds.ts';
import type { Recording, Truth } from './scenario.ts';

const TRUTH: Truth = {
  admitted: true,
  message: null,
  reason: null,
  blockedBy: [],
  desired: 5,
  pods: 3,
  updated: 3,
  ready: 3,
  usedAfter: {},
  usedPeak: {},
  settled: true,
};

const WEB = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas: 5, paused: false },
};

const RECORDING: Recording = {
  id: 's1-0000',
  namespace: [],
  before: [],
  apply: [WEB],
  state: { apiVersion: 'v1', kind: 'List', items: [] },
  truth: TRUTH,
};

const reportOf = (maxReplicas: number | null) => ({ workloads: [{ kind: 'Deployment', name: 'web', maxReplicas }] });
const played = (id: string, pods: number): Recording => ({ ...RECORDING, id, truth: { ...TRUTH, pods } });

describe('the bounds of maxReplicas', () => {
  it('are the foretold number and one more, with everything else as it is', () => {
    const bounds = deriveBounds(RECORDING, reportOf(3));
    expect(bounds.map(({ scenario, replicas, fits }) => [scenario.id, replicas, fits])).toEqual([
      ['s1-0000-most', 3, true],
      ['s1-0000-more', 4, false],
    ]);
    expect(bounds[0]?.scenario.apply).toEqual([{ ...WEB, spec: { replicas: 3, paused: false } }]);
    expect(bounds[0]?.scenario).not.toHaveProperty('truth');
  });

  it('are only one where nothing fits, since no replicas always fit', () => {
    expect(deriveBounds(RECORDING, reportOf(0)).map(({ replicas }) => replicas)).toEqual([1]);
  });

  it.each([
    ['the report names no number', RECORDING, reportOf(null)],
    ['the number is too large to play', RECORDING, reportOf(1000)],
    ['several objects are applied', { ...RECORDING, apply: [WEB, WEB] }, reportOf(3)],
    ['the object was refused', { ...RECORDING, truth: { ...TRUTH, admitted: false } }, reportOf(3)],
    ['its kind has no replicas', { ...RECORDING, apply: [{ ...WEB, kind: 'Job' }] }, reportOf(3)],
  ])('are none where %s', (_why, recording, report) => {
    expect(deriveBounds(recording, report)).toEqual([]);
  });

  it('hold when so many exist and one more does not', () => {
    const bounds = deriveBounds(RECORDING, reportOf(3));
    expect(judgeBounds(bounds, [played('s1-0000-most', 3), played('s1-0000-more', 3)])).toEqual([]);
  });

  it('tell which side was wrong', () => {
    const bounds = deriveBounds(RECORDING, reportOf(3));
    expect(judgeBounds(bounds, [played('s1-0000-most', 2), played('s1-0000-more', 4)])).toEqual([
      { about: 'maxReplicas in s1-0000-most', foretold: 'all of 3 exist', real: '2 exist' },
      { about: 'maxReplicas in s1-0000-more', foretold: 'not all of 4 exist', real: '4 exist' },
    ]);
  });
});
