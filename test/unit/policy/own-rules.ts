import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, type RuleBundle } from '../../../src/bundle/bundle.ts';
import type { ObjectFacts } from '../../../src/facts/schema.ts';

/** Compiled from test/fixtures/own-rules by `quotafit policy build`: a rule that works, one that loops, one that throws. */
export function readOwnRules(): RuleBundle {
  const file = join(import.meta.dirname, '../../fixtures/own-rules.tar.gz');
  return readBundle('own-rules.tar.gz', readFileSync(file));
}

/** A Pod without labels; a container's size that is no integer makes the throwing rule throw. */
export const podFacts = {
  facts: 'v1',
  subject: 'object',
  kubernetesMinor: 37,
  object: { apiVersion: 'v1', kind: 'Pod', namespace: '', name: 'web' },
  labels: {},
  pods: [],
  containers: [{ size: 1e300 }],
  images: [],
  volumes: [],
  amounts: [],
  checks: [],
} as unknown as ObjectFacts;
