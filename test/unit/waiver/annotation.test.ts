import { describe, expect, it } from 'vitest';
import { readAnnotation } from '../../../src/waiver/annotation.ts';
import { checkTexts, createJudge, readTexts } from '../../helpers/check.ts';
import { checkObject } from '../../../src/check/check-object.ts';
import { checkRelease } from '../../../src/check/check.ts';
import type { Judge } from '../../../src/check/judge.ts';
import { createRuleResolver } from '../../../src/config/rules.ts';
import { emptyLayer, type ConfigLayer } from '../../../src/config/layer.ts';
import { applyWaivers } from '../../../src/waiver/waiver.ts';

const pod = (annotation: string): string =>
  `# first line\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n    ${annotation}\nspec:\n  containers: [{ name: main, image: web }]\n`;
const listed = (waiver: string): string => `quotafit.dev/waive: |\n      ${waiver}`;
const entry = (rule: string, until = '2026-06-01'): string =>
  `- { rule: ${rule}, reason: slow vendor, owner: ops, until: ${until} }`;

async function read(annotation: string) {
  const { objects } = await readTexts({ 'a.yaml': pod(annotation) });
  const [object] = objects;
  return object === undefined ? null : readAnnotation(object);
}

describe('readAnnotation', () => {
  it.each([
    ['a list in YAML', listed(entry('images/*'))],
    [
      'one waiver in YAML',
      listed('rule: images/*\n      reason: slow vendor\n      owner: ops\n      until: 2026-06-01'),
    ],
    [
      'JSON',
      `quotafit.dev/waive: '[{"rule": "images/*", "reason": "slow vendor", "owner": "ops", "until": "2026-06-01"}]'`,
    ],
  ])('reads %s, and tells where it stands', async (_, annotation) => {
    expect(await read(annotation)).toMatchObject({
      waivers: [
        {
          rule: 'images/*',
          reason: 'slow vendor',
          owner: 'ops',
          until: '2026-06-01',
          match: { kind: 'Pod', namespace: 'shop', name: 'web' },
        },
      ],
      problems: [],
      place: { file: 'a.yaml', line: 8, column: 5, pointer: '/metadata/annotations/quotafit.dev~1waive' },
    });
  });

  it('is null where there is none', async () => {
    expect(await read('other: text')).toBeNull();
  });

  it.each([
    ['a list that is no text', 'quotafit.dev/waive: [x]', 'must be a text: write "quotafit.dev/waive: |"'],
    ['nothing', 'quotafit.dev/waive: ""', 'must hold one waiver'],
    ['two documents', listed(`${entry('a/b')}\n      ---\n      ${entry('a/b')}`), 'must hold one waiver'],
    ['broken YAML', listed('- { rule: a\n      - b'), 'line '],
    ['a word', 'quotafit.dev/waive: "*"', 'line 1'],
    ['another word', 'quotafit.dev/waive: all', 'must be a map with rule, reason, owner, until'],
    ['an unknown key', listed('- { rule: a/b, match: {} }'), 'unknown key "match"'],
    ['no owner', listed('- { rule: a/b, reason: r, until: 2026-06-01 }'), 'the key "owner" is missing'],
    [
      'a number',
      listed('- { rule: a/b, reason: 7, owner: o, until: 2026-06-01 }'),
      'reason must be a text; put quotes around it',
    ],
    ['an empty reason', listed('- { rule: a/b, reason: "", owner: o, until: 2026-06-01 }'), 'reason must not be empty'],
    ['no day that there is', listed(entry('a/b', '2026-02-30')), 'until: 2026-02-30 is no date'],
    ['a month', listed(entry('a/b', '2026-02')), 'until: 2026-02 is no date'],
  ])('says what is wrong with %s', async (_, annotation, problem) => {
    const reading = await read(annotation);
    expect(reading?.waivers).toEqual([]);
    expect(reading?.problems).toHaveLength(1);
    expect(reading?.problems[0]).toContain(problem);
  });

  it('keeps what is right beside what is broken, and tells which that is', async () => {
    const reading = await read(listed(`${entry('a/b')}\n      - { rule: a/c }`));
    expect(reading?.waivers.map(({ rule }) => rule)).toEqual(['a/b']);
    expect(reading?.problems).toEqual(['waiver 2: the key "reason" is missing']);
  });
});

