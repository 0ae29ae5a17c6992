import { describe, expect, it } from 'vitest';
import { createBuiltInEngine } from '../../../src/built-in-rules.ts';
import { createAnswerMemory } from '../../../src/policy/answer-memory.ts';
import type { Evaluation } from '../../../src/policy/evaluation.ts';
import { defaults, factsOf, settingsFor } from '../../rules/shipped-policy.ts';

const answer = (): Evaluation => ({ findings: [], failures: [] });

const pod = (image: string) =>
  factsOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'a', image }] } });

describe('the memory for answers', () => {
  it('gives the very answer that it was given, and forgets the one that nobody asked for the longest', () => {
    const memory = createAnswerMemory(2);
    const [a, b, c] = [answer(), answer(), answer()];
    memory.add('a', a);
    memory.add('b', b);
    expect(memory.find('a')).toBe(a);
    memory.add('c', c);
    expect([memory.find('a'), memory.find('b'), memory.find('c')]).toEqual([a, undefined, c]);
    memory.clear();
    expect(memory.find('a')).toBeUndefined();
  });

  it('keeps nothing without room, and nothing that is long', () => {
    const none = createAnswerMemory(0);
    none.add('a', answer());
    expect(none.find('a')).toBeUndefined();
    const some = createAnswerMemory(1);
    some.add('x'.repeat(1 << 20), answer());
    expect(some.find('x'.repeat(1 << 20))).toBeUndefined();
  });
});

describe('an engine that remembers', () => {
  it('says the same of the same facts, and what is right of others', () => {
    const [engine, plain] = [createBuiltInEngine(8), createBuiltInEngine()];
    const images = ['web', 'web', 'registry.example.com/web:1', 'web:latest', 'web'];
    for (const image of images) {
      expect(engine.evaluate(pod(image), defaults)).toEqual(plain.evaluate(pod(image), defaults));
    }
    expect(engine.evaluate(pod('web'), defaults)).toBe(engine.evaluate(pod('web'), defaults));
  });

  it('forgets what other settings gave', () => {
    const engine = createBuiltInEngine(8);
    const denied = (tag: string): number =>
      engine
        .evaluate(pod('registry.example.com/web:edge'), settingsFor('images/tag-required', { denied: [tag] }))
        .findings.filter(({ rule }) => rule === 'images/tag-required').length;
    expect([denied('edge'), denied('other'), denied('edge')]).toEqual([1, 0, 1]);
  });
});
