/**
 * Amounts as Kubernetes writes, rounds, compares and prints them (k8s.io/apimachinery/pkg/api/resource).
 *
 * An amount is an exact integer number of nano-units (billionths of a core, a byte, an object), the finest step that
 * Kubernetes keeps; what is finer is rounded away from zero when it is read. It carries the notation it was written in,
 * since Kubernetes prints it in the same family again, and the written text where Kubernetes would keep that too.
 * No float ever holds an amount.
 */
declare const unit: unique symbol;

/** Exact amount in billionths of the base unit (core, byte, object). Never a float; made by this room only. */
type NanoAmount = bigint & { readonly [unit]: 'nano' };

/** The notation an amount is printed in: `1500m` and `2k`, `2Ki`, or `12e3`. */
export type QuantityFormat = 'BinarySI' | 'DecimalExponent' | 'DecimalSI';

export interface Quantity {
  readonly kind: 'quantity';
  readonly nano: NanoAmount;
  readonly format: QuantityFormat;
  /** The spelling that Kubernetes repeats as it was written (`1.500`, `05`); `null` when it prints the canonical one. */
  readonly text: string | null;
}

/** A text that Kubernetes refuses to read as an amount, with its own words. */
export interface QuantityError {
  readonly kind: 'quantity-error';
  readonly reason: 'format' | 'numeric' | 'suffix';
  readonly message: string;
}

/** Amounts by resource name. A name that is missing is "not set", which is not the same as zero. */
export type ResourceList = ReadonlyMap<string, Quantity>;

export const emptyList: ResourceList = new Map();

export function makeQuantity(nano: bigint, format: QuantityFormat, text: string | null = null): Quantity {
  return { kind: 'quantity', nano: nano as NanoAmount, format, text };
}

const wholeUnit = 1_000_000_000n;

/** A whole number of base units in plain decimal notation, as object counts are. */
export function wholeQuantity(units: bigint | number): Quantity {
  return makeQuantity(BigInt(units) * wholeUnit, 'DecimalSI');
}

export const zero = makeQuantity(0n, 'DecimalSI');
