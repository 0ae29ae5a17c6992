import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addQuantities, compareQuantities, roundUpToMilli, subtractQuantities } from '../../src/quantity/arithmetic.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';
import { canonicalQuantity, printQuantity } from '../../src/quantity/print.ts';
import type { Quantity } from '../../src/quantity/quantity.ts';
import { amount } from '../helpers/kube-objects.ts';

const quantities: fc.Arbitrary<Quantity> = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    // With the largest suffix below 10^21, where Kubernetes loses amounts.
    fc.bigInt({ min: 0n, max: 10n ** 11n }),
    fc.constantFrom('', '.5', '.125', '.000000001'),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3'),
  )
  .map(([sign, whole, fraction, suffix]) => amount(`${sign}${whole}${fraction}${suffix}`));

describe('laws of amounts', () => {
  it('what is printed reads back as the same amount, below the size where Kubernetes loses it', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        for (const text of [printQuantity(quantity), canonicalQuantity(quantity)]) {
          expect(amount(text).nano).toBe(quantity.nano);
        }
      }),
    );
  });

  it('canonical text is stable', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        const text = canonicalQuantity(quantity);
        expect(canonicalQuantity(amount(text))).toBe(text);
      }),
    );
  });

  it('a sum minus one part is the other part', () => {
    fc.assert(
      fc.property(quantities, quantities, (a, b) => {
        expect(subtractQuantities(addQuantities(a, b), b).nano).toBe(a.nano);
      }),
    );
  });

  it('order is that of the difference', () => {
    fc.assert(
      fc.property(quantities, quantities, (a, b) => {
        expect(Math.sign(compareQuantities(a, b))).toBe(Math.sign(Number(subtractQuantities(a, b).nano)));
      }),
    );
  });

  it('rounding goes away from zero by less than a thousandth, and only once', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        const rounded = roundUpToMilli(quantity);
        const added = rounded.nano < 0n ? quantity.nano - rounded.nano : rounded.nano - quantity.nano;
        expect(added >= 0n && added < 1_000_000n).toBe(true);
        expect(roundUpToMilli(rounded)).toBe(rounded);
      }),
    );
  });

  it('no text makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.0-9eEinumkKMGTP ]*$/)), (text) => {
        expect(['quantity', 'quantity-error']).toContain(parseQuantity(text).kind);
      }),
    );
  });
});
