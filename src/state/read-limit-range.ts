import type { LimitRange, LimitRangeItem } from '../admission/limit-range.ts';
import { fieldAt, listAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import { readAmounts, type StateProblem } from './read-amounts.ts';

/** A LimitRange as the API server stores it, with what it fills in itself. */
export function readLimitRange(object: KubernetesObject, problems: StateProblem[]): LimitRange {
  const limits = listAt(object.value, 'spec', 'limits').map((item, index) => {
    const read = (field: string): ResourceList =>
      readAmounts(object, fieldAt(item, field), `/spec/limits/${index}/${field}`, problems);
    return fillDefaults({
      type: stringAt(item, 'type'),
      max: read('max'),
      min: read('min'),
      default: read('default'),
      defaultRequest: read('defaultRequest'),
      maxLimitRequestRatio: read('maxLimitRequestRatio'),
    });
  });
  return { name: object.name, limits };
}

/**
 * For containers: a missing default is the maximum, a missing default request the default, else the minimum.
 * @see k8s.io/kubernetes/pkg/apis/core/v1 `SetDefaults_LimitRangeItem`
 */
function fillDefaults(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limit = new Map([...item.max, ...item.default]);
  return { ...item, default: limit, defaultRequest: new Map([...item.min, ...limit, ...item.defaultRequest]) };
}
