import { array, assert, constantFrom, jsonValue, property } from 'fast-check';
import { dump } from 'js-yaml';
import { expect, it } from 'vitest';
import { decodeFile } from '../../src/manifest/decode.ts';
import type { JsonValue } from '../../src/manifest/document.ts';
import { locate } from '../../src/manifest/locate.ts';
import { listObjects } from '../../src/manifest/objects.ts';

const valuesOf = (text: string): readonly JsonValue[] =>
  decodeFile({ name: 'a.yaml', text }).documents.map(({ value }) => value);

/** Values that JSON can hold and print back: no negative zero, whole characters only. */
const json = jsonValue({ stringUnit: 'grapheme' })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)
  .filter((value) => value !== null);

it('JSON is read back as it was', () => {
  assert(
    property(json, (value) => {
      expect(valuesOf(`{"a":${JSON.stringify(value)}}`)).toEqual([{ a: value }]);
    }),
  );
});

it('what js-yaml writes is read back as it was', () => {
  assert(
    property(json, (value) => {
      expect(valuesOf(dump({ a: value }))).toEqual([{ a: value }]);
    }),
  );
});

const fragments = constantFrom(
  'a',
  ': ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  '|\n',
  '>',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '&a ',
  '*a',
  '<<: ',
  '!!int ',
  '? ',
  '---\n',
  '...\n',
  '#',
  '%TAG',
  '\t',
  '\r\n',
  '\ufeff',
  '\u2028',
  '\\',
  '\\u',
  '010',
  '~',
  '{{ x }}',
  '\0',
  '😀',
);

it('any text gives documents or diagnostics within it, and any pointer a place', () => {
  assert(
    property(array(fragments, { maxLength: 40 }), array(constantFrom('a', '0', '~1', '')), (parts, steps) => {
      const text = parts.join('');
      const { documents, diagnostics } = decodeFile({ name: 'a.yaml', text });
      const lines = text.split('\n');
      for (const { line, column } of diagnostics) {
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      }
      for (const document of documents) {
        listObjects(document);
        const { line, column, endColumn } = locate(document, steps.map((step) => `/${step}`).join(''));
        expect(endColumn).toBeGreaterThanOrEqual(column);
        expect(endColumn).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      }
    }),
    { numRuns: 1000 },
  );
});
