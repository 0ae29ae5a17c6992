import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../../src/manifest/decode.ts';
import type { Document } from '../../../src/manifest/document.ts';
import { locate } from '../../../src/manifest/locate.ts';

function documentsOf(text: string): readonly Document[] {
  return decodeFile({ name: 'a.yaml', text }).documents;
}

/** The text at a place, with its line. */
function shown(text: string, pointer: string, part?: 'key' | 'value', index = 0): string {
  const document = documentsOf(text)[index];
  if (document === undefined) throw new Error('the document was not read');
  const { line, column, endLine, endColumn } = locate(document, pointer, part);
  expect(endLine).toBe(line);
  return `${String(line)}: ${text.split(/\r?\n/)[line - 1]?.slice(column - 1, endColumn - 1) ?? ''}`;
}

const pod = `# a pod
kind: Pod
metadata:
  "name": web
  annotations: {example.com/a: b, 'c~d': "e"}
spec:
  containers:
    - name: one
      image: nginx
      resources:
        limits: {cpu: 010}
    - resources:
      name: two
      args:
      - a
      - "b c"
  volumes: []
`;

describe('locate', () => {
  it.each([
    ['/kind', '2: kind'],
    ['/metadata/name', '4: "name"'],
    ['/metadata/annotations/example.com~1a', '5: example.com/a'],
    ['/metadata/annotations/c~0d', "5: 'c~d'"],
    ['/spec/containers/0/resources', '10: resources'],
    ['/spec/containers/0/resources/limits/cpu', '11: cpu'],
    ['/spec/containers/0', '8: name: one'],
    ['/spec/containers/1', '12: resources:'],
    ['/spec/containers/1/args/1', '16: "b c"'],
    ['', '2: kind: Pod'],
  ])('finds %s', (pointer, place) => {
    expect(shown(pod, pointer)).toBe(place);
  });

  it.each([
    ['/metadata/name', '4: web'],
    ['/spec/containers/0/resources/limits', '11: {cpu: 010}'],
    ['/spec/containers/1/args', '15: - a'],
    ['/spec/volumes', '17: []'],
  ])('finds the value of %s', (pointer, place) => {
    expect(shown(pod, pointer, 'value')).toBe(place);
  });

  it.each([
    ['/spec/containers/0/resources/requests', '10: resources'],
    ['/spec/containers/2/name', '7: containers'],
    ['/status/phase', '2: kind: Pod'],
    ['/kind/x', '2: kind'],
  ])('gives the nearest present parent of %s', (pointer, place) => {
    expect(shown(pod, pointer)).toBe(place);
  });

  it('counts from the beginning of the file in later documents, behind CRLF and a byte order mark', () => {
    expect(shown('a: 1\r\n---\r\n\ufeffb:\r\n  c: 2\r\n', '/b/c', 'key', 1)).toBe('4: c');
  });

  it('places in JSON', () => {
    const json = '{\n  "a": [\n    {"b": "\\u00e9\\"", "c": 1.50}\n  ]\n}';
    expect(shown(json, '/a/0/c')).toBe('3: "c"');
    expect(shown(json, '/a/0/c', 'value')).toBe('3: 1.50');
  });

  it('an alias is where it is used, what it holds is where the anchor holds it', () => {
    const text = 'x: &x\n  cpu: 1\nz:\n  limits: *x\n';
    expect(shown(text, '/z/limits')).toBe('4: limits');
    expect(shown(text, '/z/limits/cpu')).toBe('2: cpu');
  });

  it('a merged key is where it was merged from, unless a later key replaces it', () => {
    const text = 'x: &x {a: 1, b: 2}\nz:\n  <<: *x\n  b: 3\n';
    expect(shown(text, '/z/a')).toBe('1: a');
    expect(shown(text, '/z/b')).toBe('4: b');
  });

  it('the last of two equal keys is the one that counts', () => {
    expect(shown('a: 1\nb: 2\na: 3\n', '/a')).toBe('3: a');
  });
});
