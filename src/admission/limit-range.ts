import type { ResourceList } from '../quantity/quantity.ts';

/** One entry of `spec.limits`, after the server's own defaulting. */
export interface LimitRangeItem {
  readonly type: string;
  readonly max: ResourceList;
  readonly min: ResourceList;
  readonly default: ResourceList;
  readonly defaultRequest: ResourceList;
  readonly maxLimitRequestRatio: ResourceList;
}

export interface LimitRange {
  readonly name: string;
  readonly limits: readonly LimitRangeItem[];
}
