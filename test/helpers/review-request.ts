import type { JsonObject } from '../../src/manifest/document.ts';
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

/** A Deployment of pods with a limit of so many cores; `null` for none. */
export const deploymentOf = (name: string, replicas: number, cpu: string | null = '1'): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'a' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'app:1', resources: cpu === null ? {} : { limits: { cpu } } }] },
    },
  },
});
