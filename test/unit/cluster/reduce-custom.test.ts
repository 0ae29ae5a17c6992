import { describe, expect, it } from 'vitest';
import { reduceWritten } from '../../../src/cluster/reduce-written.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { fieldAt } from '../../../src/manifest/fields.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';

const rollout = (spec: JsonObject): JsonObject => ({
  metadata: { name: 'web', namespace: 'team' },
  spec: { replicas: 2, secret: 's', template: { spec: { containers: [{ name: 'app', env: [] }], ...spec } } },
});
const reduce = (object: JsonObject) => reduceWritten(object, 'argoproj.io/v1alpha1', 'Rollout', shippedKinds);
const nested = (levels: number, inmost = '1') =>
  JSON.parse('{"a":'.repeat(levels) + inmost + '}'.repeat(levels)) as JsonObject;

describe('of a custom object', () => {
  it('what its description points to is kept, and nothing else', () => {
    expect(reduce(rollout({ priorityClassName: 'high' }))).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web', namespace: 'team' },
      spec: {
        replicas: 2,
        template: {
          metadata: {},
          spec: { containers: [{ name: 'app' }], priorityClassName: 'high' },
          digest: expect.any(String) as unknown,
        },
      },
    });
  });

  it.each(['affinity', 'unheardOf'])('%s that is ten thousand levels deep costs nobody the list', (field) => {
    const reduced = reduce(rollout({ [field]: nested(9999) }));
    expect(fieldAt(reduced, 'spec', 'template', 'spec', 'containers')).toEqual([{ name: 'app' }]);
  });

  it('levels that Kubernetes itself may have stay', () => {
    const affinity = nested(20, '"x"');
    expect(fieldAt(reduce(rollout({ affinity })), 'spec', 'template', 'spec', 'affinity')).toEqual(affinity);
  });
});
