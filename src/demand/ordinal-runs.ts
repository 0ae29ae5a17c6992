/** Pods of a StatefulSet with neighbouring ordinals that charge and behave alike. */
export interface Run<Item> {
  readonly first: number;
  readonly count: number;
  /** What each of the pods is made of: itself, then those claims of its ephemeral volumes that exist. */
  readonly items: readonly Item[];
  /** The claims of ephemeral volumes that each of the pods still lacks, in the order of the volumes. */
  readonly lacking: readonly Item[];
  /** False for pods that stay pending or failing whatever quota says. */
  readonly becomesReady: boolean;
  /** Whether the pods are of the present template. */
  readonly updated: boolean;
}

export const endOf = (run: Run<unknown>): number => run.first + run.count;

export const isReady = (run: Run<unknown>): boolean => run.becomesReady && run.lacking.length === 0;

function sameItems<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}

function continues<Item>(before: Run<Item>, run: Run<Item>): boolean {
  return (
    endOf(before) === run.first &&
    before.updated === run.updated &&
    before.becomesReady === run.becomesReady &&
    sameItems(before.items, run.items) &&
    sameItems(before.lacking, run.lacking)
  );
}

/** Runs in the order of their ordinals, neighbours that are alike joined. */
export function joinRuns<Item>(runs: readonly Run<Item>[]): readonly Run<Item>[] {
  const joined: Run<Item>[] = [];
  for (const run of runs.toSorted((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before !== undefined && continues(before, run)) {
      joined[joined.length - 1] = { ...before, count: before.count + run.count };
    } else if (run.count > 0) joined.push(run);
  }
  return joined;
}

/** The parts of runs that lie within `from` and before `to`. */
export function within<Item>(runs: readonly Run<Item>[], from: number, to: number): readonly Run<Item>[] {
  return runs.flatMap((run) => {
    const first = Math.max(run.first, from);
    const count = Math.min(endOf(run), to) - first;
    return count > 0 ? [{ ...run, first, count }] : [];
  });
}

/** The parts of runs that lie outside. */
export function without<Item>(runs: readonly Run<Item>[], from: number, to: number): readonly Run<Item>[] {
  return [...within(runs, -Infinity, from), ...within(runs, to, Infinity)];
}

export function countRuns(runs: readonly Run<unknown>[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}
