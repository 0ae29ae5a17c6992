import { describe, expect, it } from 'vitest';
import { isNeeded } from '../../../src/cluster/needed.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';

const storageClass = (name: string, provisioner: string): JsonObject => ({
  kind: 'StorageClass',
  metadata: { name },
  provisioner,
});
const claim = (storageClassName: string): JsonObject => ({ kind: 'PersistentVolumeClaim', spec: { storageClassName } });
const set = (storageClassName: string): JsonObject => ({
  kind: 'StatefulSet',
  spec: { volumeClaimTemplates: [{ spec: { storageClassName } }] },
});
const fast = storageClass('fast', 'ebs.csi.aws.com');
const local = storageClass('local', 'kubernetes.io/no-provisioner');

describe('isNeeded', () => {
  it.each<[string, string, readonly JsonObject[], boolean]>([
    ['nodes for a DaemonSet', 'Node', [{ kind: 'DaemonSet' }], true],
    ['no nodes for all else', 'Node', [{ kind: 'Deployment' }, claim('local'), local], false],
    ['volumes for claims of a class without provisioner', 'PersistentVolume', [fast, local, claim('local')], true],
    ['volumes for templates of such claims', 'PersistentVolume', [fast, local, set('local')], true],
    ['volumes for claims without class', 'PersistentVolume', [fast, claim('')], true],
    ['volumes for claims of a class that nobody knows', 'PersistentVolume', [claim('fast')], true],
    ['no volumes for claims that are provided', 'PersistentVolume', [fast, local, claim('fast'), set('fast')], false],
    ['no volumes without claims', 'PersistentVolume', [local], false],
    ['classes in any case', 'StorageClass', [], true],
  ])('%s', (_what, kind, objects, expected) => {
    expect(isNeeded(kind, objects)).toBe(expected);
  });
});
