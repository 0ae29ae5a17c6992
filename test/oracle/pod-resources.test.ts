import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/manifest/document.ts';
import { livePodResources, podResources } from '../../src/workload/pod-resources.ts';
import { isAmountError, readPodShape } from '../../src/workload/pod-shape.ts';
import { printed } from '../helpers/kube-objects.ts';

// Recorded from k8s.io/component-helpers v0.37.2 and v0.36.3.

interface Recording {
  readonly spec: JsonObject;
  readonly live: boolean;
  readonly status?: JsonObject;
  readonly minor: number;
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

const recordings = readFileSync(join(import.meta.dirname, 'pod-resources.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recording);

it('effective requests and limits agree with Kubernetes for pods with sidecars, overhead, pod-level resources and resizes', () => {
  const ours = recordings.map(({ spec, live, status = {}, minor }) => {
    const pod = readPodShape(spec);
    if (isAmountError(pod)) throw new Error(pod.error.message);
    const { requests, limits } = live ? livePodResources(pod, status, minor) : podResources(pod);
    return { requests: printed(requests), limits: printed(limits) };
  });
  expect(recordings.length).toBeGreaterThan(100);
  expect(ours).toEqual(recordings.map(({ requests, limits }) => ({ requests, limits })));
});
