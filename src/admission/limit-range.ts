import type { KubernetesObject } from '../manifest/document.ts';
import { fieldAt, listAt, stringAt } from '../manifest/fields.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import { isAmountError, readResourceList, type AmountError } from '../workload/pod-shape.ts';

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
  readonly kind: 'limit-range';
  readonly name: string;
  readonly limits: readonly LimitRangeItem[];
}

const bounds = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/**
 * Reads a LimitRange as the server stores it: for containers, `max` stands in for a missing `default`, that for a
 * missing `defaultRequest`, and at last `min` does.
 * @returns the amount that cannot be read, by its pointer in the object, if there is one
 * @see k8s.io/kubernetes/pkg/apis/core/v1 `SetDefaults_LimitRangeItem`
 */
export function readLimitRange(object: KubernetesObject): AmountError | LimitRange {
  const limits: LimitRangeItem[] = [];
  for (const [i, item] of listAt(object.value, 'spec', 'limits').entries()) {
    const lists = new Map<string, ResourceList>();
    for (const bound of bounds) {
      const list = readResourceList(fieldAt(item, bound), `/spec/limits/${i}/${bound}`);
      if (isAmountError(list)) return list;
      lists.set(bound, list);
    }
    const listOf = (bound: (typeof bounds)[number]): ResourceList => lists.get(bound) ?? new Map();
    const written = {
      type: stringAt(item, 'type'),
      max: listOf('max'),
      min: listOf('min'),
      default: listOf('default'),
      defaultRequest: listOf('defaultRequest'),
      maxLimitRequestRatio: listOf('maxLimitRequestRatio'),
    };
    limits.push(written.type === 'Container' ? withDefaults(written) : written);
  }
  return { kind: 'limit-range', name: object.name, limits };
}

function withDefaults(item: LimitRangeItem): LimitRangeItem {
  const limit = fillMissing(item.default, item.max);
  return { ...item, default: limit, defaultRequest: fillMissing(fillMissing(item.defaultRequest, limit), item.min) };
}

/** The amounts of `list`, and those of `defaults` for the names that it lacks. */
export function fillMissing(list: ResourceList, defaults: ResourceList): ResourceList {
  const missing = [...defaults].filter(([name]) => !list.has(name));
  return missing.length === 0 ? list : new Map([...list, ...missing]);
}
