import type { ClusterApi } from '../src/cluster/api.ts';
import { getOrNull } from '../src/cluster/get-or-null.ts';
import type { ClusterResource } from '../src/cluster/resources.ts';
import { stringAt } from '../src/manifest/fields.ts';
import type { KindTable } from '../src/workload/workload.ts';

/** Those of the described custom kinds that the cluster serves, in the version that it prefers. */
export async function findCustomResources(api: ClusterApi, kinds: KindTable): Promise<readonly ClusterResource[]> {
  const found = await Promise.all(
    [...kinds.values()].map(async ({ group, kind, plural }): Promise<readonly ClusterResource[]> => {
      const apiVersion = await preferredVersion(api, group);
      const resource = plural ?? `${kind.toLowerCase()}s`;
      return apiVersion === null ? [] : [{ apiVersion, kind, resource, namespaced: true }];
    }),
  );
  return found.flat();
}

async function preferredVersion(api: ClusterApi, group: string): Promise<string | null> {
  return stringAt((await getOrNull(api, `/apis/${group}`)) ?? {}, 'preferredVersion', 'groupVersion') || null;
}
