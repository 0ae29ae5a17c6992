import type { ResourceList } from '../quantity/quantity.ts';

/** One condition of `spec.scopeSelector.matchExpressions`; `spec.scopes` are conditions with the operator Exists. */
export interface ScopeCondition {
  readonly scope: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A ResourceQuota as admission sees it. */
export interface QuotaState {
  readonly name: string;
  /** `status.hard` where there is a status, else `spec.hard`. */
  readonly hard: ResourceList;
  /** `status.used` as last counted; `null` when it is not known. */
  readonly used: ResourceList | null;
  /** `spec.scopes` and `spec.scopeSelector` together: an object must meet all of them. */
  readonly scopes: readonly ScopeCondition[];
}

/** A resource that admission refuses without a quota that covers it (`ResourceQuotaConfiguration.limitedResources`). */
export interface LimitedResource {
  readonly apiGroup: string;
  readonly resource: string;
  readonly matchContains: readonly string[];
  readonly matchScopes: readonly ScopeCondition[];
}
