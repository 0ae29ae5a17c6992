import { compareText } from '../report/order.ts';
import type { Kustomization } from './kustomization.ts';

/** Nobody builds such a tower of kustomizations, and a stack has an end. */
const deepest = 100;

/** What one kustomization makes of a value. */
export type Step<T> = (kustomization: Kustomization, value: T) => T;

/**
 * Follows a value on each way from a file to a kustomization that no other uses. `print` tells values apart.
 * @returns what it is in the end: different values only, in an order that hangs on them alone; none where ways go in a circle,
 * which kustomize refuses
 */
export function createFollower(
  kustomizations: readonly Kustomization[],
): <T>(step: Step<T>, print: (value: T) => string) => (path: string, value: T) => readonly T[] {
  const users = new Map<string, Kustomization[]>();
  for (const one of kustomizations) {
    for (const path of [...one.resources, ...one.patches]) {
      const known = users.get(path);
      if (known === undefined) users.set(path, [one]);
      else known.push(one);
    }
  }
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  return <T>(step: Step<T>, print: (value: T) => string) => {
    /** Components come first. */
    const take = (kustomization: Kustomization, start: T, applied: Set<string>): T => {
      if (kustomization.components.length === 0) return step(kustomization, start);
      applied.add(kustomization.folder);
      const within = kustomization.components
        .filter((path) => !applied.has(path) && applied.size <= deepest)
        .flatMap((path) => byFolder.get(path) ?? [])
        .reduce((held, component) => take(component, held, applied), start);
      return step(kustomization, within);
    };
    const known = new Map<string, Map<string, readonly T[]>>();
    const open = new Set<string>();
    const follow = (path: string, value: T): readonly T[] => {
      const using = users.get(path);
      if (using === undefined) return [value];
      const ends = known.get(path) ?? new Map<string, readonly T[]>();
      known.set(path, ends);
      const printed = print(value);
      const found = ends.get(printed);
      if (found !== undefined) return found;
      if (open.has(path) || open.size > deepest) return [];
      open.add(path);
      const ways = using.flatMap((one) => follow(one.folder, take(one, value, new Set())));
      open.delete(path);
      const distinct = ways.length === 1 ? ways : sortDistinct(ways, print);
      ends.set(printed, distinct);
      return distinct;
    };
    return follow;
  };
}

function sortDistinct<T>(values: readonly T[], print: (value: T) => string): readonly T[] {
  const distinct = new Map(values.map((value) => [print(value), value]));
  return [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}
