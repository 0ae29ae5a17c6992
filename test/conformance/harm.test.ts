import { describe, expect, it } from 'vitest';
import type { ReviewLine } from './front.ts';
import { judgeHarm } from './harm.ts';
import type { ObjectOutcome, Recording } from './scenario.ts';

const outcome = (changes: Partial<ObjectOutcome> = {}): ObjectOutcome => ({
  kind: 'Deployment',
  name: 'web',
  admitted: true,
  message: null,
  reason: null,
  blockedBy: [],
  desired: 4,
  pods: 4,
  updated: 4,
  ready: 4,
  missing: false,
  ...changes,
});
const recording = (object: ObjectOutcome, settled = true): Recording => ({
  id: 'one',
  namespace: [],
  before: [],
  apply: [],
  state: {},
  truth: { ...object, usedAfter: {}, usedPeak: {}, settled, objects: [object] },
});
const refusal = outcome({ admitted: false, ready: null, message: 'admission webhook "x" denied the request: short' });
const review = (user: string, verdict: ReviewLine['verdict']): ReviewLine => ({
  user,
  verdict,
  kind: 'Deployment',
  namespace: 'one',
  name: 'web',
});

describe('judgeHarm', () => {
  it.each([
    ['fewer ready pods than without', outcome(), outcome({ ready: 3 }), 'one: Deployment web ended with 3 pods, not 4'],
    [
      'fewer pods, where none says that it is ready',
      outcome({ ready: null }),
      outcome({ ready: null, pods: 0 }),
      'not 4',
    ],
  ])('finds %s', (_, then, now, told) => {
    const { harmed, compared } = judgeHarm([recording(then)], [recording(now)], []);
    expect([harmed, compared]).toEqual([[expect.stringContaining(told)], 1]);
  });

  it.each([
    ['as many', outcome(), outcome()],
    ['more', outcome({ ready: 3 }), outcome()],
    ['none, since it was refused', outcome(), refusal],
  ])('holds nothing against %s', (_, then, now) => {
    expect(judgeHarm([recording(then)], [recording(now)], []).harmed).toEqual([]);
  });

  it('compares only what came to rest both times', () => {
    const now = recording(outcome({ ready: 3 }));
    expect(judgeHarm([recording(outcome(), false)], [now], []).harmed).toEqual([]);
    expect(judgeHarm([], [now], []).harmed).toEqual([]);
  });

  it('counts what was refused, and names what lacked nothing without the webhook', () => {
    const short = outcome({ missing: true, ready: 2 });
    expect(judgeHarm([recording(short)], [recording(refusal)], [])).toMatchObject({ refused: 1, spared: [] });
    expect(judgeHarm([recording(outcome())], [recording(refusal)], [])).toMatchObject({
      refused: 1,
      spared: [expect.stringContaining('one: Deployment web: admission webhook')],
    });
  });

  it('finds controllers that were denied, and whoever was for what could not be found out', () => {
    const controller = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
    const reviews = [review('admin', 'denied'), review(controller, 'warned'), review(controller, 'denied')];
    expect(judgeHarm([], [], [...reviews, review('admin', 'failed')]).misjudged).toEqual([
      `one: Deployment web of ${controller} was denied`,
      'one: Deployment web of admin was failed',
    ]);
  });
});
