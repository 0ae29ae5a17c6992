import type { Quantity, ResourceList } from '../quantity/quantity.ts';
import type { Charge } from './charge.ts';
import type { LimitedResource, QuotaState } from './quota-state.ts';

export type RefusalReason = 'exceeded-quota' | 'invalid' | 'limit-range' | 'must-specify' | 'other';

/** One quota and one resource of it that stand in the way. */
export interface Blocker {
  readonly quota: string;
  readonly resource: string;
  /** What this request adds; `null` where the quota only demands that the resource be specified. */
  readonly requested: Quantity | null;
  readonly used: Quantity | null;
  readonly hard: Quantity | null;
}

/**
 * `message` is the server's text without its `pods "web" is forbidden: ` front.
 * When several quotas refuse, the server names an arbitrary one: `message` has the first, `blockedBy` all.
 */
export type QuotaVerdict =
  | {
      readonly kind: 'admitted';
      /** What each quota that counts the object adds to its `used`, by quota name. */
      readonly charges: ReadonlyMap<string, ResourceList>;
    }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      readonly message: string;
      readonly blockedBy: readonly Blocker[];
    }
  /** A quota that matters has no known usage, or whether it covers the object is not known. */
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

export interface QuotaRequest {
  readonly charge: Charge;
  /** The stored object's charge on an update, so that only growth is counted; `null` on a create. */
  readonly old: Charge | null;
}

export declare function judgeQuotas(
  quotas: readonly QuotaState[],
  request: QuotaRequest,
  limited?: readonly LimitedResource[],
): QuotaVerdict;

/** How many further objects with the same charge all quotas let in, at most `wanted`, without looping over them. */
export declare function countFitting(quotas: readonly QuotaState[], charge: Charge, wanted: bigint): bigint | null;

/** The quotas after `times` objects with these charges were stored (negative: removed). */
export declare function applyCharges(
  quotas: readonly QuotaState[],
  charges: ReadonlyMap<string, ResourceList>,
  times: bigint,
): readonly QuotaState[];
