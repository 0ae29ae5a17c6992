import { countedNames } from '../quota/counted-names.ts';
import { compareQuantities, isWhole } from '../quantity/arithmetic.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { printQuantity } from '../quantity/print.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { isExtendedResource, isQualifiedName } from '../quota/covered-keys.ts';
import { aggregateContainers, isPodLevelName } from '../workload/pod-resources.ts';
import type { PodShape, Resources } from '../workload/pod-shape.ts';
import { explainSubdomain } from './name-validation.ts';
import { forbidden, invalid, notSupported, required, type FieldError } from './field-error.ts';

// Requests and limits as k8s.io/kubernetes/pkg/apis/core/validation judges them.

export const negative = 'must be greater than or equal to 0';
const fractional = 'must be an integer';

/** Names without a prefix that the API knows for anything at all. */
const standardNames: ReadonlySet<string> = new Set([
  ...countedNames,
  'cpu',
  'ephemeral-storage',
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
  'requests.storage',
  'storage',
]);

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Whether a request may be lower than its limit. */
export function isOvercommitAllowed(name: string): boolean {
  return (!name.includes('/') || name.includes('kubernetes.io/')) && !isHugePages(name);
}

export function isStandardName(name: string): boolean {
  return standardNames.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
}

/** Requests and limits of one container. `path`: `spec.containers[0].resources`. */
export function validateContainerResources(resources: Resources, path: string): readonly FieldError[] {
  return validateResources(resources, path, validateContainerName);
}

/** Requests and limits of the pod as a whole, by themselves and against those of its containers. */
export function validatePodLevel(pod: PodShape, path: string): readonly FieldError[] {
  if (pod.podLevel === null) return [];
  return [
    ...validateResources(pod.podLevel, path, validatePodLevelName),
    ...validateConsistency(pod, pod.podLevel, path),
  ];
}

/** An amount of a resource by its name: never negative, and whole where it counts things. */
export function validateAmount(name: string, amount: Quantity, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (amount.nano < 0n) errors.push(invalid(path, printQuantity(amount), negative));
  if ((countedNames.has(name) || isExtendedResource(name)) && !isWholeForValidation(amount)) {
    errors.push(invalid(path, printQuantity(amount), fractional));
  }
  return errors;
}

/** `prefix/name` or a standard name. */
export function validateName(name: string, path: string): readonly FieldError[] {
  const errors = isQualifiedName(name) ? [] : explainQualifiedName(name).map((detail) => invalid(path, name, detail));
  if (errors.length > 0 || name.includes('/') || isStandardName(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

const namePartRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

function explainQualifiedName(name: string): readonly string[] {
  const parts = name.split('/');
  const [part = '', prefix] = parts.toReversed();
  if (parts.length > 2) {
    return [
      `a valid label key ${namePartRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const errors: string[] = [];
  if (prefix === '') errors.push('prefix part must be non-empty');
  else if (prefix !== undefined) errors.push(...explainSubdomain(prefix).map((detail) => `prefix part ${detail}`));
  if (part === '') errors.push('name part must be non-empty');
  if (part.length > 63) errors.push('name part must be no more than 63 characters');
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(part)) errors.push(`name part ${namePartRule}`);
  return errors;
}

/**
 * Kubernetes asks whether the amount in thousandths divides by 1000, and large binary amounts overflow there:
 * `8Pi` is whole, `9Pi` is not.
 */
function isWholeForValidation(amount: Quantity): boolean {
  const milli = amount.nano / 1_000_000n;
  const isOverflowing = amount.format === 'BinarySI' && BigInt.asIntN(64, milli) !== milli;
  return isOverflowing ? BigInt.asIntN(64, milli) % 1000n === 0n : isWhole(amount);
}

export function validateContainerName(name: string, path: string): readonly FieldError[] {
  const errors = [...validateName(name, path)];
  if (!name.includes('/')) {
    if (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !isHugePages(name)) {
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
    }
  } else if (!name.includes('kubernetes.io/') && !isExtendedResource(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validatePodLevelName(name: string, path: string): readonly FieldError[] {
  const errors = validateName(name, path);
  if (errors.length > 0 || isPodLevelName(name)) return errors;
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

function validateResources(
  { requests, limits }: Resources,
  path: string,
  validateThisName: (name: string, path: string) => readonly FieldError[],
): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [list, field] of [
    [limits, 'limits'],
    [requests, 'requests'],
  ] as const) {
    const found: (readonly [name: string, error: FieldError])[] = [];
    for (const [name, amount] of list) {
      const place = `${path}.${field}[${name}]`;
      const wrong = [...validateThisName(name, place), ...validateAmount(name, amount, place)];
      if (field === 'requests') wrong.push(...validateRequest(name, amount, limits.get(name), path));
      if (isHugePages(name) && !isPageMultiple(name, amount)) {
        const text = printQuantity(amount);
        wrong.push(invalid(place, text, `${text} is not positive integer multiple of ${name}`));
      }
      for (const error of wrong) found.push([name, error]);
    }
    // The server goes through them in any order; here whoever wrote them in another order reads the same.
    for (const [, error] of found.sort(byName)) errors.push(error);
  }
  const names = [...limits.keys(), ...requests.keys()];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return errors;
}

function byName([a]: readonly [name: string, ...unknown[]], [b]: readonly [name: string, ...unknown[]]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function validateRequest(name: string, amount: Quantity, limit: Quantity | undefined, path: string): FieldError[] {
  const mayOvercommit = isOvercommitAllowed(name);
  if (limit === undefined) {
    return mayOvercommit ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(amount, limit);
  if (order !== 0 && !mayOvercommit) {
    return [
      invalid(`${path}.requests`, printQuantity(amount), `must be equal to ${name} limit of ${printQuantity(limit)}`),
    ];
  }
  if (order <= 0) return [];
  const bound = `must be less than or equal to ${name} limit of ${printQuantity(limit)}`;
  return [invalid(`${path}.requests`, printQuantity(amount), bound)];
}

function isPageMultiple(name: string, amount: Quantity): boolean {
  const size = parseQuantity(name.slice('hugepages-'.length));
  return size.kind === 'quantity' && size.nano > 0n && isWhole(size) && amount.nano % size.nano === 0n;
}

function validateConsistency(pod: PodShape, podLevel: Resources, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const containers = aggregateContainers(pod);
  for (const [name, together] of [...containers.requests].sort(byName)) {
    const own = podLevel.requests.get(name);
    if (own === undefined || compareQuantities(together, own) <= 0) continue;
    const bound = `must be greater than or equal to aggregate container requests of ${printQuantity(together)}`;
    errors.push(invalid(`${path}.requests[${name}]`, printQuantity(own), bound));
  }
  for (const [name, together] of [...containers.limits].sort(byName)) {
    const own = podLevel.limits.get(name);
    if (!isHugePages(name) || own === undefined || compareQuantities(together, own) <= 0) continue;
    const bound = `must be greater than or equal to aggregate container limits of ${printQuantity(together)}`;
    errors.push(invalid(`${path}.limits[${name}]`, printQuantity(own), bound));
  }
  for (const [i, { limits }] of pod.containers.entries()) {
    for (const [name, limit] of [...limits].sort(byName)) {
      const own = podLevel.limits.get(name);
      if (own === undefined || compareQuantities(limit, own) <= 0) continue;
      const bound = `must be less than or equal to pod limits of ${printQuantity(own)}`;
      errors.push(invalid(`${path}.containers[${i}][${name}].limits`, printQuantity(limit), bound));
    }
  }
  return errors;
}
