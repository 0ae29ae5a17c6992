import { listAt, stringAt } from '../manifest/fields.ts';
import type { ClusterApi } from './api.ts';

/** The minor version of the cluster: 37. Some providers write `37+`. */
export async function readMinorVersion(api: ClusterApi): Promise<number> {
  const minor = Number.parseInt(stringAt(await api.get('/version'), 'minor'), 10);
  if (Number.isNaN(minor)) throw new Error('the API server does not say its version');
  return minor;
}

/** The groups that the cluster serves, and the version of each that it prefers. Everybody may ask. */
export async function readGroupVersions(api: ClusterApi): Promise<ReadonlyMap<string, string>> {
  const groups = listAt(await api.get('/apis'), 'groups');
  return new Map(groups.map((group) => [stringAt(group, 'name'), stringAt(group, 'preferredVersion', 'groupVersion')]));
}
