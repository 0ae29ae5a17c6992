import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createItemReader } from '../../../src/cluster/read-items.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';

function read(text: string, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text);
  const items: JsonObject[] = [];
  const reader = createItemReader((item) => items.push(item));
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (let index = 1; index < places.length; index += 1) reader.push(bytes.subarray(places[index - 1], places[index]));
  return { items, list: reader.end() };
}

const list = (items: readonly unknown[]) => ({ kind: 'PodList', metadata: { resourceVersion: '7' }, items });

describe('createItemReader', () => {
  it('reads any list as JSON.parse does, wherever the text is cut', () => {
    const names = fc.oneof(
      fc.constantFrom('items', 'metadata', 'a"b', '\\', '{[', ']}"'),
      fc.string({ unit: 'grapheme' }),
    );
    const item = fc.dictionary(names, fc.jsonValue({ maxDepth: 4 }));
    const envelope = fc.dictionary(names, fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 5 }),
        envelope,
        envelope,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.constantFrom(undefined, 2),
        (items, { items: _one, ...before }, { items: _two, ...after }, cuts, indent) => {
          const text = JSON.stringify({ ...before, items, ...after }, null, indent);
          const whole = JSON.parse(text) as { readonly items: readonly unknown[] };
          const answer = read(text, cuts);
          expect(answer.items).toEqual(whole.items);
          expect(answer.list).toEqual({ ...whole, items: [] });
        },
      ),
    );
  });

  it.each([
    ['a name that only ends so', '{"\\"items":[{"a":1}],"xitems":[{"b":1}],"items":[{"c":1}]}', [{ c: 1 }]],
    ['items within items', '{"items":[{"items":[{"a":1}]},{"b":[[]]}]}', [{ items: [{ a: 1 }] }, { b: [[]] }]],
    ['a value of that name', '{"kind":"items","items":[{"a":"items"}]}', [{ a: 'items' }]],
    ['items of an object beside', '{"metadata":{"items":[{"a":1}]},"items":[]}', []],
    ['no items', '{"items":null}', []],
    ['what is no object', '{"items":[1,"{",null,[{"a":1}],{"b":2}]}', [{ b: 2 }]],
  ])('takes only the items of the list: %s', (_case, text, expected) => {
    expect(read(text).items).toEqual(expected);
  });

  it('leaves out managedFields, and nothing else of that name', () => {
    const managedFields = [{ manager: 'kubelet', fieldsV1: { 'f:status': { '.': {}, 'k:{"x":"]"}': [[1]] } } }];
    const pod = {
      metadata: { name: 'a', managedFields, labels: { managedFields: '[' }, more: { managedFields } },
      spec: { managedFields, metadata: { managedFields } },
      managedFields,
    };
    const [first, second] = read(JSON.stringify(list([pod, pod]))).items;
    expect(first).toEqual({ ...pod, metadata: { ...pod.metadata, managedFields: [] } });
    expect(second).toEqual(first);
  });

  it('never holds managedFields against an item, wherever the text is cut', () => {
    const pod = { metadata: { managedFields: [{ a: ['}'] }], name: 'a' }, spec: { b: [1] } };
    const text = JSON.stringify(list([pod, pod]));
    for (let cut = 0; cut < text.length; cut += 1) {
      for (const { metadata, spec } of read(text, [cut, cut + 3]).items) {
        expect([(metadata as JsonObject)['name'], spec]).toEqual(['a', pod.spec]);
      }
      expect(read(text, [cut]).items).toHaveLength(2);
    }
  });

  const metadata = { name: 'a', namespace: 'b', uid: 'c', resourceVersion: '7' };
  it.each([
    [
      'as API servers write it',
      { metadata },
      '{"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"7"',
    ],
    [
      'with its kind, as kubectl has it',
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', resourceVersion: '7' } },
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","resourceVersion":"7"',
    ],
    ['without a version', { metadata: { name: 'a' } }, ''],
    ['of somebody else', { metadata: { name: 'a' }, spec: { ref: { resourceVersion: '7' } } }, ''],
    ['of an annotation', { metadata: { annotations: { resourceVersion: '7' }, name: 'a', resourceVersion: '8' } }, ''],
    ['in a text', { metadata: { name: '"resourceVersion":"7"' } }, ''],
    ['behind something long', { metadata: { name: 'a'.repeat(1024), resourceVersion: '7' } }, ''],
  ])('takes an item for known by its text as far as its version: %s', (_case, item, head) => {
    const [heads, items]: [string[], JsonObject[]] = [[], []];
    const isKnown = (told: string): boolean => heads.push(told) > 1;
    const reader = createItemReader((taken) => items.push(taken), isKnown);
    reader.push(Buffer.from(JSON.stringify(list([item, item, { metadata: { name: 'z' } }]))));
    reader.end();
    expect(heads).toEqual(head === '' ? [] : [head, head]);
    expect(items).toEqual([item, ...(head === '' ? [item] : []), { metadata: { name: 'z' } }]);
  });

  it.each([
    '{"items":[{"a":1}',
    '{"items":[{"a":',
    '{"items":[{"a":1}],"metadata":{"continue":"x',
    '',
    '{"items":[{a}]}',
  ])('refuses what was cut or is no JSON: %s', (text) => {
    expect(() => read(text)).toThrow(SyntaxError);
  });
});
