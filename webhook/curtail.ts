import type { Remark } from './judge.ts';

/** So many of one rule are told in their own words. Nobody reads more, and an object can be made to break a rule a hundred thousand times. */
const TOLD = 100;

/** Of each rule the first remarks, and how many more of it there are. What is denied by them all is denied by these. */
export function curtail(remarks: readonly Remark[]): readonly Remark[] {
  if (remarks.length <= TOLD) return remarks;
  const counts = new Map<string, { readonly like: Remark; count: number }>();
  const told = remarks.filter((remark) => {
    const key = `${remark.rule} ${remark.level} ${remark.isOld}`;
    const seen = counts.get(key) ?? { like: remark, count: 0 };
    counts.set(key, seen);
    seen.count += 1;
    return seen.count <= TOLD;
  });
  const rest = [...counts.values()].flatMap(({ like, count }): readonly Remark[] =>
    count > TOLD ? [{ ...like, text: `and ${count - TOLD} more` }] : [],
  );
  return [...told, ...rest];
}
