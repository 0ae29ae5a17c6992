import type { JsonObject } from '../manifest/document.ts';

/** The name in `metadata`; one with a part that the server makes up, written `*`, is a prefix there. */
export function nameMetadata(name: string): JsonObject {
  const star = name.indexOf('*');
  return star === -1 ? { name } : { generateName: name.slice(0, star) };
}
