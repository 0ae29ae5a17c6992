import { seededRandom } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { FAMILIES } from './families.ts';

/**
 * Draws scenarios from a seed, the families in turn. The same seed gives the same scenarios, and a longer run begins as a shorter one.
 * @param families - names of {@link FAMILIES}
 * @throws RangeError for a family that is not there
 */
export function generateScenarios(seed: number, count: number, families = Object.keys(FAMILIES)): readonly Scenario[] {
  return Array.from({ length: count }, (_, index) => {
    const family = families[index % families.length] ?? '';
    const draw = FAMILIES[family];
    if (!draw) throw new RangeError(`there is no family ${family}: there are ${Object.keys(FAMILIES).join(', ')}`);
    const id = `s${seed}-${String(index).padStart(4, '0')}`;
    return { id, family, ...draw(seededRandom(`${seed}/${index}/${family}`)) };
  });
}
