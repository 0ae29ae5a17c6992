import { describe, expect, it } from 'vitest';
import { emptyLayer, type LayerWaiver } from '../../../src/config/layer.ts';
import type { MatchSubject } from '../../../src/config/match.ts';
import { applyWaivers, type Waivers } from '../../../src/waiver/waiver.ts';

const subject: MatchSubject = { apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'web', labels: {}, path: null };

const waiver = (more: Partial<LayerWaiver> = {}): LayerWaiver => ({
  rule: 'images/tag-required',
  match: { name: 'web' },
  reason: 'because',
  owner: 'a@example.com',
  until: '2026-06-30',
  folder: '/',
  place: { file: 'quotafit.yaml', pointer: '/waivers/0', line: 4, column: 5, endLine: 4, endColumn: 9 },
  ...more,
});

interface Given {
  readonly project?: readonly LayerWaiver[];
  readonly organisation?: readonly LayerWaiver[];
  readonly locked?: boolean;
  readonly now?: string;
}

function apply({ project = [], organisation = [], locked = false, now = '2026-06-30T12:00:00Z' }: Given): Waivers {
  return applyWaivers({
    project: { ...emptyLayer, waivers: project },
    organisation: { ...emptyLayer, waivers: organisation },
    isLocked: () => locked,
    now: new Date(now),
  });
}

const isExcused = (given: Given, rule = 'images/tag-required'): boolean =>
  apply(given).findWaiver(rule, subject, null) !== null;

describe('applyWaivers', () => {
  it.each<[string, Given, boolean]>([
    [
      'holds on its last day, to the last second in UTC',
      { project: [waiver()], now: '2026-06-30T23:59:59.999Z' },
      true,
    ],
    ['is over when the next day begins in UTC', { project: [waiver()], now: '2026-07-01T00:00:00Z' }, false],
    [
      'goes by UTC whatever the offset of the time given',
      { project: [waiver()], now: '2026-07-01T01:00:00+02:00' },
      true,
    ],
    ['covers a glob of rules', { project: [waiver({ rule: 'images/*' })] }, true],
    ['covers no other rule', { project: [waiver({ rule: 'images/pull-policy' })] }, false],
    ['covers no other object', { project: [waiver({ match: { name: 'api' } })] }, false],
    ['of the project leaves a locked rule alone', { project: [waiver()], locked: true }, false],
    ['of the organisation covers a locked rule', { organisation: [waiver()], locked: true }, true],
  ])('a waiver %s', (_, given, expected) => {
    expect(isExcused(given)).toBe(expected);
  });

  it('warns of each waiver that is over, at its place', () => {
    const { expired } = apply({
      project: [waiver()],
      organisation: [waiver({ until: '2026-06-29' })],
      now: '2026-07-01',
    });
    expect(expired).toHaveLength(2);
    expect(expired[1]).toMatchObject({
      rule: 'waiver/expired',
      level: 'warning',
      file: 'quotafit.yaml',
      line: 4,
      path: '/waivers/0',
      data: { until: '2026-06-30', owner: 'a@example.com' },
    });
  });
});