function judgeOf(organisation: Partial<ConfigLayer>, project: Partial<ConfigLayer> = {}): Judge {
  const judge = createJudge();
  const layers = { organisation: { ...emptyLayer, ...organisation }, project: { ...emptyLayer, ...project } };
  const entries = judge.engines.flatMap(({ catalog }) => catalog.rules);
  const rules = createRuleResolver({ rules: entries, ...layers, flags: {} });
  const now = new Date('2026-06-01T23:59:59Z');
  return { ...judge, rules, waivers: applyWaivers({ ...layers, isLocked: rules.isLocked, now }) };
}

const locked = { 'images/tag-required': { level: 'error', locked: true } } as const;
const tag = 'images/tag-required';

describe('a waiver in an annotation', () => {
  it.each<[string, string, Partial<ConfigLayer>, Partial<ConfigLayer>, readonly string[]]>([
    ['hides what it names where the organisation allows it', entry(tag), { waiverAnnotations: true }, {}, []],
    ['hides nothing else', entry('images/pull-policy'), { waiverAnnotations: true }, {}, [tag]],
    ['may name a glob', entry('images/*'), { waiverAnnotations: true }, {}, []],
    ['hides nothing where the organisation is silent', entry(tag), {}, {}, [tag, 'waiver/not-allowed']],
    [
      'hides nothing where the organisation forbids it',
      entry(tag),
      { waiverAnnotations: false },
      {},
      [tag, 'waiver/not-allowed'],
    ],
    [
      'hides nothing where only the project allows it',
      entry(tag),
      {},
      { waiverAnnotations: true },
      [tag, 'waiver/not-allowed'],
    ],
    ['leaves a locked rule alone', entry(tag), { waiverAnnotations: true, rules: locked }, {}, [tag]],
    [
      'is over after its last day, and says so',
      entry(tag, '2026-05-31'),
      { waiverAnnotations: true },
      {},
      [tag, 'waiver/expired'],
    ],
    ['that is broken says so', '- { rule: images/* }', { waiverAnnotations: true }, {}, [tag, 'waiver/invalid']],
    [
      'that is not allowed says so once, whatever is in it',
      `- { rule: images/* }\n      ${entry(tag, '2026-05-31')}`,
      {},
      {},
      [tag, 'waiver/not-allowed'],
    ],
  ])('%s, in a file and in an admission review alike', async (_, waiver, organisation, project, expected) => {
    const judge = judgeOf(organisation, project);
    const release = await readTexts({ 'a.yaml': pod(listed(waiver)) });
    const [object] = release.objects;
    if (object === undefined) throw new Error('no object');
    const around = { limitRanges: [], readConfigMap: () => null };
    const reviewed = checkObject({ ...object, source: null }, around, judge);
    for (const { findings } of [checkRelease(release, judge).report, reviewed]) {
      const told = findings.filter(({ rule }) => rule === tag || rule.startsWith('waiver/'));
      expect(told.map(({ rule }) => rule).sort()).toEqual(expected);
    }
  });

  it('is told of at its place, as a finding of its object that a baseline can know', async () => {
    const { report } = await checkTexts({ 'a.yaml': pod(listed(entry(tag))) });
    expect(report.findings.find(({ rule }) => rule === 'waiver/not-allowed')).toMatchObject({
      level: 'warning',
      file: 'a.yaml',
      line: 8,
      column: 5,
      path: '/metadata/annotations/quotafit.dev~1waive',
      resource: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' },
      fingerprint: 'waiver/not-allowed Pod shop/web /metadata/annotations/quotafit.dev~1waive',
    });
  });
});
