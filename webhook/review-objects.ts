import { stringAt } from '../src/manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../src/manifest/document.ts';
import type { ReviewRequest } from './review.ts';

/** The object of a review and the one before it, by what the request says of them. */
export function readObjects(
  request: ReviewRequest,
): readonly [object: KubernetesObject | null, old: KubernetesObject | null] {
  return [readObject(request, request.object), readObject(request, request.oldObject)];
}

function readObject(request: ReviewRequest, value: JsonObject | null): KubernetesObject | null {
  if (value === null) return null;
  const { group, version, kind, namespace } = request;
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    namespace,
    name: request.name || stringAt(value, 'metadata', 'name') || `${stringAt(value, 'metadata', 'generateName')}*`,
    value,
    source: null,
  };
}
