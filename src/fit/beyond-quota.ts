import type { KubernetesObject } from '../manifest/document.ts';
import { objectAt } from '../manifest/fields.ts';
import type { Governor, NamespaceState } from '../state/namespace-state.ts';
import { groupOf } from '../workload/workload.ts';

/** What else decides about an object, as answers name it: `ClusterResourceQuota shop`. Kueue only takes what is labelled for a queue. */
export function governorsOf({ governedBy }: NamespaceState, object: KubernetesObject): readonly string[] {
  const queue = objectAt(object.value, 'metadata', 'labels')['kueue.x-k8s.io/queue-name'];
  const governs = ({ kind }: Governor): boolean => kind !== 'Kueue' || queue !== undefined;
  return governedBy.filter(governs).map(({ kind, name }) => `${kind} ${name}`);
}

/** What may not be read may refuse anything; custom workloads concern only their own kind. */
export function unreadFor({ unread }: NamespaceState, { apiVersion }: KubernetesObject): readonly string[] {
  return unread.filter((resource) => {
    const [, group] = /^[^.]+\.(.+)$/u.exec(resource) ?? [];
    return group === undefined || group === groupOf(apiVersion);
  });
}
