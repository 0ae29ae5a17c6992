import type { Document, Place } from './document.ts';
import { placeOf } from './line-index.ts';
import { stepsOf } from './pointer.ts';
import { sourceTreeOf } from './source-tree.ts';

/**
 * Tells where a value is written. An entry of a mapping is at its key, an item of a list and the root at their first
 * line, or at all of a short value.
 * In a document of more values than places are kept for, everything is at the beginning of the document.
 * @param pointer - RFC 6901, from the root of the document; what is absent gives its nearest parent that is there
 * @param part - `value` for the value of a mapping's entry instead of its key
 */
export function locate(document: Document, pointer: string, part: 'key' | 'value' = 'key'): Place {
  const { file, start } = document;
  const root = sourceTreeOf(document);
  if (root === null) return placeOf(file, start, start + 1);
  let node = root;
  for (const step of stepsOf(pointer)) {
    const child = node.children.get(step);
    if (child === undefined) break;
    node = child;
  }
  const range = part === 'key' && node.key !== null ? node.key : node;
  return placeOf(file, range.start, range.end);
}
