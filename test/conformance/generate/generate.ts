import { seededRandom } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { FAMILIES, USUAL_FAMILIES, type Family } from './families.ts';

/**
 * Draws scenarios from a seed, the families in turn. The same seed gives the same scenarios, and a longer run begins as a shorter one.
 */
export function generateScenarios(
  seed: number,
  count: number,
  families: readonly Family[] = USUAL_FAMILIES,
): readonly Scenario[] {
  return Array.from({ length: count }, (_, index) => {
    const family = families[index % families.length] ?? 'workload';
    const id = `s${seed}-${String(index).padStart(4, '0')}`;
    return { id, family, ...FAMILIES[family](seededRandom(`${seed}/${index}/${family}`)) };
  });
}

/** @throws RangeError for a name that no family has */
export function readFamily(name: string): Family {
  if (Object.hasOwn(FAMILIES, name)) return name as Family;
  throw new RangeError(`there is no family ${name}, only ${Object.keys(FAMILIES).join(', ')}`);
}
