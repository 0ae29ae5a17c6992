import type { ClusterApi } from '../../src/cluster/api.ts';
import { createItemReader } from '../../src/cluster/read-items.ts';
import type { ObjectSink } from '../../src/cluster/reflector.ts';
import type { JsonObject } from '../../src/manifest/document.ts';

/** Lists as a fake API gets: whatever `get` answers is one page. */
export function listByGet(get: ClusterApi['get']): ClusterApi['list'] {
  return async (path, query, onItem, isKnown) => {
    const reader = createItemReader(onItem, isKnown);
    reader.push(Buffer.from(JSON.stringify(await get(path, query))));
    return reader.end();
  };
}

/** A whole list, at once. */
export function fillSink(sink: ObjectSink, objects: Iterable<JsonObject>): void {
  const end = sink.beginList();
  for (const object of objects) sink.upsert(object);
  end();
}
