import { stringAt } from '../manifest/fields.ts';
import type { ClusterApi } from './api.ts';

/** The minor version of the cluster: 37. Some providers write `37+`. */
export async function readMinorVersion(api: ClusterApi): Promise<number> {
  const minor = Number.parseInt(stringAt(await api.get('/version'), 'minor'), 10);
  if (Number.isNaN(minor)) throw new Error('the API server does not say its version');
  return minor;
}
