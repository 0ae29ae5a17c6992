/*
 * What an untagged plain scalar means to kubectl: `resolve` of go.yaml.in/yaml/v2 v2.4.4, a dialect of YAML 1.1.
 * `y`, `n`, `on` and `off` are booleans in three spellings each, `010` and `0o10` are 8, `1_000` is 1000, base 60 does
 * not exist, timestamps stay text, and what is too large for a double stays text as well.
 */

/** An exact integer (of 64 bits: int64, or uint64 above it) or a double. */
export type YamlNumber =
  { readonly kind: 'integer'; readonly value: bigint } | { readonly kind: 'float'; readonly value: number };

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const LONGEST_WORD = 5;

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

const PLAIN_INTEGER = /^(?:0|-?[1-9][0-9]{0,14})$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const SIGNED_BINARY = /^0b([-+])([01]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const FLOAT_FROM_DOT = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;
const YEAR_AND_DASH = /^[0-9]{4}-/;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** Gives the null or boolean that a word means, `undefined` for any other text. */
export function readWord(text: string): boolean | null | undefined {
  return text.length > LONGEST_WORD ? undefined : WORDS.get(text);
}

/** Gives the number that a text means, `null` for any other text. */
export function readNumber(text: string): YamlNumber | null {
  const nonFinite = NON_FINITE.get(text);
  if (nonFinite !== undefined) return { kind: 'float', value: nonFinite };
  if (text.startsWith('.')) return FLOAT_FROM_DOT.test(text) ? finite(text) : null;
  if (!/^[-+0-9]/.test(text) || YEAR_AND_DASH.test(text)) return null;
  const digits = text.replaceAll('_', '');
  const integer = readInteger(digits);
  if (integer !== null) return { kind: 'integer', value: integer };
  if (FLOAT.test(digits)) return finite(digits);
  const [, sign, binary] = SIGNED_BINARY.exec(digits) ?? [];
  if (sign === undefined || binary === undefined) return null;
  const value = signed(sign, BigInt(`0b${binary}`));
  return value >= INT64_MIN && value <= INT64_MAX ? { kind: 'integer', value } : null;
}

function finite(digits: string): YamlNumber | null {
  const value = Number(digits);
  return Number.isFinite(value) ? { kind: 'float', value } : null;
}

function signed(sign: string, magnitude: bigint): bigint {
  return sign === '-' ? -magnitude : magnitude;
}

/** Reads as Go's `strconv.ParseInt` and `ParseUint` with base 0; the latter takes no sign. */
function readInteger(text: string): bigint | null {
  const [, sign = '', hex, binary, octal, decimal] = INTEGER.exec(text) ?? [];
  const [prefix, digits] =
    hex !== undefined
      ? ['0x', hex]
      : binary !== undefined
        ? ['0b', binary]
        : octal !== undefined
          ? ['0o', octal]
          : ['', decimal];
  if (digits === undefined) return null;
  const significant = digits.replace(/^0+(?=.)/, '');
  if (significant.length > 64) return null;
  const value = signed(sign, BigInt(prefix + significant));
  const isInt64 = value >= INT64_MIN && value <= INT64_MAX;
  return isInt64 || (sign === '' && value <= UINT64_MAX) ? value : null;
}

/** Character codes that can begin a word or a number: `+ - . 0-9 ~` and the initials of true, yes, on, null. */
const CAN_RESOLVE: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '+-.0123456789~yYnNtTfFoO'.includes(String.fromCharCode(code)),
);

/** Gives the value of an untagged plain scalar; integers beyond 2^53 lose what a double cannot hold. */
export function resolvePlainScalar(text: string): string | number | boolean | null {
  if (text === '') return null;
  if (CAN_RESOLVE[text.charCodeAt(0)] !== true) return text;
  const word = readWord(text);
  if (word !== undefined) return word;
  if (PLAIN_INTEGER.test(text)) return Number(text);
  const number = readNumber(text);
  return number === null ? text : Number(number.value);
}

/** Prints a number as Go's `encoding/json` does after `YAMLToJSON`: integers exactly, doubles in the shortest form. */
export function printJsonNumber(number: YamlNumber): string {
  if (number.kind === 'integer') return String(number.value);
  return Object.is(number.value, -0) ? '-0' : String(number.value);
}

/**
 * Gives the map key that a plain scalar becomes, which `sigs.k8s.io/yaml` turns into text: `on` is `"true"`, `1e6` is
 * `"1e+06"`.
 * @returns `null` for what is refused as a key: null, and integers above int64
 */
export function keyOfPlainScalar(text: string): string | null {
  const word = readWord(text);
  if (word !== undefined) return word === null ? null : String(word);
  const number = readNumber(text);
  return number === null ? text : keyOfNumber(number);
}

/** Gives the map key of a number, `null` for integers above int64. */
export function keyOfNumber(number: YamlNumber): string | null {
  if (number.kind === 'integer') return number.value > INT64_MAX ? null : String(number.value);
  return printShortFloat32(number.value);
}

/** Prints as Go's `strconv.FormatFloat(value, 'g', -1, 32)`: the shortest digits that give the same 32-bit float. */
function printShortFloat32(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  if (rounded === 0) return Object.is(rounded, -0) ? '-0' : '0';
  let digits = 0;
  while (Math.fround(Number(rounded.toExponential(digits))) !== rounded) digits++;
  const [mantissa = '', exponentText = ''] = rounded.toExponential(digits).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return rounded.toFixed(Math.max(0, digits - exponent));
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
