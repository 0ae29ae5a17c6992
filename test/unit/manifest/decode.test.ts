import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeBytes, decodeFile } from '../../../src/manifest/decode.ts';
import type { JsonValue } from '../../../src/manifest/document.ts';

/** A text, and what the decoder of k8s.io/apimachinery v0.37.2 made of it (recorded by fixtures/manifest/recorder). */
interface Recorded {
  readonly name: string;
  readonly text: string;
  readonly docs: readonly JsonValue[];
  readonly error?: string;
}

const recorded = readFileSync(
  fileURLToPath(new URL('../../fixtures/manifest/odd-forms.jsonl', import.meta.url)),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

const decode = (text: string): ReturnType<typeof decodeFile> => decodeFile({ name: 'a.yaml', text });
const errorsOf = ({ diagnostics }: ReturnType<typeof decodeFile>): readonly string[] =>
  diagnostics.filter(({ level }) => level === 'error').map(({ message }) => message);

/** Bytes of texts in UTF-8, and bytes given as numbers. */
const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])));

describe('decodeFile agrees with kubectl', () => {
  it.each(recorded.filter(({ error }) => error === undefined))('where it accepts: $name', ({ text, docs }) => {
    const decoded = decode(text);
    expect(decoded.documents.map(({ value }) => JSON.parse(JSON.stringify(value)) as JsonValue)).toEqual(
      JSON.parse(JSON.stringify(docs)),
    );
    expect(errorsOf(decoded)).toEqual([]);
  });

  it.each(recorded.filter(({ error }) => error !== undefined))('where it stops: $name', ({ text, docs }) => {
    const decoded = decode(text);
    expect(decoded.documents.slice(0, docs.length).map(({ value }) => value)).toEqual(docs);
    expect(errorsOf(decoded)).not.toEqual([]);
  });
});

describe('decodeFile goes on where kubectl stops', () => {
  it('reads the neighbours of a broken document, and says where that breaks', () => {
    const decoded = decode('a: 1\n---\nb: [\n---\nc: 3\n');
    expect(decoded.documents.map(({ value, start, end }) => ({ value, start, end }))).toEqual([
      { value: { a: 1 }, start: 0, end: 5 },
      { value: { c: 3 }, start: 18, end: 23 },
    ]);
    expect(decoded.diagnostics).toEqual([
      {
        level: 'error',
        file: 'a.yaml',
        line: 4,
        column: 1,
        message:
          'this document cannot be read: did not find expected node content; close the brackets above, and quote values that begin with one',
      },
    ]);
  });

  it('reads the documents around a separator with text behind it', () => {
    const decoded = decode('a: 1\n--- |\nb\n---\nc: 3\n');
    expect(decoded.documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 3 }]);
    expect(decoded.diagnostics).toMatchObject([{ level: 'error', line: 2, column: 1 }]);
  });
});

describe('decodeFile warns of keys that stand twice', () => {
  it.each([
    ['in YAML', 'a: 1\nb: 2\na: 3\n', { line: 3, column: 1 }],
    ['in a flow mapping', 'x: {a: 1, a: 2}\n', { line: 1, column: 11 }],
    ['in JSON', '{\n  "a": 1,\n  "b": ":",\n  "a": 2\n}\n', { line: 4, column: 3 }],
    ['when they only become equal as text', '1: a\n"1": b\n', { line: 2, column: 1 }],
    ['when a merge replaces the value', 'x: &x {a: 1}\ny:\n  a: 2\n  <<: *x\n', { line: 4, column: 3 }],
  ])('%s', (_name, text, place) => {
    expect(decode(text).diagnostics).toMatchObject([{ level: 'warning', ...place }]);
  });

  it.each([
    ['a key that replaces a merged one', 'x: &x {a: 1}\ny:\n  <<: *x\n  a: 2\n'],
    ['strings in JSON that look like keys', '{"a": "\\"a\\": 1", "b": "\\"a\\":"}'],
    ['equal keys of two mappings', '[{"a": 1}, {"a": 2}]'],
  ])('but not of %s', (_name, text) => {
    expect(decode(text).diagnostics).toEqual([]);
  });

  it('names the first twenty of a document and counts the rest', () => {
    const { diagnostics } = decode('a: 1\n'.repeat(31));
    expect(diagnostics).toHaveLength(21);
    expect(diagnostics.at(-1)?.message).toBe('10 more keys of this document stand twice');
  });
});

describe('decodeFile names a template that is not rendered once', () => {
  it.each([
    ['Helm', 'a: {{ .Values.a }}\n---\nb: {{ .Values.b }}\n', { line: 1, column: 4 }],
    ['Helm control flow', 'a: 1\n{{- if .Values.b }}\nb: 2\n{{- end }}\n', { line: 2, column: 1 }],
    ['Jinja', 'a: 1\n{% if b %}\nb: 2\n{% endif %}\n', { line: 2, column: 1 }],
  ])('%s', (_name, text, place) => {
    const { diagnostics } = decode(text);
    expect(diagnostics).toMatchObject([{ level: 'error', ...place }]);
    expect(diagnostics[0]?.message).toContain('template');
  });

  it('and not at all when the marks stand in quotes', () => {
    expect(decode('a: "{{ .Values.a }}"\n').diagnostics).toEqual([]);
  });

  it('while a document broken otherwise keeps its own words', () => {
    expect(errorsOf(decode('a: {{ b }}\n---\nc: [\n'))).toEqual([
      'this document cannot be read: did not find expected node content; close the brackets above, and quote values that begin with one',
      expect.stringContaining('template'),
    ]);
  });
});

describe('decodeBytes', () => {
  it('refuses the YAML document that is not UTF-8, at the character', () => {
    const decoded = decodeBytes('a.yaml', bytes('a: 1\n---\nb: \ufffdé', 0xff, '\n---\nc: 3\n'));
    expect(decoded.documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 3 }]);
    expect(decoded.diagnostics).toMatchObject([{ level: 'error', line: 3, column: 6 }]);
  });

  it('reads JSON that is not UTF-8 as Go does', () => {
    const decoded = decodeBytes('a.json', bytes('{"a": "b', 0xff, 'c"}'));
    expect(decoded.documents.map(({ value }) => value)).toEqual([{ a: 'b\ufffdc' }]);
    expect(decoded.diagnostics).toEqual([]);
  });

  it.each([
    ['little-endian', bytes(0xff, 0xfe, 0x61, 0x00)],
    ['big-endian', bytes(0xfe, 0xff, 0x00, 0x61)],
  ])('refuses UTF-16, %s', (_name, input) => {
    expect(errorsOf(decodeBytes('a.yaml', input))).toEqual(['this file is written in UTF-16; save it as UTF-8']);
  });

  it('refuses a file above 64 MiB without reading it', () => {
    expect(errorsOf(decodeBytes('a.yaml', new Uint8Array(64 * 1024 * 1024 + 1)))).toEqual([
      'this file of 65 MiB is above the limit of 64 MiB; split it into smaller files',
    ]);
  });
});
