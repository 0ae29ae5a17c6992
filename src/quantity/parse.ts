import type { JsonValue } from '../manifest/document.ts';
import { makeQuantity, zero, type Quantity, type QuantityError, type QuantityFormat } from './quantity.ts';

const messages: Readonly<Record<QuantityError['reason'], string>> = {
  format: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  numeric: 'unable to parse numeric part of quantity',
  suffix: "unable to parse quantity's suffix",
};

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

const suffixes: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, i): [string, Suffix] => [
    suffix,
    { base: 10, exponent: 3 * i - 9, format: 'DecimalSI' },
  ]),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, i): [string, Suffix] => [
    suffix,
    { base: 2, exponent: 10 * (i + 1), format: 'BinarySI' },
  ]),
]);

const nanoPerUnit = 1_000_000_000n;
const maxInt64Nano = (2n ** 63n - 1n) * nanoPerUnit;
/** Digits of an int64 that are always safe: up to here Kubernetes keeps the written text. */
const safeDigits = 18;
/** Kubernetes would compute with exponents up to 2^31; numbers of such a length only serve to exhaust memory. */
const longest = 1000;

/**
 * Reads an amount as `resource.ParseQuantity` does.
 * Looser than its documented grammar: `m` and `.` are zero, `1.` and `.5Gi` are fine.
 * @see k8s.io/apimachinery/pkg/api/resource `ParseQuantity`; held by the recorded vectors in test/oracle
 */
export function parseQuantity(text: string): Quantity | QuantityError {
  const plain = parsePlain(text);
  if (plain !== null) return plain;
  if (text.length > longest) return refuse('numeric');
  const parts = /^([+-]?)0*([1-9][0-9]*)?(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)$/.exec(text);
  if (parts === null || text === '') return refuse('format');
  const [, sign, whole = '0', fraction = '', tail = ''] = parts;
  const suffix = suffixes.get(tail) ?? readExponent(tail);
  if (suffix === null) return refuse('suffix');
  if (Math.abs(suffix.exponent) > longest) return refuse('numeric');

  const digits = whole + fraction;
  const fast = isFast(digits, fraction.length, suffix);
  if (!fast && !/^[+-]?\.?[0-9]/.test(text)) return refuse('numeric');

  const size = sizeInNano(BigInt(digits), fraction.length, suffix);
  const format = suffix.base === 2 && size > 0n && size < nanoPerUnit ? 'DecimalSI' : suffix.format;
  const kept = fast && isTextKept(digits, fraction.length, suffix) ? text : null;
  return makeQuantity(sign === '-' ? -size : size, format, kept);
}

/**
 * Reads an amount as it stands in JSON or YAML. A number may come with the text it was `written` as, which decides;
 * `null` is a present zero; booleans, lists and maps are format errors.
 */
export function readQuantity(value: JsonValue, written?: string): Quantity | QuantityError {
  if (value === null) return zero;
  if (typeof value === 'string') return parseQuantity(trimSpaces(value));
  if (typeof value === 'number') return parseQuantity(written ?? String(value));
  return refuse('format');
}

const writtenZero = makeQuantity(0n, 'DecimalSI', '0');

const plainFactors: ReadonlyMap<string, bigint> = new Map(
  [...suffixes].map(([text, suffix]) => [text, sizeInNano(1n, 0, suffix)]),
);

/** Whole numbers of at most nine digits without sign or leading zero, which nearly all amounts are; `null` for the rest. */
function parsePlain(text: string): Quantity | null {
  if (text === '0') return writtenZero;
  let digits = 0;
  let value = 0;
  for (let code = text.charCodeAt(0); code >= 48 && code <= 57; code = text.charCodeAt(digits)) {
    value = value * 10 + code - 48;
    digits += 1;
  }
  if (digits === 0 || digits > 9 || text.charCodeAt(0) === 48) return null;
  const tail = text.slice(digits);
  const suffix = suffixes.get(tail);
  const factor = plainFactors.get(tail);
  if (suffix === undefined || factor === undefined || (suffix.base === 2 && suffix.exponent > 30)) return null;
  // Up to nine digits and Gi, the int64 path may still be left for binary amounts, which then have no kept text.
  const kept = suffix.base === 10 ? value % 1000 !== 0 : value % 8 !== 0 && digits <= 14 - (suffix.exponent * 3) / 10;
  return makeQuantity(BigInt(value) * factor, suffix.format, kept ? text : null);
}

function refuse(reason: QuantityError['reason']): QuantityError {
  return { kind: 'quantity-error', reason, message: messages[reason] };
}

/** The spaces that Go's TrimSpace removes and that JSON writes without an escape. */
function trimSpaces(text: string): string {
  return text.replace(
    /^[ \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+|[ \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/g,
    '',
  );
}

/** `e3`, `E-2`: an int64 cut to int32, as `suffixHandler.interpret` does. */
function readExponent(tail: string): Suffix | null {
  if (!/^[eE][+-]?[0-9]+$/.test(tail)) return null;
  const exponent = BigInt(tail.slice(tail[1] === '+' ? 2 : 1));
  if (BigInt.asIntN(64, exponent) !== exponent) return null;
  return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'DecimalExponent' };
}

/** Rounded away from zero to whole nanos; binary amounts are capped at the largest int64, decimal ones are not. */
function sizeInNano(digits: bigint, fractionDigits: number, { base, exponent }: Suffix): bigint {
  if (base === 10) return shiftDecimal(digits, exponent - fractionDigits + 9);
  const size = shiftDecimal(digits << BigInt(exponent), 9 - fractionDigits);
  return size > maxInt64Nano ? maxInt64Nano : size;
}

function shiftDecimal(value: bigint, places: number): bigint {
  if (places >= 0) return value * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  return (value + divisor - 1n) / divisor;
}

/** Whether Kubernetes reads the amount on its int64 path; it decides about the kept text, and about texts without any digit. */
function isFast(digits: string, fractionDigits: number, { base, exponent }: Suffix): boolean {
  if (base === 10) return digits.length <= safeDigits && exponent - fractionDigits >= -9;
  return fractionDigits === 0 && 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1 >= 0;
}

/** Whether the int64 path takes the written text for canonical, so that `Quantity.String` repeats it. */
function isTextKept(digits: string, fractionDigits: number, { base, exponent }: Suffix): boolean {
  if (base === 2) return Number(digits) % 8 !== 0;
  return (exponent - fractionDigits) % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}
