import { countedNames } from '../quota/counted-names.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { roundUpToMilli } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import type { Quantity, QuantityError } from '../quantity/quantity.ts';
import type { AmountFacts } from './schema.ts';
import { spellNumber, type Spelling } from './spelling.ts';

/** An amount, read once: its facts, and the exact value that comparisons use; `null` where the server refuses it. */
export interface ReadAmount {
  readonly facts: AmountFacts;
  readonly quantity: Quantity | null;
}

export interface AmountPlace {
  readonly path: string;
  readonly field: AmountFacts['field'];
  readonly resource: string;
  readonly container?: string;
}

/** Reads an amount where it stands, with the server's rounding up to a thousandth. */
export function readAmount(object: KubernetesObject, place: AmountPlace, value: JsonValue): ReadAmount {
  const unit = unitOf(place);
  const { reading, exact, rounded } =
    typeof value === 'string' ? readText(value, unit) : readOther(object, place, value);
  const error = exact === null ? reading.error : findError(place, exact);
  return { facts: joinFacts(place, unit, reading, error), quantity: error === undefined ? rounded : null };
}

/** Of one object there are dozens: members set one by one cost a fifth of what spreads do. */
function joinFacts(
  { path, field, resource, container }: AmountPlace,
  unit: AmountFacts['unit'],
  { written, value, effective, notation }: Reading['reading'],
  error: AmountFacts['error'],
): AmountFacts {
  const facts: { -readonly [K in keyof AmountFacts]: AmountFacts[K] } =
    container === undefined
      ? { path, field, resource, unit, written }
      : { path, field, resource, container, unit, written };
  if (value !== undefined) facts.value = value;
  if (effective !== undefined) facts.effective = effective;
  if (notation !== undefined) facts.notation = notation;
  if (error !== undefined) facts.error = error;
  return facts;
}

/** What an amount is, wherever it stands. */
interface Reading {
  readonly reading: Pick<AmountFacts, 'effective' | 'error' | 'notation' | 'value' | 'written'>;
  /** `null` for what is no amount. */
  readonly exact: Quantity | null;
  readonly rounded: Quantity | null;
}

/** A release says `100m` a hundred times: its texts are read once. Emptied when full, so that a server stays small. */
const readings: Readonly<Record<AmountFacts['unit'], Map<string, Reading>>> = {
  bytes: new Map(),
  cores: new Map(),
  count: new Map(),
  none: new Map(),
};
const readingsLimit = 1024;
const longestText = 32;

function readText(text: string, unit: AmountFacts['unit']): Reading {
  const known = readings[unit].get(text);
  if (known !== undefined) return known;
  const read = describeReading(readQuantity(text), { written: text }, unit);
  if (text.length > longestText) return read;
  if (readings[unit].size >= readingsLimit) readings[unit].clear();
  readings[unit].set(text, read);
  return read;
}

function readOther(object: KubernetesObject, place: AmountPlace, value: JsonValue): Reading {
  const spelling = spellNumber(object, place.path, value);
  return describeReading(readQuantity(value, spelling.decoded), spelling, unitOf(place));
}

function describeReading(
  exact: Quantity | QuantityError,
  { written, notation: spelled }: Spelling,
  unit: AmountFacts['unit'],
): Reading {
  if (exact.kind === 'quantity-error') {
    return { reading: { written, error: exact.reason }, exact: null, rounded: null };
  }
  const rounded = roundUpToMilli(exact);
  const effective = printAmount(rounded);
  const notation = spelled ?? findNotation(written, unit, exact);
  const reading = {
    written,
    value: toDouble(exact),
    ...(effective !== written && { effective }),
    ...(notation !== undefined && { notation }),
  };
  return { reading, exact, rounded };
}

const printed = new WeakMap<Quantity, string>();

/** The canonical text, made once for an amount that was read once. */
export function printAmount(quantity: Quantity): string {
  const known = printed.get(quantity);
  if (known !== undefined) return known;
  const text = canonicalQuantity(quantity);
  printed.set(quantity, text);
  return text;
}

const byteNames = /(?:^|[./])(?:memory|storage|ephemeral-storage|sizeLimit)$|^hugepages-/u;
const coreNames = /^(?:requests\.|limits\.)?cpu$/u;

function unitOf({ field, resource }: AmountPlace): AmountFacts['unit'] {
  if (field === 'divisor' || field === 'ratio') return 'none';
  if (coreNames.test(resource)) return 'cores';
  return byteNames.test(resource) ? 'bytes' : 'count';
}

const fractionFields: ReadonlySet<AmountFacts['field']> = new Set(['hard', 'limit', 'overhead', 'request']);

/**
 * Amounts that parse, and that validation refuses all the same.
 * @see k8s.io/kubernetes/pkg/apis/core/validation `ValidateResourceQuantityValue`
 */
function findError({ field, resource }: AmountPlace, { nano }: Quantity): AmountFacts['error'] {
  if (nano < 0n) return 'negative';
  const isWholeOnly = fractionFields.has(field) && isIntegerResource(resource);
  return isWholeOnly && nano % 1_000_000_000n !== 0n ? 'fraction' : undefined;
}

/** Counts and extended resources (`nvidia.com/gpu`) come in whole numbers only. */
function isIntegerResource(resource: string): boolean {
  return countedNames.has(resource) || (resource.includes('/') && !resource.includes('kubernetes.io/'));
}

function findNotation(written: string, unit: AmountFacts['unit'], { nano }: Quantity): AmountFacts['notation'] {
  if (/[eE][+-]?[0-9]+$/u.test(written)) return 'exponent';
  return unit === 'bytes' && nano !== 0n && /[num]$/u.test(written) ? 'thousandths' : undefined;
}

/** The only float of an amount, for thresholds that a rule compares with. */
function toDouble({ nano }: Quantity): number {
  return Math.max(Math.min(Number(nano) / 1e9, Number.MAX_VALUE), -Number.MAX_VALUE);
}
