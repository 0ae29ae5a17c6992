import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../src/manifest/fields.ts';
import { listByGet } from './cluster-fakes.ts';

/** An API server that only stores: objects by path, each with a version that grows. */
export interface ObjectStore extends ClusterApi {
  readonly objects: Map<string, JsonObject>;
  /** `PUT /api/v1/...`, in order; lists and gets too. */
  readonly requests: string[];
  /** Answers before the store does: throw in it to refuse. */
  refuse: (method: string, path: string) => void;
}

export function createObjectStore(): ObjectStore {
  const objects = new Map<string, JsonObject>();
  const requests: string[] = [];
  let version = 0;
  const store = (path: string, object: JsonObject): JsonObject => {
    version += 1;
    const metadata = { ...(object['metadata'] as JsonObject), resourceVersion: String(version) };
    const stored = { ...object, metadata };
    objects.set(path, stored);
    return stored;
  };
  const find = (path: string): JsonObject => {
    const found = objects.get(path);
    if (found === undefined) throw new ApiError(404, 'NotFound', `${path} is not there`);
    return found;
  };
  const answer = (method: string, path: string, body: JsonObject): JsonObject => {
    requests.push(`${method} ${path}`);
    api.refuse(method, path);
    switch (method) {
      case 'POST': {
        const own = `${path}/${stringAt(body, 'metadata', 'name')}`;
        if (objects.has(own)) throw new ApiError(409, 'AlreadyExists', `${own} is there`);
        return store(own, body);
      }
      case 'PUT': {
        const [held, sent] = [find(path), body].map((object) => stringAt(object, 'metadata', 'resourceVersion'));
        if (held !== sent) throw new ApiError(409, 'Conflict', `${path} is at ${held}, not at ${sent}`);
        return store(path, body);
      }
      // A merge patch, as deep as `metadata` and the first keys.
      case 'PATCH': {
        const held = find(path);
        const version = stringAt(body, 'metadata', 'resourceVersion');
        if (version !== '' && version !== stringAt(held, 'metadata', 'resourceVersion'))
          throw new ApiError(409, 'Conflict', `${path} is not at ${version}`);
        return store(path, {
          ...held,
          ...body,
          metadata: { ...objectAt(held, 'metadata'), ...objectAt(body, 'metadata') },
        });
      }
      case 'DELETE':
        find(path);
        objects.delete(path);
        return {};
      default: {
        if (objects.has(path)) return find(path);
        const items = [...objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, object]) => object);
        if (items.length === 0) throw new ApiError(404, 'NotFound', `${path} is not there`);
        return { metadata: {}, items };
      }
    }
  };
  const api: ObjectStore = {
    objects,
    requests,
    refuse: () => undefined,
    get: async (path) => answer('GET', path, {}),
    list: listByGet(async (path) => answer('GET', path, {})),
    send: async (method, path, body) => answer(method, path, body as JsonObject),
    watch: () => Promise.reject(new Error('nothing is watched')),
  };
  return api;
}
