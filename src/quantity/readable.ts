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
  return tell(text, isBytes, Math.round);
}

function tell(text: string, isBytes: boolean, round: (value: number) => number): string {
  if (short.test(text)) return text;
  const quantity = parseQuantity(text);
  if (quantity.kind !== 'quantity') return text;
  const exact = canonicalQuantity(makeQuantity(quantity.nano, isBytes ? 'BinarySI' : 'DecimalSI'));
  if (short.test(exact)) return exact;
  const [base, suffixes] = isBytes ? [1024n, binarySuffixes] : [1000n, decimalSuffixes];
  return `about ${scale(quantity.nano, base, suffixes, round)}`;
}

/** Amounts of one resource, as one sentence tells them. */
export function readableAmounts(texts: readonly string[]): readonly string[] {
  const isBytes = countBytes(texts);
  return texts.map((text) => readableQuantity(text, isBytes));
}

/**
 * What is missing, as a sentence tells it beside other amounts of its resource; where it is rounded, so that it is enough.
 */
export function readableShortage(text: string, others: readonly string[]): string {
  return tell(text, countBytes([text, ...others]), Math.ceil);
}

/** Whether amounts of one resource count bytes: where any is in powers of two. */
export const countBytes = (texts: readonly string[]): boolean => texts.some((text) => text.endsWith('i'));

/** Three digits in the largest unit of which there is at least one; thousandths for what is less than one. */
function scale(nano: bigint, base: bigint, suffixes: readonly string[], round: (value: number) => number): string {
  const size = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '-' : '';
  if (size < nanoPerUnit) return base === 1024n ? `${sign}1` : `${sign}${round(Number(size) / 1e6)}m`;
  let step = 0;
  let unit = nanoPerUnit;
  while (step < suffixes.length - 1 && size >= unit * base) {
    step += 1;
    unit *= base;
  }
  const thousandths = Number(size * 1000n) / Number(unit);
  const digit = thousandths >= 100_000 ? 1000 : thousandths >= 10_000 ? 100 : 10;
  return `${sign}${(round(thousandths / digit) * digit) / 1000}${suffixes[step] ?? ''}`;
}

/** A number as a sentence tells it: above a million, three digits of it. */
export function readableNumber(value: number): string {
  if (Math.abs(value) < 1e6 || Math.abs(value) >= 1e21) return String(value);
  return `about ${Number(value.toPrecision(3))
    .toString()
    .replaceAll(/\B(?=(?:[0-9]{3})+$)/gu, ',')}`;
}
