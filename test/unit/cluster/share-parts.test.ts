import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shareParts } from '../../../src/cluster/share-parts.ts';
import type { JsonObject, JsonValue } from '../../../src/manifest/document.ts';

const names = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'length');
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, 1, '', 'a', 'a text that is longer'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value')),
  ),
}));
const object = fc.dictionary(names, anything);
/** As it comes out of a response. */
const read = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

it('gives what was read, and all of the known one where both are equal', () => {
  fc.assert(
    fc.property(object, object, (one, other) => {
      const known = read(one);
      const shared = shareParts(read(other), known);
      expect(JSON.stringify(sort(shared))).toBe(JSON.stringify(sort(read(other))));
      expect(shared === known).toBe(JSON.stringify(sort(read(one))) === JSON.stringify(sort(read(other))));
      expect(shareParts(read(one), known)).toBe(known);
      expect(JSON.stringify(known)).toBe(JSON.stringify(read(one)));
    }),
    { numRuns: 300 },
  );
});

/** Members in one order. */
function sort(value: JsonValue): unknown {
  if (Array.isArray(value)) return ['list', ...value.map((item: JsonValue) => sort(item))];
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([name, member]) => [name, sort(member as JsonValue)] as const);
  return members.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
