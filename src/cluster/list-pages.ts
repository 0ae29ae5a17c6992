import { stringAt } from '../manifest/fields.ts';
import type { ClusterApi, OnItem } from './api.ts';

/**
 * Reads a list page after page.
 * @param onItem - is given each object as soon as it is there; a list that fails later has given some already
 * @param isKnown - as `ClusterApi.list` has it
 * @returns the resource version of the list
 * @throws ApiError, 410 when the list changed so much that its pages expired; or the network's own error
 */
export async function listPages(
  api: ClusterApi,
  path: string,
  pageSize: number,
  onItem: OnItem,
  isKnown?: (head: string) => boolean,
): Promise<string> {
  let token = '';
  for (;;) {
    const page = await api.list(
      path,
      { limit: pageSize, ...(token === '' ? {} : { continue: token }) },
      onItem,
      isKnown,
    );
    token = stringAt(page, 'metadata', 'continue');
    if (token === '') return stringAt(page, 'metadata', 'resourceVersion');
  }
}
