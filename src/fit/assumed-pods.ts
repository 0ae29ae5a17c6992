import { fieldAt, integerAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { World } from './world.ts';

/** How a controller's `status` calls the pods that exist. */
const statusCounts: readonly string[] = ['replicas', 'currentNumberScheduled', 'active'];

/**
 * The pods of a controller whose pods the state does not list: as many as its status says, or, for a manifest without
 * status, as many as it asks for. None where the state lists pods, since then it would list these.
 */
export function countAssumedPods({ namespace }: World, owner: KubernetesObject): number {
  if (namespace.objects.has('Pod')) return 0;
  const status = fieldAt(owner.value, 'status');
  if (status === undefined) return integerAt(owner.value, 'spec', 'replicas') ?? 1;
  for (const name of statusCounts) {
    const count = integerAt(status, name);
    if (count !== null) return count;
  }
  return 0;
}
