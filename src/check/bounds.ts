import type { KubernetesObject } from '../manifest/document.ts';
import type { Release } from './release.ts';

/** Whether an object bounds what may stand beside it in its namespace. */
export function isBound({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === 'v1' && (kind === 'LimitRange' || kind === 'ResourceQuota');
}

/**
 * Whether there is anything to tell about quota: something that bounds, or a namespace that may lack it. Without it,
 * nothing of `src/fit` needs to be loaded.
 */
export function hasBounds({ objects, context }: Pick<Release, 'context' | 'objects'>): boolean {
  return [...objects, ...context].some((object) => isBound(object) || object.kind === 'Namespace');
}
