import { compareQuantities } from '../../src/quantity/arithmetic.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';

/**
 * Orders two amounts as the server or a report prints them: below zero, zero, above zero.
 * @throws Error for a text that is no amount
 */
export function compareAmounts(a: string, b: string): number {
  const [left, right] = [parseQuantity(a), parseQuantity(b)];
  if (left.kind === 'quantity-error' || right.kind === 'quantity-error') throw new Error(`no amounts: ${a}, ${b}`);
  return compareQuantities(left, right);
}
