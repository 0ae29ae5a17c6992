import { describe, expect, it } from 'vitest';
import { FAMILIES, USUAL_FAMILIES, type Family } from './generate/families.ts';
import { generateScenarios, readFamily } from './generate/generate.ts';
import { drawBounds, drawStep, type Inhabitant, type LifeStep } from './generate/life.ts';
import { collectionPath } from './kinds.ts';
import { seededRandom } from './random.ts';

const EVERY = Object.keys(FAMILIES) as Family[];

describe('the generator of scenarios', () => {
  it('draws the same scenarios from the same seed', () => {
    expect(generateScenarios(5, 60)).toEqual(generateScenarios(5, 60));
  });

  it('draws others from another seed', () => {
    expect(generateScenarios(5, 20).map(({ apply }) => apply)).not.toEqual(
      generateScenarios(6, 20).map(({ apply }) => apply),
    );
  });

  it('begins a longer run as a shorter one', () => {
    expect(generateScenarios(5, 60).slice(0, 20)).toEqual(generateScenarios(5, 20));
  });

  it('takes the families in turn and leaves out the slow one unless it is asked for', () => {
    const families = generateScenarios(1, USUAL_FAMILIES.length).map(({ family }) => family);
    expect(families).toEqual(USUAL_FAMILIES);
    expect(families).not.toContain('slow');
    expect(generateScenarios(1, 1, [readFamily('slow')])[0]?.family).toBe('slow');
  });

  it.each(EVERY)('draws %s scenarios that can be sent to a server', (family) => {
    for (const scenario of generateScenarios(3, 40, [family])) {
      expect(scenario.apply.length).toBeGreaterThan(0);
      const sent = [...scenario.namespace, ...scenario.before, ...scenario.apply];
      for (const object of sent) {
        expect(collectionPath(object, scenario.id)).toMatch(/^\/apis?\/[a-z0-9/]+\/namespaces\/s3-\d{4}\/[a-z]+$/);
        expect(object['metadata']).toHaveProperty('name');
      }
    }
  });

  it('names the families that there are when one is not there', () => {
    expect(() => readFamily('nonsense')).toThrow(/no family nonsense, only workload, neighbour/);
  });
});

/** A life in which everything that is asked for is stored. */
function imagine(seed: string): readonly LifeStep[] {
  const random = seededRandom(seed);
  const inhabitants = new Map<unknown, Inhabitant>();
  drawBounds(random);
  return Array.from({ length: 60 }, (_, index) => {
    const step = drawStep(random, [...inhabitants.values()], index);
    const { object } = step.kind === 'write' ? step.next : step;
    const { name } = object['metadata'] as { readonly name: string };
    if (step.kind === 'write') inhabitants.set(name, step.next);
    if (step.kind === 'delete') inhabitants.delete(name);
    return step;
  });
}

describe('the generator of lives', () => {
  it('draws the same life from the same seed, and another from another', () => {
    expect(imagine('a')).toEqual(imagine('a'));
    expect(imagine('a')).not.toEqual(imagine('b'));
  });

  it('begins with a new workload, and changes only what there is', () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const steps = imagine(seed);
      expect(steps[0]).toMatchObject({ kind: 'write', by: 'create', old: null });
      const changes = steps.filter((step) => step.kind === 'write' && step.by !== 'create');
      for (const change of changes)
        expect(change).toMatchObject({ old: { object: { kind: expect.any(String) as string } } });
      expect(changes.length).toBeGreaterThan(5);
    }
  });
});
