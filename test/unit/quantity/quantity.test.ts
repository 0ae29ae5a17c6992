import { describe, expect, it } from 'vitest';
import { roundUpToMilli, roundUpToUnit, subtractQuantities } from '../../../src/quantity/arithmetic.ts';
import { parseQuantity, readQuantity } from '../../../src/quantity/parse.ts';
import { canonicalQuantity, printQuantity } from '../../../src/quantity/print.ts';
import { addLists, growthOf, maxLists, multiplyList, withoutZeros } from '../../../src/quantity/resource-list.ts';
import { amount, amounts, printed } from '../../helpers/kube-objects.ts';

describe('reading amounts', () => {
  it.each([
    ['1.500', '1.500', '1500m'],
    ['1.50', '1500m', '1500m'],
    ['05Gi', '05Gi', '5Gi'],
    ['1024Mi', '1Gi', '1Gi'],
    ['1.1Gi', '1181116006400m', '1181116006400m'],
    ['0.0001Ki', '102400u', '102400u'],
    ['16Ei', '9223372036854775807', '9223372036854775807'],
    ['1000E', '1', '1'],
    ['12e6', '12e6', '12e6'],
    ['m', '0', '0'],
    ['.', '0', '0'],
  ])('%s is printed as %s, canonically %s', (text, shown, canonical) => {
    const quantity = amount(text);
    expect([printQuantity(quantity), canonicalQuantity(quantity)]).toEqual([shown, canonical]);
  });

  it.each([
    ['1g', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['1K', "unable to parse quantity's suffix"],
    ['1e9223372036854775808', "unable to parse quantity's suffix"],
    ['Pi', 'unable to parse numeric part of quantity'],
    ['1e2000000000', 'unable to parse numeric part of quantity'],
  ])('refuses %j in the words of Kubernetes', (text, message) => {
    expect(parseQuantity(text)).toMatchObject({ kind: 'quantity-error', message });
  });

  it('answers a text of millions of digits at once', () => {
    expect(parseQuantity('0'.repeat(5_000_000)).kind).toBe('quantity-error');
  });

  it.each([
    [0.1, '100m'],
    [1000, '1k'],
    [' 100m ', '100m'],
    [null, '0'],
    [1e21, '1e+21'],
  ])('takes %j of YAML or JSON for %s', (value, shown) => {
    const quantity = readQuantity(value);
    expect(quantity.kind === 'quantity' && printQuantity(quantity)).toBe(shown);
  });

  it('lets the written text of a number decide', () => {
    const quantity = readQuantity(1000, '1e3');
    expect(quantity.kind === 'quantity' && printQuantity(quantity)).toBe('1e3');
  });

  it.each([[true], [['1']], [{}], ['\t1']])('refuses %j', (value) => {
    expect(readQuantity(value)).toMatchObject({ kind: 'quantity-error', reason: 'format' });
  });
});

it('a small binary amount is printed as a decimal one', () => {
  expect(printQuantity(subtractQuantities(amount('1Ki'), amount('24')))).toBe('1k');
});

describe('rounding', () => {
  it.each([
    ['100u', '1m'],
    ['-100u', '-1m'],
    ['1.500', '1.500'],
    ['0.0001Ki', '103m'],
  ])('the API makes %s into %s', (text, rounded) => {
    expect(printQuantity(roundUpToMilli(amount(text)))).toBe(rounded);
  });

  it('claims are counted in whole bytes', () => {
    expect(printQuantity(roundUpToUnit(amount('1.1Gi')))).toBe('1181116007');
  });
});

describe('resource lists', () => {
  const a = amounts({ cpu: '1', memory: '1Gi', pods: '0' });
  const b = amounts({ cpu: '500m', memory: '500M', gpu: '2' });

  it('add by name, in the notation of the left amount unless it is zero', () => {
    expect(printed(addLists(a, b))).toEqual({ cpu: '1500m', gpu: '2', memory: '1573741824', pods: '0' });
    expect(printed(addLists(amounts({ cpu: '0' }), amounts({ cpu: '1e3' })))).toEqual({ cpu: '1e3' });
  });

  it('keep the written text of an amount that only one side has', () => {
    expect(printed(addLists(new Map(), amounts({ cpu: '1.500' })))).toEqual({ cpu: '1.500' });
  });

  it('take the larger amount, on a tie that of the left side', () => {
    expect(printed(maxLists(amounts({ cpu: '1.500' }), amounts({ cpu: '1500m', gpu: '1' })))).toEqual({
      cpu: '1.500',
      gpu: '1',
    });
  });

  it('grow by what is more, never by less than zero', () => {
    expect(printed(growthOf(a, b))).toEqual({ cpu: '500m', gpu: '0', memory: '573741824', pods: '0' });
    expect(printed(withoutZeros(growthOf(b, a)))).toEqual({ gpu: '2' });
  });

  it('count many equal objects at once', () => {
    expect(printed(multiplyList(a, 1_000_000n))).toEqual({ cpu: '1M', memory: '1000000Gi', pods: '0' });
  });
});
