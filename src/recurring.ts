import type { JsonObject } from './manifest/document.ts';

const originals = new WeakMap<JsonObject, JsonObject>();

/**
 * Says that an object comes again and again: it differs from `original`, which whoever says so holds, in nothing but its
 * uid, its version and its age.
 */
export function markRecurring(object: JsonObject, original: JsonObject): void {
  originals.set(object, original);
}

/**
 * By what to remember what was worked out for an object; `undefined` for one that is not known to come again. Most are
 * such, and in a server that sees thousands a second to remember them costs more than it saves.
 */
export const originalOf = (object: JsonObject): JsonObject | undefined => originals.get(object);
