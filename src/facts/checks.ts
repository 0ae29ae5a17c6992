import { compareQuantities } from '../quantity/arithmetic.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { printAmount } from './amount.ts';
import { joinPointer } from '../manifest/pointer.ts';
import type { EffectiveResources } from './resources.ts';
import type { CheckFacts } from './schema.ts';

type CheckPlace = Pick<CheckFacts, 'container' | 'kind' | 'path' | 'resource'>;

/** Requests against limits of one container or pod, whose `resources` are at `path`; equal amounts give no check. */
export function checkRequests(
  { requests, limits }: EffectiveResources,
  path: string,
  container: string | null,
): CheckFacts[] {
  const checks: CheckFacts[] = [];
  for (const [resource, limit] of limits) {
    const request = requests.get(resource) ?? null;
    if (request === null || limit === null || request.nano === limit.nano) continue;
    const side = request.nano < limit.nano && isOvercommitAllowed(resource) ? 'limits' : 'requests';
    const at = joinPointer(`${path}/${side}`, resource);
    const place: CheckPlace =
      container === null
        ? { kind: 'request-limit', path: at, resource }
        : { kind: 'request-limit', path: at, resource, container };
    checks.push(judgeAmount(place, request, limit, ratioInThousandths(request, limit)));
  }
  return checks;
}

/** Judges an amount by what it may be at most. */
export function judgeAmount(
  place: CheckPlace,
  amount: Quantity,
  limit: Quantity,
  ratio: number | null = null,
): CheckFacts {
  const { kind, path, resource, container } = place;
  const check: { -readonly [K in keyof CheckFacts]: CheckFacts[K] } = {
    kind,
    path,
    resource,
    verdict: compareQuantities(amount, limit) > 0 ? 'exceeds' : belowLimit(place),
    amount: printAmount(amount),
    limit: printAmount(limit),
  };
  if (container !== undefined) check.container = container;
  if (ratio !== null) check.ratio = ratio;
  return check;
}

function belowLimit({ kind, resource }: CheckPlace): CheckFacts['verdict'] {
  return kind === 'request-limit' && !isOvercommitAllowed(resource) ? 'differs' : 'within';
}

/**
 * Whether a request may be below its limit.
 * @see k8s.io/kubernetes/pkg/apis/core/v1/helper `IsOvercommitAllowed`
 */
function isOvercommitAllowed(resource: string): boolean {
  const isNative = !resource.includes('/') || resource.includes('kubernetes.io/');
  return isNative && !resource.startsWith('hugepages-');
}

/** Rounded up, so that a ratio above a bound of up to three decimals stays above it. */
function ratioInThousandths(request: Quantity, limit: Quantity): number | null {
  if (request.nano <= 0n || limit.nano < 0n) return null;
  return Number((limit.nano * 1000n + request.nano - 1n) / request.nano) / 1000;
}
