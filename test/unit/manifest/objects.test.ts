import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../../src/manifest/decode.ts';
import { listObjects } from '../../../src/manifest/objects.ts';

function listed(text: string): { objects: string[]; skipped: number; diagnostics: readonly unknown[] } {
  const [document] = decodeFile({ name: 'a.yaml', text }).documents;
  if (document === undefined) throw new Error('the document was not read');
  const { objects, skipped, diagnostics } = listObjects(document);
  return {
    objects: objects.map(
      ({ apiVersion, kind, namespace, name, source }) =>
        `${apiVersion} ${kind} ${namespace}/${name} ${source?.pointer ?? '?'}`,
    ),
    skipped,
    diagnostics,
  };
}

describe('listObjects', () => {
  it.each([
    ['an object', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n', ['v1 Pod b/a ']],
    ['a generated name', 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n', ['v1 Pod /a-* ']],
    ['no metadata', 'apiVersion: v1\nkind: Pod\n', ['v1 Pod / ']],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- {apiVersion: apps/v1, kind: Deployment}\n',
      ['v1 Pod / /items/0', 'apps/v1 Deployment / /items/1'],
    ],
    [
      'a PodList, whose items name no kind',
      'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n',
      ['v1 Pod /a /items/0'],
    ],
    [
      'a List in a List',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: [{apiVersion: v1, kind: Pod}]\n',
      ['v1 Pod / /items/0/items/0'],
    ],
    ['an empty List', 'apiVersion: v1\nkind: List\nitems: []\n', []],
    ['a List of null', 'apiVersion: v1\nkind: List\nitems: null\n', []],
  ])('gives the objects of %s', (_name, text, objects) => {
    expect(listed(text)).toEqual({ objects, skipped: 0, diagnostics: [] });
  });

  it.each([
    ['without a kind', 'apiVersion: v1\nname: a\n'],
    ['without an apiVersion', 'kind: Pod\n'],
    ['with a kind that is no text', 'apiVersion: v1\nkind: 1\n'],
    ['that is a list', '- a\n'],
    ['that is text', 'just text\n'],
    ['whose kind is inherited only', '{"constructor": 1}'],
  ])('counts a document %s as skipped', (_name, text) => {
    expect(listed(text)).toEqual({ objects: [], skipped: 1, diagnostics: [] });
  });

  it.each([
    ['apiVersion', 'kind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n'],
    ['kind', 'apiVersion: apps/v1\nmetadata: {name: web}\nspec: {replicas: 1}\n'],
  ])('tells of an object without %s, which was meant for a cluster', (missing, text) => {
    const message = `this object has no ${missing}, so that nothing can take it; write its ${missing}`;
    const [diagnostic] = listed(text).diagnostics;
    expect(diagnostic).toMatchObject({ level: 'warning', line: 1, column: 1, message });
  });

  it('counts items that are no objects as skipped', () => {
    const text = 'apiVersion: v1\nkind: List\nitems: [1, {a: b}, {apiVersion: v1, kind: Pod}]\n';
    expect(listed(text)).toEqual({ objects: ['v1 Pod / /items/2'], skipped: 2, diagnostics: [] });
  });

  it('says where the items of a List are none', () => {
    expect(listed('apiVersion: v1\nkind: List\nitems: {a: b}\n').diagnostics).toMatchObject([
      { level: 'error', file: 'a.yaml', line: 3, column: 1 },
    ]);
  });
});
