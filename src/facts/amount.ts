import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { roundUpToMilli } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import type { Quantity } from '../quantity/quantity.ts';
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
  const unit = unitOf(place);
  const base = { ...place, unit, written: spelling.written };
  const parsed = readQuantity(value, spelling.decoded);
  if (parsed.kind === 'quantity-error') return { facts: { ...base, error: parsed.reason }, quantity: null };
  const notation = spelling.notation ?? findNotation(spelling.written, unit, parsed);
  const read = { ...base, value: toDouble(parsed), ...(notation !== undefined && { notation }) };
  const error = findError(place, parsed);
  if (error !== undefined) return { facts: { ...read, error }, quantity: null };
  const quantity = roundUpToMilli(parsed);
  return { facts: { ...read, effective: canonicalQuantity(quantity) }, quantity };
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
