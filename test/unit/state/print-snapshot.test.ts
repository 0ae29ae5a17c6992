import { expect, it } from 'vitest';
import { printSnapshot, readSnapshot, type Snapshot } from '../../../src/state/snapshot.ts';
import type { JsonValue } from '../../../src/manifest/document.ts';

it.each([0, 1, 999, 1000, 1001, 2500])('prints %i objects, one a line, and reads them again', (count) => {
  const snapshot: Snapshot = {
    apiVersion: 'quotafit.dev/v1',
    kind: 'Snapshot',
    kubernetesVersion: '1.37',
    takenAt: '2026-06-01T12:00:00.000Z',
    namespaces: ['a'],
    listed: ['Node'],
    unread: { a: ['pods'] },
    items: Array.from({ length: count }, (_, index) => ({ kind: 'Pod', metadata: { name: `pod-${index}` } })),
  };
  const text = [...printSnapshot(snapshot)].join('');
  expect(readSnapshot(JSON.parse(text) as JsonValue)).toEqual(snapshot);
  expect(text.split('\n').filter((line) => line.startsWith('    {'))).toHaveLength(count);
  expect(text.endsWith('}\n')).toBe(true);
});
