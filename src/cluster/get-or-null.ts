import type { JsonObject } from '../manifest/document.ts';
import { ApiError, type ClusterApi } from './api.ts';

/** @returns `null` when there is no such thing @throws ApiError, or the network's own error */
export async function getOrNull(api: Pick<ClusterApi, 'get'>, path: string): Promise<JsonObject | null> {
  try {
    return await api.get(path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
