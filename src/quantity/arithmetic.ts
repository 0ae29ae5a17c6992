import { makeQuantity, type Quantity } from './quantity.ts';

const nanoPerUnit = 1_000_000_000n;
const nanoPerMilli = 1_000_000n;
const nanoPerMebibyte = 1_048_576n * nanoPerUnit;

/** Negative, zero or positive, by the exact value; the notation does not matter. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  if (a.nano === b.nano) return 0;
  return a.nano < b.nano ? -1 : 1;
}

/** The sum in the notation of `a`, or of `b` where `a` is zero. A written text is never kept. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return makeQuantity(a.nano + b.nano, (a.nano === 0n ? b : a).format);
}

/** The difference in the notation of `a`, or of `b` where `a` is zero. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return makeQuantity(a.nano - b.nano, (a.nano === 0n ? b : a).format);
}

/** For that many equal objects; a single one keeps its written text. */
export function multiplyQuantity(quantity: Quantity, factor: bigint): Quantity {
  return factor === 1n ? quantity : makeQuantity(quantity.nano * factor, quantity.format);
}

/**
 * A share of an amount that is not negative, rounded up to what people write: thousandths, and of bytes whole ones, from
 * a mebibyte on whole mebibytes.
 * @param divisor - up to three decimals of it count
 */
export function divideQuantity({ nano, format }: Quantity, divisor: number, isBytes: boolean): Quantity {
  const thousandths = BigInt(Math.round(divisor * 1000));
  const share = (nano * 1000n + thousandths - 1n) / thousandths;
  const step = !isBytes ? nanoPerMilli : share < nanoPerMebibyte ? nanoPerUnit : nanoPerMebibyte;
  return makeQuantity(((share + step - 1n) / step) * step, isBytes ? 'BinarySI' : format);
}

/** Away from zero to whole thousandths, as the API does with resource lists when it decodes them. */
export function roundUpToMilli(quantity: Quantity): Quantity {
  return roundUp(quantity, nanoPerMilli);
}

/** Away from zero to whole units, as quota does with the size of claims. */
export function roundUpToUnit(quantity: Quantity): Quantity {
  return roundUp(quantity, nanoPerUnit);
}

/** Away from zero; a value that is exact already keeps its text. */
function roundUp(quantity: Quantity, step: bigint): Quantity {
  const rest = quantity.nano % step;
  if (rest === 0n) return quantity;
  return makeQuantity(quantity.nano - rest + (rest < 0n ? -step : step), quantity.format);
}

export function isWhole(quantity: Quantity): boolean {
  return quantity.nano % nanoPerUnit === 0n;
}
