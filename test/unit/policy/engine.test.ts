import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/policy/catalog.ts';
import { createPolicyEngine } from '../../../src/policy/engine.ts';
import { PolicyEvaluationError, type RuleSettings } from '../../../src/policy/evaluation.ts';
import { instanceMemoryLimit } from '../../../src/policy/wasm-policy.ts';
import { catalog, defaults, factsOf, judge, settingsFor, shippedEngine } from '../../rules/shipped-policy.ts';
import { podFacts, readOwnRules } from './own-rules.ts';

const web = (image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    containers: [
      { name: 'b', image, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } },
      { name: 'a', image, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } },
    ],
  },
});

const only = (...enabled: string[]): RuleSettings => ({ ...defaultSettings(readOwnRules().catalog), enabled });

describe('the shipped policy', () => {
  it('gives findings in the order of rule, path and data', () => {
    const findings = judge(web('nginx'), settingsFor('images/digest-required'));
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'images/digest-required /spec/containers/0/image',
      'images/digest-required /spec/containers/1/image',
      'images/tag-required /spec/containers/0/image',
      'images/tag-required /spec/containers/1/image',
    ]);
  });

  it('runs the enabled rules only', () => {
    expect(judge(web('nginx'), { ...defaults, enabled: ['resources/limits-required'] })).toEqual([]);
  });

  it('follows new parameters from one call to the next', () => {
    const denied = (tag: string) =>
      judge(web(`nginx:${tag}`), settingsFor('images/tag-required', { denied: ['edge'] }));
    expect(denied('edge')).toHaveLength(2);
    expect(judge(web('nginx:edge'), defaults)).toEqual([]);
    expect(denied('edge')).toHaveLength(2);
  });

  it('has defaults for every parameter', () => {
    expect(Object.keys(defaults.params).toSorted()).toEqual(catalog.rules.map((rule) => rule.id));
    expect(defaults.enabled).not.toContain('images/digest-required');
  });

  it('keeps its memory over many evaluations', () => {
    const engine = shippedEngine();
    const facts = factsOf(web('nginx'));
    engine.evaluate(facts, defaults);
    const before = engine.memoryBytes();
    for (let count = 0; count < 5000; count += 1) engine.evaluate(facts, defaults);
    expect(engine.memoryBytes()).toBe(before);
  });

  it('gives back what a large object took', () => {
    const engine = shippedEngine();
    const annotated = { ...web('nginx'), metadata: { name: 'web', labels: { note: 'x'.repeat(3_000_000) } } };
    expect(engine.evaluate(factsOf(annotated), defaults).findings).toHaveLength(2);
    expect(engine.memoryBytes()).toBeLessThanOrEqual(instanceMemoryLimit);
    expect(engine.evaluate(factsOf(web('nginx')), defaults).findings).toHaveLength(2);
  });
});

describe('a rule that throws', () => {
  const { wasm, catalog: own } = readOwnRules();
  const engine = createPolicyEngine({ ruleSet: 'own-rules', wasm, catalog: own });

  it('is named with rule set, subject and cause, and the others still speak', () => {
    const settings = only('custom/team-label', 'custom/throws');
    const { findings, failures } = engine.evaluate(podFacts, settings, { kind: 'Pod' });
    expect(findings.map(({ rule, data }) => [rule, data['message']])).toEqual([
      ['custom/team-label', 'label team is missing on Pod'],
    ]);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toBeInstanceOf(PolicyEvaluationError);
    expect(failures[0]).toMatchObject({
      ruleSet: 'own-rules',
      rule: 'custom/throws',
      subject: 'Pod web',
      cause: 'strings: get uint failed',
      message: 'custom/throws could not judge Pod web: strings: get uint failed',
    });
  });

  it('does no harm to the next call', () => {
    engine.evaluate(podFacts, only('custom/throws'));
    expect(engine.evaluate(podFacts, only('custom/team-label'), { kind: 'Pod' }).findings).toHaveLength(1);
  });
});

it('only a rule set with a rule that needs the object gets it', () => {
  const { wasm, catalog: own } = readOwnRules();
  const rules = own.rules.map((rule) => ({ ...rule, needs: 'facts' as const }));
  const engine = createPolicyEngine({ ruleSet: 'own-rules', wasm, catalog: { rules } });
  const { findings } = engine.evaluate(podFacts, only('custom/team-label'), { kind: 'Pod' });
  expect(findings.map(({ data }) => data['message'])).toEqual(['label team is missing on <undefined>']);
});

it('fails by name for what needs more memory than it may have, and goes on', () => {
  const { source, ...own } = readOwnRules();
  const engine = createPolicyEngine({ ruleSet: source, ...own, memoryBytes: 2 * 1024 * 1024 });
  const settings = only('custom/team-label');
  const large = { ...podFacts, labels: { note: 'x'.repeat(3_000_000) } };
  expect(engine.evaluate(large, settings, { kind: 'Pod' }).failures.map(({ message }) => message)).toEqual([
    expect.stringContaining('custom/team-label could not judge Pod web: it needs more than 2 MiB'),
  ]);
  expect(engine.evaluate(podFacts, settings, { kind: 'Pod' }).findings).toHaveLength(1);
});
