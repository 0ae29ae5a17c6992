import { parseQuantity } from './parse.ts';
import { canonicalQuantity } from './print.ts';
import { makeQuantity } from './quantity.ts';

const nanoPerUnit = 1_000_000_000n;
const short = /^-?[0-9]{1,6}(?:\.[0-9]+)?(?:[mkMGTPE]|[KMGTPE]i)?$/u;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalSuffixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/**
 * An amount as a sentence tells it: as it stands while people can read that, else in a larger unit that loses nothing
 * (`15Gi` for 16106127360 bytes), else rounded to three digits and said to be (`about 8.5Gi`). Data keeps the exact text.
 * @param text - an amount as Kubernetes prints it; what is none stays as it is
 * @param isBytes - whether it counts bytes, which people have in powers of two
 */
export function readableQuantity(text: string, isBytes: boolean): string {
  if (short.test(text)) return text;
  const quantity = parseQuantity(text);
  if (quantity.kind !== 'quantity') return text;
  const exact = canonicalQuantity(makeQuantity(quantity.nano, isBytes ? 'BinarySI' : 'DecimalSI'));
  if (short.test(exact)) return exact;
  return `about ${isBytes ? scale(quantity.nano, 1024n, binarySuffixes) : scale(quantity.nano, 1000n, decimalSuffixes)}`;
}

/** Amounts of one resource, as one sentence tells them: where any is in powers of two, it counts bytes. */
export function readableAmounts(texts: readonly string[]): readonly string[] {
  const isBytes = texts.some((text) => text.endsWith('i'));
  return texts.map((text) => readableQuantity(text, isBytes));
}

/** Three digits in the largest unit of which there is at least one; thousandths for what is less than one. */
function scale(nano: bigint, base: bigint, suffixes: readonly string[]): string {
  const size = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '-' : '';
  if (size < nanoPerUnit) return base === 1024n ? `${sign}1` : `${sign}${size / 1_000_000n}m`;
  let step = 0;
  let unit = nanoPerUnit;
  while (step < suffixes.length - 1 && size >= unit * base) {
    step += 1;
    unit *= base;
  }
  const value = Number((size * 1000n) / unit) / 1000;
  const digits = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return `${sign}${digits}${suffixes[step] ?? ''}`;
}

/** A number as a sentence tells it: above a million, three digits of it. */
export function readableNumber(value: number): string {
  if (Math.abs(value) < 1e6 || Math.abs(value) >= 1e21) return String(value);
  return `about ${Number(value.toPrecision(3))
    .toString()
    .replaceAll(/\B(?=(?:[0-9]{3})+$)/gu, ',')}`;
}
