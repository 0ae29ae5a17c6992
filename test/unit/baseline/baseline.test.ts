import { describe, expect, it } from 'vitest';
import { compareReport, tightenBaseline } from '../../../src/baseline/apply.ts';
import { createBaseline, parseBaseline, printBaseline } from '../../../src/baseline/baseline-file.ts';
import type { Finding } from '../../../src/report/report.ts';
import { makeFinding, makeReport } from '../../helpers/sample-report.ts';

const free = { paths: ['.'], digestOf: () => null, isLocked: () => false };
const against = { kind: 'baseline', file: 'quotafit-baseline.json' } as const;

/** What comes out of `now` when `then` was written to a baseline file and read again. */
function compare(then: readonly Finding[], now: readonly Finding[], locked: readonly string[] = []) {
  const baseline = parseBaseline(printBaseline(createBaseline(makeReport(then), free)));
  if (baseline.kind !== 'Baseline') throw new Error(baseline.problem);
  return compareReport(makeReport(now), baseline, { ...free, against, isLocked: (rule) => locked.includes(rule) });
}

const quota = (data: Finding['data'], given: Partial<Finding> = {}): Finding =>
  makeFinding({ rule: 'quota/exceeded', data: { quota: 'team', resource: 'limits.cpu', ...data }, ...given });

const amounts = (values: readonly string[]): Finding[] => values.map((requested) => quota({ requested }));

describe('a finding of the baseline', () => {
  it.each([
    ['stands as it stood', makeFinding()],
    ['moved to another line and file', makeFinding({ file: 'other/place.yaml', line: 90, endLine: 91 })],
    ['has another message in another language', makeFinding({ message: 'Dem Container fehlt ein Limit' })],
    ['is a warning now', makeFinding({ level: 'warning' })],
    [
      'names another container image, which is no amount',
      makeFinding({ data: { container: 'web', resource: 'memory', tag: '9.99' } }),
    ],
  ])('is not told again when it %s', (_, now) => {
    const { report, changes } = compare(
      [makeFinding({ data: { container: 'web', resource: 'memory', tag: '1.25' } })],
      [now],
    );
    expect(report.findings).toEqual([]);
    expect(report.summary).toMatchObject({ errors: 0, warnings: 0 });
    expect(report.comparison).toMatchObject({ known: 1, fixed: [] });
    expect(changes.fixed).toEqual([]);
  });

  it.each([
    ['a larger amount', quota({ requested: '2', hard: '4' }), quota({ requested: '2001m', hard: '4' })],
    ['a larger amount in another notation', quota({ requested: '1Gi' }), quota({ requested: '1100M' })],
    ['a lower hard limit', quota({ requested: '2', hard: '1' }), quota({ requested: '2', hard: '500m' })],
    ['a larger ratio, whatever it is made of', quota({ ratio: 4, limit: '4' }), quota({ ratio: 4.5, limit: '9' })],
    ['more pods missing', quota({ missing: 3, used: '4' }), quota({ missing: 4, used: '2' })],
    ['fewer replicas', quota({ replicas: 2 }), quota({ replicas: 1 })],
    ['a higher level', quota({}, { level: 'warning' }), quota({})],
  ])('is told again with what it was when it has %s', (_, then, now) => {
    const { report } = compare([then], [now]);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]?.was?.level).toBe(then.level);
    expect(report.summary.errors).toBe(1);
  });

  it.each([
    ['a smaller amount', quota({ requested: '2', hard: '1' }), quota({ requested: '1500m', hard: '1' })],
    ['the same amount spelt otherwise', quota({ requested: '1' }), quota({ requested: '1000m' })],
    [
      'fewer pods missing, while more of the quota is used',
      quota({ missing: 4, used: '3600m' }),
      quota({ missing: 3, used: '4' }),
    ],
    ['a smaller ratio, whatever it is made of', quota({ ratio: 9, limit: '9' }), quota({ ratio: 8, limit: '8' })],
    ['a higher hard limit', quota({ requested: '9', hard: '1' }), quota({ requested: '9', hard: '8' })],
    [
      'an amount beyond doubles that did not grow',
      quota({ used: '9007199254740993' }),
      quota({ used: '9007199254740992' }),
    ],
  ])('is not told again when it has %s', (_, then, now) => {
    expect(compare([then], [now]).report.findings).toEqual([]);
  });

  it('is fixed when no finding answers to it, and told as such', () => {
    const { report, changes } = compare([makeFinding(), quota({})], [makeFinding()]);
    expect(changes.fixed.map((finding) => finding.rule)).toEqual(['quota/exceeded']);
    expect(report.comparison?.fixed).toEqual([
      { rule: 'quota/exceeded', resource: quota({}).resource, path: quota({}).path },
    ]);
  });
});

describe('a finding that the baseline does not have', () => {
  it('is new, and has no past', () => {
    const { report } = compare([], [makeFinding()]);
    expect(report.findings).toEqual([makeFinding()]);
  });

  it.each([
    ['resource', { resource: 'memory' }, { resource: 'cpu' }],
    ['side', { resource: 'memory', side: 'request' }, { resource: 'memory', side: 'limit' }],
  ])('is new where another %s at the same place was known', (_, then, now) => {
    const { report, changes } = compare([makeFinding({ data: then })], [makeFinding({ data: now })]);
    expect([report.findings.length, changes.fixed.length]).toEqual([1, 1]);
  });

  it('stays new when its twin of another overlay is the one that was known', () => {
    const { report } = compare(
      [makeFinding({ file: 'a.yaml' })],
      ['a.yaml', 'b.yaml'].map((file) => makeFinding({ file })),
    );
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).not.toHaveProperty('was');
  });
});

