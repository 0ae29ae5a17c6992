import type { JsonObject } from './manifest/document.ts';

const recurring = new WeakSet<JsonObject>();

/**
 * Says of an object that whoever read it holds it, since the same comes again and again: then to remember what was worked
 * out for it is worth the memory. Of all others it is not, in a server that sees thousands a second.
 */
export function markRecurring(object: JsonObject): void {
  recurring.add(object);
}

export const isRecurring = (object: JsonObject): boolean => recurring.has(object);
