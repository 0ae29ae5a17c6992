import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../../src/manifest/decode.ts';
import type { Document } from '../../../src/manifest/document.ts';
import { jsonNumberText, writtenNumber } from '../../../src/manifest/number.ts';

function documentOf(text: string): Document {
  const [document] = decodeFile({ name: 'a.yaml', text }).documents;
  if (document === undefined) throw new Error('the document was not read');
  return document;
}

describe('numbers of YAML', () => {
  it.each([
    ['5', null, '5'],
    ['0.5', null, '0.5'],
    ['010', '010', '8'],
    ['0x10', '0x10', '16'],
    ['1_000', '1_000', '1000'],
    ['+5', '+5', '5'],
    ['1e3', '1e3', '1000'],
    ['1.10', '1.10', '1.1'],
    ['1e21', '1e21', '1e+21'],
    ['-0.0', '-0.0', '-0'],
    ['9007199254740993', '9007199254740993', '9007199254740993'],
    ['18446744073709551615', '18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '18446744073709551616', '18446744073709552000'],
    ['"010"', null, null],
    ['text', null, null],
    ['true', null, null],
  ])('%s', (written, spelling, json) => {
    const document = documentOf(`other: 010\na:\n  - b: ${written}\n`);
    expect(writtenNumber(document, '/a/0/b')).toBe(spelling);
    expect(jsonNumberText(document, '/a/0/b')).toBe(json);
  });
});

describe('numbers of JSON are sent as they are written', () => {
  it.each([
    ['5', null, '5'],
    ['1e3', '1e3', '1e3'],
    ['1.50', '1.50', '1.50'],
    ['-0', '-0', '-0'],
    ['9007199254740993', '9007199254740993', '9007199254740993'],
    ['"1e3"', null, null],
  ])('%s', (written, spelling, json) => {
    const document = documentOf(`{"a": [{"b": ${written}}]}`);
    expect(writtenNumber(document, '/a/0/b')).toBe(spelling);
    expect(jsonNumberText(document, '/a/0/b')).toBe(json);
  });
});

it('a number behind an alias is spelled as the anchor spells it', () => {
  expect(writtenNumber(documentOf('a: &a 010\nb: *a\n'), '/b')).toBe('010');
});

it('what is not there has no spelling', () => {
  const document = documentOf('a: 010\n');
  expect(writtenNumber(document, '/b')).toBeNull();
  expect(jsonNumberText(document, '/a/c')).toBeNull();
});
