import type { Quantity } from './quantity.ts';

const nanoPerUnit = 1_000_000_000n;
const decimalSuffixes: ReadonlyMap<number, string> = new Map([
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The text that Kubernetes prints in messages and objects: the written one where it keeps that, else the canonical one. */
export function printQuantity(quantity: Quantity): string {
  return quantity.text ?? canonicalQuantity(quantity);
}

/**
 * The canonical text: no fraction, the largest suffix of its notation that loses nothing.
 * A decimal amount that is a multiple of 10^21 prints without any suffix, as in Kubernetes: `1000E` becomes `1`.
 * @see k8s.io/apimachinery/pkg/api/resource `CanonicalizeBytes`
 */
export function canonicalQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  if (format === 'BinarySI' && nano % nanoPerUnit === 0n) {
    const units = nano / nanoPerUnit;
    if (units <= -1024n || units >= 1024n) {
      const [mantissa, steps] = extract(units, 1024n);
      return `${mantissa}${binarySuffixes[steps] ?? ''}`;
    }
  }
  const [mantissa, steps] = extract(nano, 1000n);
  const exponent = 3 * steps - 9;
  if (format === 'DecimalExponent') return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${decimalSuffixes.get(exponent) ?? ''}`;
}

/** `value` without its factors of `base`, and how many there were; `value` is not zero. */
function extract(value: bigint, base: bigint): [mantissa: bigint, times: number] {
  let mantissa = value;
  let times = 0;
  while (mantissa % base === 0n) {
    mantissa /= base;
    times += 1;
  }
  return [mantissa, times];
}
