import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { printFingerprint } from '../../../src/report/fingerprint.ts';

const resource = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' };
const claim = (name: string) => ({ metadata: { name }, spec: {} });

describe('the fingerprint of a finding', () => {
  it.each<[string, string, JsonObject, string]>([
    [
      'a container by its name',
      '/spec/containers/1/image',
      { spec: { containers: [{ name: 'a' }, { name: 'b' }] } },
      '/spec/containers[b]/image',
    ],
    [
      'a claim template by the name in its metadata',
      '/spec/volumeClaimTemplates/1/spec',
      { spec: { volumeClaimTemplates: [claim('data'), claim('logs')] } },
      '/spec/volumeClaimTemplates[logs]/spec',
    ],
    [
      'what has no name by its index',
      '/spec/rules/1',
      { spec: { rules: [{ host: 'a' }, { host: 'b' }] } },
      '/spec/rules/1',
    ],
    ['what has no name that is a text by its index', '/items/0', { items: [{ metadata: { name: 1 } }] }, '/items/0'],
  ])('names %s', (_, path, value, expected) => {
    expect(printFingerprint('some/rule', resource, path, value)).toBe(`some/rule apps/StatefulSet shop/db ${expected}`);
  });
});
