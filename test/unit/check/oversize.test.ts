import { describe, expect, it } from 'vitest';
import { findOversize } from '../../../src/check/oversize.ts';
import { decodeFile } from '../../../src/manifest/decode.ts';
import { listObjects } from '../../../src/manifest/objects.ts';

const mebibyte = 1024 ** 2;

function find(kind: string, held: object): string | undefined {
  const text = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'files' }, ...held });
  const [document] = decodeFile({ name: 'files.json', text }).documents;
  const [object] = document === undefined ? [] : listObjects(document).objects;
  return object === undefined ? undefined : findOversize(object)?.message;
}

const bytes = (count: number): string => 'a'.repeat(count);
const base64 = (count: number): string => Buffer.alloc(count).toString('base64');

describe('what an object holds', () => {
  it.each([
    ['ConfigMap', { data: { a: bytes(mebibyte), b: 'a' } }],
    ['ConfigMap', { data: { a: '\u00e4'.repeat(mebibyte / 2), b: 'a' } }],
    ['ConfigMap', { data: { a: 'a' }, binaryData: { b: base64(mebibyte) } }],
    ['Secret', { data: { a: base64(mebibyte) }, stringData: { b: 'a' } }],
  ])('is refused above 1 MiB: %s', (kind, held) => {
    expect(find(kind, held)).toContain(`${kind} files holds 1.1 MiB`);
  });

  it.each([
    ['ConfigMap', { data: { a: bytes(mebibyte) } }],
    ['ConfigMap', { binaryData: { a: base64(mebibyte) } }],
    ['Secret', { data: { a: base64(mebibyte), b: 3 } }],
    ['Example', { data: { a: bytes(2 * mebibyte) } }],
  ])('is taken up to that, and of other kinds: %s', (kind, held) => {
    expect(find(kind, held)).toBeUndefined();
  });
});
