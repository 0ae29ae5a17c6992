import { compareText } from '../report/order.ts';
import type { Kustomization } from './kustomization.ts';

/** Nobody builds such a tower of kustomizations, and a stack has an end. */
const deepest = 100;

/** What one kustomization makes of a value; the value is found again by its JSON. */
export type Step<T> = (kustomization: Kustomization, value: T) => T;

/**
 * Follows a value on each way from a file to a kustomization that no other uses.
 * @returns what it is in the end: different values only, in an order that hangs on them alone; none where ways go in a circle,
 * which kustomize refuses
 */
export function createFollower(
  kustomizations: readonly Kustomization[],
): <T>(step: Step<T>) => (path: string, value: T) => readonly T[] {
  const users = new Map<string, Kustomization[]>();
  for (const one of kustomizations) {
    for (const path of [...one.resources, ...one.patches]) {
      const known = users.get(path);
      if (known === undefined) users.set(path, [one]);
      else known.push(one);
    }
  }
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  return <T>(step: Step<T>) => {
    /** Components come first. */
    const take = (kustomization: Kustomization, start: T, applied: Set<string>): T => {
      applied.add(kustomization.folder);
      const within = kustomization.components
        .filter((path) => !applied.has(path) && applied.size <= deepest)
        .flatMap((path) => byFolder.get(path) ?? [])
        .reduce((held, component) => take(component, held, applied), start);
      return step(kustomization, within);
    };
    const known = new Map<string, readonly T[]>();
    const open = new Set<string>();
    const follow = (path: string, value: T): readonly T[] => {
      const key = JSON.stringify([path, value]);
      const found = known.get(key);
      if (found !== undefined) return found;
      if (open.has(path) || open.size > deepest) return [];
      open.add(path);
      const ways = users.get(path)?.flatMap((one) => follow(one.folder, take(one, value, new Set()))) ?? [value];
      open.delete(path);
      const distinct = new Map(ways.map((way) => [JSON.stringify(way), way]));
      const ends = [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, way]) => way);
      known.set(key, ends);
      return ends;
    };
    return follow;
  };
}
