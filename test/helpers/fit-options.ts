import type { FitOptions } from '../../src/fit/fit-release.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';

/** How a test asks fit; it says what is different. */
export function createFitOptions(changes: Partial<FitOptions> = {}): FitOptions {
  return {
    kubernetesVersion: '1.37',
    namespace: '',
    kinds: shippedKinds,
    termination: 'realistic',
    concurrentRollouts: 'all',
    nodes: null,
    injected: [],
    limitedResources: [],
    state: { source: 'file', takenAt: null },
    ...changes,
  };
}
