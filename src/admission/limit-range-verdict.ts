import { printQuantity } from '../quantity/print.ts';
import { zero, type Quantity, type ResourceList } from '../quantity/quantity.ts';
import { sortedNames } from '../quantity/resource-list.ts';
import { podResourcesForLimitRange } from '../workload/pod-resources.ts';
import type { PodShape, Resources } from '../workload/pod-shape.ts';
import type { LimitRange, LimitRangeItem } from './limit-range.ts';

// What LimitRanger says after validation: k8s.io/kubernetes/plugin/pkg/admission/limitranger `PodValidateLimitFunc`.

/** What a LimitRange has against a pod, in the server's words; the server goes through names in any order, we by name. */
export function judgePodLimits(limitRange: LimitRange, pod: PodShape): readonly string[] {
  return limitRange.limits.flatMap((item) => {
    if (item.type === 'Pod') return judgeBounds(item, podResourcesForLimitRange(pod));
    if (item.type !== 'Container') return [];
    return [...pod.containers, ...pod.initContainers].flatMap((container) => judgeBounds(item, container));
  });
}

/** What a LimitRange has against a claim that requests this much; limits of claims are ignored. */
export function judgeClaimLimits(limitRange: LimitRange, requests: ResourceList): readonly string[] {
  const claim: Resources = { requests, limits: new Map() };
  return limitRange.limits.flatMap((item) => {
    if (item.type !== 'PersistentVolumeClaim') return [];
    return [
      ...eachBound(item.min, (bound) => judgeMin(item.type, bound, claim)),
      ...eachBound(item.max, (bound) => judgeMaxRequest(item.type, bound, claim)),
    ];
  });
}

interface Bound {
  readonly name: string;
  readonly amount: Quantity;
}

function judgeBounds(item: LimitRangeItem, resources: Resources): readonly string[] {
  return [
    ...eachBound(item.min, (bound) => judgeMin(item.type, bound, resources)),
    ...eachBound(item.max, (bound) => judgeMax(item.type, bound, resources)),
    ...eachBound(item.maxLimitRequestRatio, (bound) => judgeRatio(item.type, bound, resources)),
  ];
}

function eachBound(list: ResourceList, judge: (bound: Bound) => string | null): string[] {
  return sortedNames(list)
    .map((name) => judge({ name, amount: list.get(name) ?? zero }))
    .filter((message) => message !== null);
}

function judgeMin(type: string, bound: Bound, { requests, limits }: Resources): string | null {
  const request = requests.get(bound.name);
  const limit = limits.get(bound.name);
  const compared = compareAlike(request, limit, bound.amount);
  const front = `minimum ${bound.name} usage per ${type} is ${printQuantity(bound.amount)}`;
  if (request === undefined) return `${front}.  No request is specified`;
  if (compared.request < compared.bound) return `${front}, but request is ${printQuantity(request)}`;
  if (limit !== undefined && compared.limit < compared.bound) return `${front}, but limit is ${printQuantity(limit)}`;
  return null;
}

function judgeMax(type: string, bound: Bound, { requests, limits }: Resources): string | null {
  const request = requests.get(bound.name);
  const limit = limits.get(bound.name);
  const compared = compareAlike(request, limit, bound.amount);
  const front = `maximum ${bound.name} usage per ${type} is ${printQuantity(bound.amount)}`;
  if (limit === undefined) return `${front}.  No limit is specified`;
  if (compared.limit > compared.bound) return `${front}, but limit is ${printQuantity(limit)}`;
  if (request !== undefined && compared.request > compared.bound)
    return `${front}, but request is ${printQuantity(request)}`;
  return null;
}

function judgeMaxRequest(type: string, bound: Bound, { requests }: Resources): string | null {
  const request = requests.get(bound.name);
  const compared = compareAlike(request, undefined, bound.amount);
  const front = `maximum ${bound.name} usage per ${type} is ${printQuantity(bound.amount)}`;
  if (request === undefined) return `${front}.  No request is specified`;
  return compared.request > compared.bound ? `${front}, but request is ${printQuantity(request)}` : null;
}

function judgeRatio(type: string, bound: Bound, { requests, limits }: Resources): string | null {
  const { request, limit } = compareAlike(requests.get(bound.name), limits.get(bound.name), bound.amount);
  const front = `${bound.name} max limit to request ratio per ${type} is ${printQuantity(bound.amount)}`;
  if (request === 0n) return `${front}, but no request is specified or request is 0`;
  if (limit === 0n) return `${front}, but no limit is specified or limit is 0`;
  // Floats here because the server has them here: a ratio close to the bound must fall on the same side.
  const ratio = Number(limit) / Number(request);
  const isExact = ceilTo(bound.amount, nanoPerUnit) <= maxMilliValue;
  const exceeds = isExact
    ? ratio * 1000 > Number(ceilTo(bound.amount, nanoPerMilli))
    : ratio > Number(ceilTo(bound.amount, nanoPerUnit));
  return exceeds ? `${front}, but provided ratio is ${printSixDecimals(ratio)}` : null;
}

const nanoPerUnit = 1_000_000_000n;
export const nanoPerMilli = 1_000_000n;
/** Above this many units an int64 cannot hold thousandths (`resource.MaxMilliValue`). */
const maxMilliValue = 9_223_372_036_854_775n;

/** The three amounts in thousandths where all of them fit, else in whole units, rounded up; absent ones are zero. */
function compareAlike(
  request: Quantity | undefined,
  limit: Quantity | undefined,
  bound: Quantity,
): { readonly request: bigint; readonly limit: bigint; readonly bound: bigint } {
  const amounts = [request ?? zero, limit ?? zero, bound];
  const step = amounts.every((amount) => ceilTo(amount, nanoPerUnit) <= maxMilliValue) ? nanoPerMilli : nanoPerUnit;
  return { request: ceilTo(request ?? zero, step), limit: ceilTo(limit ?? zero, step), bound: ceilTo(bound, step) };
}

export function ceilTo({ nano }: Quantity, step: bigint): bigint {
  const whole = nano / step;
  return nano % step === 0n ? whole : whole + (nano > 0n ? 1n : -1n);
}

/** `%f` of Go, which unlike `toFixed` settles an exact half to the even digit. */
export function printSixDecimals(value: number): string {
  const digits = value.toFixed(20);
  const isHalf = /^\d+\.\d{5}[02468]50{13}$/.test(digits);
  return isHalf ? digits.slice(0, -14) : value.toFixed(6);
}
