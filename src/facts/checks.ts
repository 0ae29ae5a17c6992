import { compareQuantities } from '../quantity/arithmetic.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { joinPointer } from './pointer.ts';
import type { Bounds, EffectiveResources } from './resources.ts';
import type { CheckFacts } from './schema.ts';

/** Where the two amounts of a check stand. */
export interface CheckPlace {
  readonly kind: CheckFacts['kind'];
  readonly path: string;
  readonly limitPath: string;
  readonly resource: string;
  readonly container?: string;
}

/** Requests against limits of one container or pod, whose `resources` are at `path`; equal amounts give no check. */
export function checkRequests(
  { requests, limits }: EffectiveResources,
  path: string,
  container: string | null,
): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const [resource, limit] of limits) {
    const place = {
      kind: 'request-limit',
      path: joinPointer(`${path}/requests`, resource),
      limitPath: joinPointer(`${path}/limits`, resource),
      resource,
      ...(container !== null && { container }),
    } as const;
    const check = judgeAmount(place, requests.get(resource)?.quantity ?? null, limit.quantity);
    if (check !== null) checks.push(check);
  }
  return checks;
}

/** Judges an amount by what it may be at most; `null` where they are equal, or one is not known. */
export function judgeAmount(place: CheckPlace, amount: Quantity | null, limit: Quantity | null): CheckFacts | null {
  if (amount === null || limit === null) return null;
  const order = compareQuantities(amount, limit);
  if (order === 0) return null;
  const ratio = place.kind === 'request-limit' ? ratioInThousandths(amount, limit) : null;
  return {
    ...place,
    verdict: order > 0 ? 'exceeds' : belowLimit(place),
    amount: canonicalQuantity(amount),
    limit: canonicalQuantity(limit),
    ...(ratio !== null && { ratio }),
  };
}

function belowLimit({ kind, resource }: CheckPlace): CheckFacts['verdict'] {
  return kind === 'request-limit' && !isOvercommitAllowed(resource) ? 'differs' : 'within';
}

/**
 * Whether a request may be below its limit.
 * @see k8s.io/kubernetes/pkg/apis/core/v1/helper `IsOvercommitAllowed`
 */
export function isOvercommitAllowed(resource: string): boolean {
  const isNative = !resource.includes('/') || resource.includes('kubernetes.io/');
  return isNative && !resource.startsWith('hugepages-');
}

/** Rounded up, so that a ratio above a bound of up to three decimals stays above it. */
function ratioInThousandths(request: Quantity, limit: Quantity): number | null {
  if (request.nano <= 0n || limit.nano < 0n) return null;
  return Number((limit.nano * 1000n + request.nano - 1n) / request.nano) / 1000;
}

/** The value of a bound, or `null`. */
export function quantityOf(bounds: Bounds, resource: string): Quantity | null {
  return bounds.get(resource)?.quantity ?? null;
}
