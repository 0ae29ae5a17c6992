import type { JsonObject } from '../manifest/document.ts';
import { ApiError, type ClusterApi } from './api.ts';
import { listPages } from './list-pages.ts';
import { shareParts } from './share-parts.ts';

const PAGE_SIZE = 500;
/** A list that changes so fast that its pages expire thrice is not read to its end. */
const MOST_TRIES = 3;

/**
 * Lists a resource by pages; each object is reduced as it comes.
 * @returns `null` when it may not be read; nothing where the cluster does not have it
 * @throws ApiError, or the network's own error
 */
export async function listResource(
  api: ClusterApi,
  path: string,
  reduce: (object: JsonObject) => JsonObject,
): Promise<readonly JsonObject[] | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      const objects: JsonObject[] = [];
      await listPages(api, path, PAGE_SIZE, (object) => {
        const [reduced, last] = [reduce(object), objects.at(-1)];
        objects.push(last === undefined ? reduced : shareParts(reduced, last));
      });
      return objects;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 403) return null;
      if (error.status === 404) return [];
      // The token of a page has expired: the list begins anew.
      if (error.status !== 410 || tries === MOST_TRIES) throw error;
    }
  }
}
