import { describe, expect, it } from 'vitest';
import { curtail } from '../../../webhook/curtail.ts';
import type { Remark } from '../../../webhook/judge.ts';

const remark = (rule: string, text: string, isOld = false): Remark => ({ rule, level: 'error', text, isOld });
const many = (rule: string, count: number, isOld = false): readonly Remark[] =>
  Array.from({ length: count }, (_, index) => remark(rule, `${rule} ${index}`, isOld));

describe('what is told of an object that breaks a rule again and again', () => {
  it('is all of it up to a hundred remarks', () => {
    const remarks = many('images/tag-required', 100);
    expect(curtail(remarks)).toEqual(remarks);
  });

  it('are the first hundred of each rule, and how many more there are', () => {
    const [tags, few] = [many('images/tag-required', 103), many('quota/exceeded', 2)];
    expect(curtail([...tags, ...few])).toEqual([
      ...tags.slice(0, 100),
      ...few,
      remark('images/tag-required', 'and 3 more'),
    ]);
  });

  it('never hides what is new behind what is old', () => {
    const [old, fresh] = [many('images/tag-required', 1000, true), many('images/tag-required', 1)];
    expect(curtail([...old, ...fresh])).toContainEqual(fresh[0]);
  });
});
