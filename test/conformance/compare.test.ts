import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { compare } from './compare.ts';
import type { ObjectOutcome, Recording } from './scenario.ts';

const MESSAGE =
  'Error creating: pods "web-b6497c55d-5q7cd" is forbidden: exceeded quota: team, requested: limits.cpu=1, used: limits.cpu=4, limited: limits.cpu=4';

const OUTCOME: ObjectOutcome = {
  kind: 'Deployment',
  name: 'web',
  admitted: true,
  message: MESSAGE,
  reason: 'exceeded-quota',
  blockedBy: [{ quota: 'team', resources: ['limits.cpu'] }],
  desired: 8,
  pods: 4,
  updated: 4,
  ready: 4,
  missing: true,
  sameWords: true,
};

const RECORDING: Recording = {
  id: 'made',
  namespace: [],
  before: [],
  apply: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }],
  state: { apiVersion: 'v1', kind: 'List', items: [] },
  truth: {
    ...OUTCOME,
    usedAfter: { team: { 'limits.cpu': '4' } },
    usedPeak: { team: { 'limits.cpu': '4' } },
    settled: true,
    objects: [OUTCOME],
  },
};

const PODS = {
  desired: 8,
  created: 4,
  reason: 'exceeded-quota',
  message: MESSAGE.replace('web-b6497c55d-5q7cd', 'web-*'),
  blockedBy: [{ quota: 'team', resource: 'limits.cpu', requested: '1', used: '4', hard: '4' }],
};

function reportOf(pods: JsonObject, more: JsonObject = {}, amounts: JsonObject = {}): JsonObject {
  const workload = { kind: 'Deployment', name: 'web', admitted: true, reason: null, rollout: null, pods, ...more };
  const resources = { 'limits.cpu': { hard: '4', used: '0', after: '4000m', wanted: '8', peak: '8', ...amounts } };
  return { workloads: [workload], quotas: [{ name: 'team', resources }] };
}

describe('the comparison of a report with a recording', () => {
  it('finds nothing where all came as foretold, however amounts are spelled', () => {
    expect(compare(reportOf(PODS), RECORDING)).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['pods of Deployment/web', reportOf({ ...PODS, created: 5 })],
    ['desired of Deployment/web', reportOf({ ...PODS, desired: 4 })],
    ['reason of Deployment/web', reportOf({ ...PODS, reason: 'must-specify' })],
    ['blockedBy of Deployment/web', reportOf({ ...PODS, blockedBy: [] })],
    [
      'message of Deployment/web',
      reportOf({ ...PODS, message: MESSAGE.replace('used: limits.cpu=4', 'used: limits.cpu=3') }),
    ],
    ['admitted of Deployment/web', reportOf(PODS, { admitted: false })],
    ['rollout.completes of Deployment/web', reportOf(PODS, { rollout: { completes: true } })],
    ['after of team limits.cpu', reportOf(PODS, {}, { after: '5' })],
    ['peak of team limits.cpu', reportOf(PODS, {}, { peak: '3999m' })],
  ])('finds a wrong %s', (about, report) => {
    expect(compare(report, RECORDING).map((found) => found.about)).toEqual([about]);
  });

  it('asks for one of the quotas that the server could have named, with exactly its resources', () => {
    const blockedBy = [...PODS.blockedBy, { quota: 'other', resource: 'pods' }];
    expect(compare(reportOf({ ...PODS, blockedBy }), RECORDING)).toEqual([]);
    const tooMuch = [...PODS.blockedBy, { quota: 'team', resource: 'pods' }];
    expect(compare(reportOf({ ...PODS, blockedBy: tooMuch }), RECORDING)).toHaveLength(1);
  });

  it('does not compare words that chance chose', () => {
    const outcome = { ...OUTCOME, sameWords: false };
    const recording = { ...RECORDING, truth: { ...RECORDING.truth, objects: [outcome] } };
    expect(compare(reportOf({ ...PODS, message: 'other words' }), recording)).toEqual([]);
  });

  it('tells of an object that the report leaves out', () => {
    expect(compare({ workloads: [], quotas: [] }, RECORDING).map(({ about }) => about)).toEqual([
      'Deployment/web',
      'after of team limits.cpu',
    ]);
  });
});