describe('several findings of one fingerprint', () => {
  it.each([
    ['a swap', ['1', '2', '3'], ['3', '1', '2'], []],
    ['one that grew', ['1', '2', '3'], ['1', '2', '4'], ['4']],
    ['one that shrank past another', ['4', '2'], ['1', '2'], []],
    ['one that must leave its best match to another', ['3', '5'], ['4', '2'], []],
    ['one that grew where another was mended', ['5', '1'], ['2'], []],
    ['one more', ['1'], ['1', '1'], ['1']],
  ])('come out right with %s', (_, then, now, worse) => {
    const { report } = compare(amounts(then), amounts(now));
    expect(report.findings.map((finding) => finding.data['requested'])).toEqual(worse);
  });

  it('are matched as well as they can be where no order is total', () => {
    const then = [quota({ requested: '2', used: '9' }), quota({ requested: '9', used: '2' })];
    const now = [quota({ requested: '1', used: '1' }), quota({ requested: '2', used: '8' })];
    expect(compare(then, now).report.findings).toEqual([]);
    expect(compare(then, now.toReversed()).report.findings).toEqual([]);
  });
});

describe('a locked rule', () => {
  it('is told whether or not the baseline knows it', () => {
    const { report } = compare([makeFinding()], [makeFinding()], ['resources/limits-required']);
    expect(report.findings).toEqual([makeFinding()]);
  });

  it('never enters a baseline', () => {
    const baseline = createBaseline(makeReport([makeFinding()]), { ...free, isLocked: () => true });
    expect(baseline.findings).toEqual([]);
  });
});

describe('a file that could not be read', () => {
  const broken = { level: 'error', file: 'a.yaml', line: 3, column: 1, message: 'unexpected end' } as const;
  const digests: Readonly<Record<string, string>> = { 'a.yaml': '1', 'renamed.yaml': '1', 'other.yaml': '2' };
  const digestOf = (file: string): string | null => digests[file] ?? null;

  it.each([
    ['in the same file at another line', { ...broken, line: 8 }, 0],
    ['in the same bytes under another name', { ...broken, file: 'renamed.yaml' }, 0],
    ['in another file', { ...broken, file: 'other.yaml' }, 1],
    ['for another reason', { ...broken, message: 'duplicate key' }, 1],
  ])('is judged by its message and file: %s', (_, now, count) => {
    const baseline = createBaseline(makeReport([], [broken]), { ...free, digestOf });
    const { report } = compareReport(makeReport([], [now]), baseline, { ...free, digestOf, against });
    expect(report.diagnostics).toHaveLength(count);
    expect(report.summary.errors).toBe(count);
  });
});

const tighten = (then: readonly Finding[], now: readonly Finding[], judged = true): readonly unknown[] => {
  const baseline = createBaseline(makeReport(then), free);
  const compared = compareReport(makeReport(now), baseline, { ...free, against });
  const { findings } = tightenBaseline(baseline, compared, { hasResource: () => judged, hasFile: () => judged });
  return findings.map(({ rule, level, amounts }) => [rule, level, amounts['requested'] ?? '']);
};

describe('a baseline after a run', () => {
  const other = makeFinding({
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: '', name: 'other' },
    fingerprint: 'other',
  });
  const limits = 'resources/limits-required';
  const exceeded = 'quota/exceeded';

  it('has lost what is fixed', () => {
    expect(tighten([makeFinding(), quota({ requested: '4' })], [makeFinding()])).toEqual([[limits, 'error', '']]);
  });

  it('has what got better as it stands now, and what got worse as it stood', () => {
    expect(tighten([quota({ requested: '4' })], [quota({ requested: '3' }, { level: 'warning' })])).toEqual([
      [exceeded, 'warning', '3'],
    ]);
    expect(tighten([quota({ requested: '4' })], [quota({ requested: '9' })])).toEqual([[exceeded, 'error', '4']]);
  });

  it('has not gained what is new', () => {
    expect(tighten([], [makeFinding()])).toEqual([]);
  });

  it('keeps what was not judged', () => {
    expect(tighten([other], [], false)).toEqual([[limits, 'error', '']]);
  });
});

describe('a baseline file', () => {
  it('has one line for each entry, sorted, and reads back as what was written', () => {
    const report = makeReport([quota({ requested: '4' }), makeFinding()], []);
    const text = printBaseline(createBaseline(report, free));
    expect(text).toBe(printBaseline(createBaseline(makeReport([makeFinding(), quota({ requested: '4' })]), free)));
    expect(text.split('\n').filter((line) => line.includes('fingerprint'))).toHaveLength(2);
    expect(parseBaseline(text)).toMatchObject({ kind: 'Baseline', findings: [{ amounts: { requested: '4' } }, {}] });
  });

  it.each([
    ['', 'it is no JSON'],
    ['{"apiVersion": "quotafit.dev/v1", "kind": "Baseline", "findings": [', 'it is no JSON'],
    [
      '{"apiVersion": "quotafit.dev/v9", "kind": "Baseline"}',
      'it is of "quotafit.dev/v9", this quotafit reads "quotafit.dev/v1"',
    ],
    ['{"kind": "Baseline"}', 'it is of no version, this quotafit reads "quotafit.dev/v1"'],
    [
      '{"apiVersion": "quotafit.dev/v1", "kind": "Baseline", "paths": [], "diagnostics": [], "findings": [{"level": 3}]}',
      '/findings/0',
    ],
    ['null', 'must be object'],
  ])('that reads %j is refused with the reason', (text, problem) => {
    expect(parseBaseline(text)).toEqual({
      kind: 'baseline-problem',
      problem: expect.stringContaining(problem) as string,
    });
  });
});
