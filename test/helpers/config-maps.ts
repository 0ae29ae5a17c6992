import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../src/manifest/fields.ts';

export interface ConfigMaps {
  readonly api: ClusterApi;
  readonly stored: ReadonlyMap<string, JsonObject>;
}

/** @see k8s.io/kubernetes/pkg/apis/core/validation `ValidateConfigMap` */
const MOST_BYTES = 1024 * 1024;

const versionOf = (object: JsonObject | undefined): string => stringAt(object, 'metadata', 'resourceVersion');
const sizeOf = (data: JsonObject, encoding: 'base64' | 'utf8'): number =>
  Object.keys(data).reduce((sum, key) => sum + Buffer.byteLength(stringAt(data, key), encoding), 0);
const nameIn = (path: string): string => path.slice(path.indexOf('/configmaps') + '/configmaps/'.length);

/**
 * ConfigMaps of one namespace as an API server keeps them: who writes must have read the last version.
 * @param before - waits for its turn before a call takes effect, or throws
 */
export function createConfigMaps(before: () => Promise<void> = () => Promise.resolve()): ConfigMaps {
  const stored = new Map<string, JsonObject>();
  let version = 0;
  const put = (name: string, object: JsonObject): JsonObject => {
    const size = sizeOf(objectAt(object, 'data'), 'utf8') + sizeOf(objectAt(object, 'binaryData'), 'base64');
    if (size > MOST_BYTES) {
      throw new ApiError(422, 'Invalid', `${name} is invalid: Too long: may not be more than ${MOST_BYTES} bytes`);
    }
    version += 1;
    const kept = { ...object, metadata: { ...objectAt(object, 'metadata'), resourceVersion: String(version) } };
    stored.set(name, kept);
    return kept;
  };
  const demand = (name: string): JsonObject => {
    const found = stored.get(name);
    if (found === undefined) throw new ApiError(404, 'NotFound', `no ${name}`);
    return found;
  };
  return {
    stored,
    api: {
      list: () => Promise.reject(new Error('nothing is listed')),
      async get(path) {
        await before();
        return nameIn(path) === '' ? { items: [...stored.values()] } : demand(nameIn(path));
      },
      async send(method, path, body) {
        await before();
        const object = objectAt(body as JsonObject);
        if (method === 'POST') {
          const name = stringAt(object, 'metadata', 'name');
          if (stored.has(name)) throw new ApiError(409, 'AlreadyExists', `${name} exists`);
          return put(name, object);
        }
        const name = nameIn(path);
        const wanted = method === 'PUT' ? versionOf(object) : stringAt(object, 'preconditions', 'resourceVersion');
        if (versionOf(demand(name)) !== wanted) throw new ApiError(409, 'Conflict', `${name} has changed`);
        if (method === 'PUT') return put(name, object);
        stored.delete(name);
        return {};
      },
      watch: () => Promise.reject(new Error('nobody watches these')),
    },
  };
}
