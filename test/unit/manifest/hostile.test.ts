import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../../src/manifest/decode.ts';
import { locate } from '../../../src/manifest/locate.ts';

const decode = (text: string): ReturnType<typeof decodeFile> => decodeFile({ name: 'a.yaml', text });

const laughs = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]']
  .concat(
    Array.from(
      { length: 12 },
      (_, level) => `a${String(level + 1)}: &a${String(level + 1)} [${`*a${String(level)},`.repeat(10)}]`,
    ),
  )
  .join('\n');
const merges = ['a0: &a0 {k: v}']
  .concat(
    Array.from(
      { length: 20 },
      (_, level) => `a${String(level + 1)}: &a${String(level + 1)}\n  <<: [${`*a${String(level)},`.repeat(20)}]`,
    ),
  )
  .join('\n');

describe('hostile input becomes a diagnostic', () => {
  it.each([
    ['aliases that multiply', laughs, 'document contains excessive aliasing'],
    ['merges that multiply', merges, 'document contains excessive aliasing'],
    ['100,000 brackets', '['.repeat(100_000), 'exceeded max depth of 500'],
    ['100,000 flow mappings', '{a: '.repeat(100_000), 'exceeded max depth of 500'],
    ['100,000 dashes', '- '.repeat(100_000), 'exceeded max depth of 500'],
    ['100,000 objects of JSON', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'exceeded max depth of 500'],
    ['deep JSON of some size', `{"a":${'['.repeat(600_000)}${']'.repeat(600_000)}}`, 'exceeded max depth of 500'],
    ['small mappings by the million', `[${'{a: 1},'.repeat(500_000)}]`, 'it holds too many values'],
    ['documents by the million', '---\n'.repeat(120_000), 'more than 50000 documents'],
    ['values of JSON by the million', '{}'.repeat(60_000), 'more than 50000 documents'],
  ])('%s', (_name, text, reason) => {
    const { diagnostics } = decode(text);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ level: 'error', file: 'a.yaml' });
    expect(diagnostics[0]?.message).toContain(reason);
  });

  it('depth of 500 is still read', () => {
    expect(decode(`${'['.repeat(500)}${']'.repeat(500)}`).diagnostics).toEqual([]);
  });

  it.each([
    ['YAML', '__proto__: {polluted: 1}\nx:\n  <<: {__proto__: {polluted: 1}}\n'],
    ['JSON', '{"__proto__": {"polluted": 1}}'],
  ])('__proto__ is plain data in %s', (_name, text) => {
    const { documents } = decode(text);
    expect(Object.keys(documents[0]?.value ?? {})).toContain('__proto__');
    expect(Object.getPrototypeOf(documents[0]?.value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('a document too large for places is located at its beginning', () => {
    const { documents } = decode(`{"a":[${'1,'.repeat(1_600_000)}1]}`);
    const [document] = documents;
    if (document === undefined) throw new Error('the document was not read');
    expect(locate(document, '/a/7')).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 2 });
  });
});
