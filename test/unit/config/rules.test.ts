import { describe, expect, it } from 'vitest';
import { emptyLayer, type ConfigLayer, type LayerRules } from '../../../src/config/layer.ts';
import type { MatchSubject } from '../../../src/config/match.ts';
import { createRuleResolver } from '../../../src/config/rules.ts';
import type { RuleEntry } from '../../../src/policy/catalog.ts';
import type { Level } from '../../../src/report/report.ts';

const entry = (id: string, level: Level): RuleEntry => ({
  id,
  subject: 'object',
  level,
  title: '',
  description: '',
  lesson: '',
  messages: [],
  params: { max: { description: '', default: 1, schema: { type: 'number' } } },
  urls: [],
  needs: 'facts',
});
const rules = [entry('a/one', 'warning'), entry('a/two', 'off'), entry('b/three', 'error')];
const subject: MatchSubject = { apiVersion: 'v1', kind: 'Pod', namespace: 'dev', name: 'p', labels: {}, path: null };

interface Layers {
  readonly organisation?: Partial<ConfigLayer>;
  readonly project?: Partial<ConfigLayer>;
  readonly flags?: LayerRules;
}

function resolve({ organisation = {}, project = {}, flags = {} }: Layers): {
  readonly levels: Readonly<Record<string, Level>>;
  readonly params: Readonly<Record<string, unknown>>;
} {
  const sources = {
    rules,
    organisation: { ...emptyLayer, ...organisation },
    project: { ...emptyLayer, ...project },
    flags,
  };
  const { levels, params } = createRuleResolver(sources).resolveRules(subject);
  return { levels: Object.fromEntries(levels), params };
}

const inDev = (rules: LayerRules): Pick<ConfigLayer, 'overrides'> => ({
  overrides: [{ match: { namespace: 'dev' }, folder: '/', rules }],
});

describe('createRuleResolver', () => {
  it('begins with the defaults of the rules', () => {
    expect(resolve({})).toEqual({
      levels: { 'a/one': 'warning', 'a/two': 'off', 'b/three': 'error' },
      params: { 'a/one': { max: 1 }, 'a/two': { max: 1 }, 'b/three': { max: 1 } },
    });
  });

  it.each<[string, Layers, Level]>([
    ['the organisation over the default', { organisation: { rules: { 'a/one': { level: 'error' } } } }, 'error'],
    [
      'the project over the organisation',
      { organisation: { rules: { 'a/one': { level: 'error' } } }, project: { rules: { 'a/one': { level: 'off' } } } },
      'off',
    ],
    [
      'an override over its file',
      { project: { rules: { 'a/one': { level: 'off' } }, ...inDev({ 'a/one': { level: 'error' } }) } },
      'error',
    ],
    [
      'a flag over everything',
      { project: inDev({ 'a/one': { level: 'error' } }), flags: { 'a/one': { level: 'off' } } },
      'off',
    ],
    ['a category', { project: { rules: { 'a/*': { level: 'error' } } } }, 'error'],
    [
      'the rule over its category',
      { project: { rules: { 'a/one': { level: 'off' }, 'a/*': { level: 'error' } } } },
      'off',
    ],
    ['the category over all', { project: { rules: { 'a/*': { level: 'error' }, '*': { level: 'off' } } } }, 'error'],
    [
      'all in a nearer layer over one in a farther',
      { organisation: { rules: { 'a/one': { level: 'error' } } }, flags: { '*': { level: 'off' } } },
      'off',
    ],
  ])('lays %s', (_, layers, level) => {
    expect(resolve(layers).levels['a/one']).toBe(level);
  });

  it('keeps a locked rule as the organisation wants it, whatever is laid over it', () => {
    const organisation = {
      rules: { 'b/three': { locked: true, params: { max: 7 } }, 'a/one': { level: 'warning' as const, locked: true } },
    };
    const weaker = { 'b/three': { level: 'off' as const, params: { max: 100 } }, 'a/*': { level: 'off' as const } };
    const { levels, params } = resolve({ organisation, project: { rules: weaker, ...inDev(weaker) }, flags: weaker });
    expect([levels['b/three'], levels['a/one'], params['b/three']]).toEqual(['error', 'warning', { max: 7 }]);
  });

  it('lets a project make a locked rule stricter', () => {
    const organisation = { rules: { 'a/one': { level: 'warning' as const, locked: true } } };
    expect(resolve({ organisation, project: { rules: { 'a/one': { level: 'error' } } } }).levels['a/one']).toBe(
      'error',
    );
  });

  it('gives the same settings to objects under the same overrides, so that policies are set up once', () => {
    const project = { ...emptyLayer, ...inDev({ 'a/one': { level: 'off' } }) };
    const { resolveRules } = createRuleResolver({ rules, organisation: emptyLayer, project, flags: {} });
    expect(resolveRules({ ...subject, name: 'other' })).toBe(resolveRules(subject));
    expect(resolveRules({ ...subject, namespace: 'prod' })).not.toBe(resolveRules(subject));
  });
});
