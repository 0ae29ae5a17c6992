import { describeObject, type DescribeContext } from '../../../src/facts/describe-object.ts';
import type { ObjectFacts } from '../../../src/facts/schema.ts';
import { decodeFile } from '../../../src/manifest/decode.ts';
import { listObjects } from '../../../src/manifest/objects.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';

/** The facts of the first object of a manifest. */
export function factsOf(text: string, context: Partial<DescribeContext> = {}): ObjectFacts {
  const [document] = decodeFile({ name: 'test.yaml', text }).documents;
  const [object] = document === undefined ? [] : listObjects(document).objects;
  if (object === undefined) throw new Error('the manifest holds no object');
  return describeObject(object, readWorkload(object, shippedKinds), {
    kubernetesMinor: 37,
    limitRanges: [],
    namespace: '',
    ...context,
  });
}

/** A Pod with these lines as its `spec`. */
export function pod(...spec: readonly string[]): string {
  const lines = spec.map((line) => `  ${line}`);
  return ['apiVersion: v1', 'kind: Pod', 'metadata: {name: web}', 'spec:', ...lines].join('\n');
}
