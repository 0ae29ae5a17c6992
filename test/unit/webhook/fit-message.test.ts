import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../src/quantity/parse.ts';
import type { Quantity } from '../../../src/quantity/quantity.ts';
import { phraseOverfullQuota, phraseVerdict } from '../../../webhook/fit-message.ts';

function quantity(text: string): Quantity {
  const read = parseQuantity(text);
  if (read.kind !== 'quantity') throw new Error(read.message);
  return read;
}

describe('phraseVerdict', () => {
  it.each([
    ['in the unit of what people wrote', 'requests.cpu', '4', '1500m', '3', '500m (hard 4, others 1500m, this 3)'],
    [
      'bytes that somebody wrote out, in powers of two',
      'requests.memory',
      '512Mi',
      '0',
      '805306368',
      '256Mi (hard 512Mi, others 0, this 768Mi)',
    ],
    [
      'what no unit divides, rounded, and what is missing so that it is enough',
      'limits.memory',
      '1Gi',
      '0',
      '1234567890',
      'about 154Mi (hard 1Gi, others 0, this about 1.15Gi)',
    ],
    ['counts as they are', 'count/jobs.batch', '4', '4', '1', '1 (hard 4, others 4, this 1)'],
  ])('tells amounts %s', (_case, resource, hard, others, wanted, told) => {
    const shortage = {
      slot: 0,
      quota: 'team',
      resource,
      hard: quantity(hard),
      others: quantity(others),
      wanted: quantity(wanted),
    };
    const verdict = { kind: 'short' as const, shortages: [shortage], largest: null, injected: [] };
    const { text, shortages } = phraseVerdict(verdict, { kind: 'Deployment', name: 'web' });
    expect(text).toBe(`Deployment web would not get all its pods: quota team is short of ${resource} by ${told}`);
    expect(shortages).toMatchObject([{ hard, others, wanted }]);
  });
});

describe('phraseOverfullQuota', () => {
  it('tells bytes in the unit of the quota', () => {
    const { text } = phraseOverfullQuota('team', { resource: 'limits.memory', used: '2147483648', hard: '1Gi' });
    expect(text).toContain('has 2Gi of limits.memory in use, and allows 1Gi');
  });
});
