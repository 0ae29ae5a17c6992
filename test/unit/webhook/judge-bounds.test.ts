import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../../src/fit/commitment.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { emptyNamespace, readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { warnOfBounds } from '../../../webhook/judge-bounds.ts';
import { objectOf } from '../../helpers/kube-objects.ts';
import { deploymentOf } from '../../helpers/review-request.ts';

const bound = (kind: string, name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'a' },
  spec,
});
const quota = (hard: JsonObject, name = 'team') => bound('ResourceQuota', name, { hard });
const limitRange = (item: JsonObject) => bound('LimitRange', 'sizes', { limits: [{ type: 'Container', ...item }] });

async function warn(stored: readonly JsonObject[], written: JsonObject, level: 'error' | 'off' = 'error') {
  const { cluster, namespaces, volumes } = readState(stored.map(objectOf), 'a').state;
  const settings = { cluster, volumes, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
  const remarks = await warnOfBounds(
    {
      commit: createCommitter(),
      levelOf: () => level,
      now: () => 0,
      state: {
        namespace: () => namespaces.get('a') ?? emptyNamespace('a'),
        settings: () => settings,
        fault: () => null,
        reread: () => Promise.reject(new Error('nobody asked')),
      },
    },
    objectOf(written),
  );
  expect(remarks.filter((remark) => remark.level === 'error')).toEqual([]);
  return remarks.map(({ rule, text }) => `${rule}: ${text}`);
}

const fleet = [deploymentOf('web', 4, '1'), deploymentOf('api', 2, '1')];

describe('warnOfBounds', () => {
  it.each<[string, readonly JsonObject[], JsonObject, readonly string[]]>([
    [
      'names what is promised beyond a new hard, and to whom',
      [quota({ 'limits.cpu': '8' }), ...fleet],
      quota({ 'limits.cpu': '5' }),
      [
        'quota/exceeded: quota team would give 5 of limits.cpu, and 6 is promised already (Deployment web 4, Deployment api 2): what is made anew will wait',
      ],
    ],
    ['is silent while all of it fits', [quota({ 'limits.cpu': '8' }), ...fleet], quota({ 'limits.cpu': '6' }), []],
    ['speaks of a first quota too', fleet, quota({ pods: '5' }), [expect.stringContaining('give 5 of pods, and 6')]],
    [
      'is silent about a quota that is raised, and still too small',
      [quota({ 'limits.cpu': '3' }), ...fleet],
      quota({ 'limits.cpu': '4' }),
      [],
    ],
    [
      'is silent about the other quotas',
      [quota({ 'limits.cpu': '1' }, 'small'), ...fleet],
      quota({ 'limits.cpu': '9' }),
      [],
    ],
    [
      'names three of many',
      [...fleet, deploymentOf('b', 1, '1'), deploymentOf('c', 1, '1')],
      quota({ 'limits.cpu': '1' }),
      [expect.stringMatching(/\(Deployment web 4, Deployment api 2, Deployment \w 1, 1 more\)/u)],
    ],
    [
      'names whom a limit range would let in no more',
      [deploymentOf('web', 1, '4'), deploymentOf('api', 1, '1')],
      limitRange({ max: { cpu: '2' } }),
      [
        expect.stringMatching(
          /^quota\/limit-range: Deployment web would get no new pod any more: .*maximum cpu usage per Container is 2/u,
        ),
      ],
    ],
    [
      'counts what a limit range fills in',
      [quota({ 'limits.cpu': '1' }), deploymentOf('web', 1, null)],
      limitRange({ default: { cpu: '2' } }),
      [expect.stringContaining('and 2 is promised')],
    ],
    [
      'names who would have to say what a quota bounds',
      [deploymentOf('web', 1, null)],
      quota({ 'limits.cpu': '9' }),
      [expect.stringContaining('quota/must-specify: Deployment web would get no new pod any more')],
    ],
    [
      'counts whom it does not name, by the rule that they break',
      ['a', 'b', 'c', 'd', 'e'].map((name) => deploymentOf(name, 1, null)),
      quota({ 'limits.cpu': '9' }),
      [
        ...Array.from({ length: 3 }, () => expect.stringMatching(/^quota\/must-specify: Deployment/u) as string),
        'quota/must-specify: 2 more workloads would get no new pod any more',
      ],
    ],
    ['leaves to the server what it will refuse', fleet, quota({ 'limits.cpu': 'much' }), []],
  ])('%s', async (_, stored, written, told) => {
    expect(await warn(stored, written)).toEqual(told);
  });

  it('is silent where the rule is off or waived', async () => {
    expect(await warn(fleet, quota({ pods: '1' }), 'off')).toEqual([]);
  });
});
