import type { ClusterApi } from '../../src/cluster/api.ts';
import type { ObjectSink } from '../../src/cluster/reflector.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { isJsonObject, listAt } from '../../src/manifest/fields.ts';

/** Lists as a fake API gets: whatever `get` answers is one page. */
export function listByGet(get: ClusterApi['get']): ClusterApi['list'] {
  return async (path, query, onItem) => {
    const page = await get(path, query);
    for (const item of listAt(page, 'items')) if (isJsonObject(item)) onItem(item);
    return { ...page, items: [] };
  };
}

/** A whole list, at once. */
export function fillSink(sink: ObjectSink, objects: Iterable<JsonObject>): void {
  const end = sink.beginList();
  for (const object of objects) sink.upsert(object);
  end();
}
