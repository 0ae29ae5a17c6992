import type { ReviewRequest } from '../../webhook/review.ts';

/** What a person's write of a Deployment asks; a test says what is different. */
export function createRequest(changes: Partial<ReviewRequest>): ReviewRequest {
  return {
    uid: 'u',
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    resourceGroup: 'apps',
    resource: 'deployments',
    subResource: '',
    name: 'web',
    namespace: 'a',
    operation: 'CREATE',
    user: { name: 'alice', groups: [] },
    object: null,
    oldObject: null,
    dryRun: false,
    ...changes,
  };
}
