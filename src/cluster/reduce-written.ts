import type { JsonObject } from '../manifest/document.ts';
import { kindKey } from '../workload/kinds.ts';
import { groupOf, type KindTable } from '../workload/workload.ts';
import { reduceCustomObject } from './reduce-custom.ts';
import { reduceObject } from './reduce.ts';

/** What the state keeps of an object of any kind; of a custom one only what its description points to. */
export function reduceWritten(object: JsonObject, apiVersion: string, kind: string, kinds: KindTable): JsonObject {
  const description = kinds.get(kindKey(groupOf(apiVersion), kind));
  return description === undefined
    ? reduceObject(object, apiVersion, kind)
    : reduceCustomObject(object, apiVersion, description);
}
