import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { roundUpToMilli } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import type { Quantity, QuantityError } from '../quantity/quantity.ts';
import type { AmountFacts } from './schema.ts';
import { spellNumber } from './spelling.ts';

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
  const spelling = spellNumber(object, place.path, value);
  const { written } = spelling;
  const unit = unitOf(place);
  const parsed = parseAmount(value, spelling.decoded);
  if (parsed.kind === 'quantity-error') {
    return { facts: { ...place, unit, written, error: parsed.reason }, quantity: null };
  }
  const { exact, rounded, effective } = parsed;
  const error = findError(place, exact);
  const notation = spelling.notation ?? findNotation(written, unit, exact);
  const facts = {
    ...place,
    unit,
    written,
    value: toDouble(exact),
    ...(effective !== written && { effective }),
    ...(error !== undefined && { error }),
    ...(notation !== undefined && { notation }),
  };
  return { facts, quantity: error === undefined ? rounded : null };
}

interface ParsedAmount {
  readonly kind: 'amount';
  readonly exact: Quantity;
  readonly rounded: Quantity;
  readonly effective: string;
}

/** A release says `100m` a hundred times: its texts are parsed once. Emptied when full, so that a server stays small. */
const parsedTexts = new Map<string, ParsedAmount | QuantityError>();
const parsedTextsLimit = 1024;
const longestText = 32;

function parseAmount(value: JsonValue, decoded: string | undefined): ParsedAmount | QuantityError {
  if (typeof value !== 'string' || value.length > longestText) return roundAmount(readQuantity(value, decoded));
  const known = parsedTexts.get(value);
  if (known !== undefined) return known;
  const parsed = roundAmount(readQuantity(value));
  if (parsedTexts.size >= parsedTextsLimit) parsedTexts.clear();
  parsedTexts.set(value, parsed);
  return parsed;
}

function roundAmount(exact: Quantity | QuantityError): ParsedAmount | QuantityError {
  if (exact.kind === 'quantity-error') return exact;
  const rounded = roundUpToMilli(exact);
  return { kind: 'amount', exact, rounded, effective: canonicalQuantity(rounded) };
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

const countedByQuota: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
]);

/** Counts and extended resources (`nvidia.com/gpu`) come in whole numbers only. */
function isIntegerResource(resource: string): boolean {
  return countedByQuota.has(resource) || (resource.includes('/') && !resource.includes('kubernetes.io/'));
}

function findNotation(written: string, unit: AmountFacts['unit'], { nano }: Quantity): AmountFacts['notation'] {
  if (/[eE][+-]?[0-9]+$/u.test(written)) return 'exponent';
  return unit === 'bytes' && nano !== 0n && /[num]$/u.test(written) ? 'thousandths' : undefined;
}

/** The only float of an amount, for thresholds that a rule compares with. */
function toDouble({ nano }: Quantity): number {
  return Number(nano) / 1e9;
}
