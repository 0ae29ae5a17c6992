import type { KubernetesObject } from '../manifest/document.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { printQuantity } from '../quantity/print.ts';
import { wholeQuantity, type Quantity } from '../quantity/quantity.ts';
import { isAmountError, type AmountError } from '../workload/pod-shape.ts';
import { duplicate, forbidden, invalid, required, type FieldError } from './field-error.ts';
import { ceilTo, nanoPerMilli, printSixDecimals } from './limit-range-verdict.ts';
import { readLimitRange, type LimitRangeItem } from './limit-range.ts';
import { isOvercommitAllowed, validateContainerName, validateName } from './resource-validation.ts';

// LimitRange objects as k8s.io/kubernetes/pkg/apis/core/validation `ValidateLimitRange` judges them, after defaulting.

const bounds = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
const types: ReadonlySet<string> = new Set(['Container', 'PersistentVolumeClaim', 'Pod']);
const one = wholeQuantity(1);

/** What the API server has against a LimitRange; the amount that it cannot decode, if there is one. */
export function validateLimitRange(object: KubernetesObject): AmountError | readonly FieldError[] {
  const limitRange = readLimitRange(object);
  if (isAmountError(limitRange)) return limitRange;
  const seen = new Set<string>();
  return limitRange.limits.flatMap((item, i) => {
    const path = `spec.limits[${i}]`;
    const errors: FieldError[] = [];
    if (!types.has(item.type)) {
      errors.push(invalid(`${path}.type`, item.type, 'must be a standard limit type or fully qualified'));
    }
    if (seen.has(item.type)) errors.push(duplicate(`${path}.type`, item.type));
    seen.add(item.type);
    return [...errors, ...validateItem(item, path)];
  });
}

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const isPod = item.type === 'Pod';
  const errors = bounds.flatMap((bound) => {
    if (isPod && (bound === 'default' || bound === 'defaultRequest')) {
      return item[bound].size === 0 ? [] : [forbidden(`${path}.${bound}`, "may not be specified when `type` is 'Pod'")];
    }
    return [...item[bound].keys()].flatMap((name) => validateItemName(item.type, name, `${path}.${bound}[${name}]`));
  });
  if (item.type === 'PersistentVolumeClaim' && !item.min.has('storage') && !item.max.has('storage')) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${path}.limits`, detail));
  }
  const names = new Set(bounds.flatMap((bound) => [...item[bound].keys()]));
  return [...errors, ...[...names].flatMap((name) => validateOrder(isPod ? withoutDefaults(item) : item, name, path))];
}

function validateItemName(type: string, name: string, path: string): readonly FieldError[] {
  return type === 'Pod' || type === 'Container' ? validateContainerName(name, path) : validateName(name, path);
}

function withoutDefaults(item: LimitRangeItem): LimitRangeItem {
  return { ...item, default: new Map(), defaultRequest: new Map() };
}

/** min <= defaultRequest <= default <= max, and a ratio that these can meet. */
function validateOrder(item: LimitRangeItem, name: string, path: string): FieldError[] {
  const [min, max, limit] = [item.min.get(name), item.max.get(name), item.default.get(name)];
  const [request, ratio] = [item.defaultRequest.get(name), item.maxLimitRequestRatio.get(name)];
  const errors: FieldError[] = [];
  const check = (
    [low, lowWord]: readonly [Quantity | undefined, string],
    [high, highWord]: readonly [Quantity | undefined, string],
    field: string,
    printed: Quantity | undefined,
  ): void => {
    if (low === undefined || high === undefined || printed === undefined || compareQuantities(low, high) <= 0) return;
    const detail = `${lowWord} value ${printQuantity(low)} is greater than ${highWord} value ${printQuantity(high)}`;
    errors.push(invalid(`${path}.${field}[${name}]`, printQuantity(printed), detail));
  };
  check([min, 'min'], [max, 'max'], 'min', min);
  check([min, 'min'], [request, 'default request'], 'defaultRequest', request);
  check([request, 'default request'], [max, 'max'], 'defaultRequest', request);
  check([request, 'default request'], [limit, 'default limit'], 'defaultRequest', request);
  check([min, 'min'], [limit, 'default'], 'default', min);
  check([limit, 'default'], [max, 'max'], 'default', max);
  errors.push(...validateRatio(ratio, min, max, `${path}.maxLimitRequestRatio[${name}]`));
  if (
    limit !== undefined &&
    request !== undefined &&
    !isOvercommitAllowed(name) &&
    compareQuantities(limit, request) !== 0
  ) {
    const texts = `default value ${printQuantity(limit)} must equal to defaultRequest value ${printQuantity(request)}`;
    errors.push(invalid(`${path}.defaultRequest[${name}]`, printQuantity(request), `${texts} in ${name}`));
  }
  return errors;
}

function validateRatio(
  ratio: Quantity | undefined,
  min: Quantity | undefined,
  max: Quantity | undefined,
  path: string,
): FieldError[] {
  if (ratio === undefined) return [];
  const text = printQuantity(ratio);
  const errors = compareQuantities(ratio, one) < 0 ? [invalid(path, text, `ratio ${text} is less than 1`)] : [];
  if (min === undefined || max === undefined) return errors;
  const largest = Number(ceilTo(max, nanoPerMilli)) / Number(ceilTo(min, nanoPerMilli));
  if (Number(ceilTo(ratio, nanoPerMilli)) / 1000 > largest) {
    errors.push(invalid(path, text, `ratio ${text} is greater than max/min = ${printSixDecimals(largest)}`));
  }
  return errors;
}
