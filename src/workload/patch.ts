import { objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';

/**
 * Whether the object is what kustomize merges into another of its name, and is never applied as it stands: it lacks the selector that
 * the server demands.
 */
export function isPatch({ apiVersion, value }: KubernetesObject): boolean {
  return apiVersion === 'apps/v1' && objectAt(value, 'spec')['selector'] === undefined;
}
