import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { admitObject } from '../../src/admission/admission.ts';
import { readLimitRange } from '../../src/admission/limit-range.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { readQuota } from '../../src/state/read-quota.ts';
import type { ClusterState } from '../../src/state/namespace-state.ts';
import { isAmountError } from '../../src/workload/pod-shape.ts';
import { amounts, emptyCluster, namespaceOf, objectOf } from '../helpers/kube-objects.ts';

// What a kube-apiserver v1.37.2 answered to a dry-run create of random objects; `message` is null where it let one in.

interface Recording {
  readonly object: JsonObject;
  /** `spec.limits` of the one LimitRange in the namespace, if any. */
  readonly limits?: readonly JsonObject[];
  /** The one ResourceQuota in the namespace, with its status. */
  readonly quota?: JsonObject;
  readonly message: string | null;
}

const cluster: ClusterState = {
  ...emptyCluster,
  priorityClasses: [{ name: 'gold', value: 1000, globalDefault: false, preemptionPolicy: '' }],
  runtimeClasses: [{ name: 'heavy', overhead: amounts({ cpu: '250m', memory: '64Mi' }) }],
  storageClasses: ['fast', 'slow'].map((name) => ({
    name,
    isDefault: name === 'slow',
    createdAt: '',
    allowVolumeExpansion: name === 'fast',
    provisioner: 'csi.example.com',
  })),
};

function answer({ object, limits = [], quota }: Recording): string | null {
  const limitRange = readLimitRange(
    objectOf({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } }),
  );
  if (isAmountError(limitRange)) throw new Error(limitRange.error.message);
  const quotas = quota === undefined ? [] : [readQuota(objectOf({ ...quota, metadata: { name: 'q' } }), [])];
  const namespace = namespaceOf({ quotas, limitRanges: limits.length > 0 ? [limitRange] : [] });
  const admission = admitObject({ object: objectOf(object) }, namespace, cluster, { kubernetesMinor: 37 });
  return admission.kind === 'refused' ? admission.message : null;
}

/** The server goes through maps in any order, so of several errors only the set counts. */
function sortErrors(message: string | null): string | null {
  const parts = /^(.*? is (?:invalid|forbidden): )\[(.*)\]$/s.exec(message ?? '');
  if (parts === null) return message;
  const [, front = '', errors = ''] = parts;
  return (
    front +
    errors
      .split(/, (?=spec\.|metadata\.|minimum |maximum |\S+ max limit)/)
      .sort()
      .join(', ')
  );
}

describe('a real API server', () => {
  const recordings = readFileSync(join(import.meta.dirname, 'api-server.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording);
  const kinds = [...new Set(recordings.map(({ object }) => stringAt(object, 'kind')))].sort();

  it.each(kinds)('answers as we do to %s', (kind) => {
    const ofKind = recordings.filter(({ object }) => stringAt(object, 'kind') === kind);
    const ours = ofKind.map((recording) => sortErrors(answer(recording)));
    expect(ours).toEqual(ofKind.map(({ message }) => sortErrors(message)));
  });
});
