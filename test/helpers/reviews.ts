import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { emptyLayer } from '../../src/config/layer.ts';
import { buildApp, type AppDeps } from '../../webhook/app.ts';
import { createMetrics } from '../../webhook/metrics.ts';
import { objectOf } from './kube-objects.ts';
import { createDoorJudge, loadDoorRules } from './webhook-door.ts';

const template = (image: string): JsonObject => ({
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'app', image, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } } },
    ],
  },
});

/** A Deployment of pods of one core each. */
export const webDeployment = (replicas: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'team', generation: 1, labels: { app: 'web' } },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template('registry.example.com/web:1') },
});

const hard = { 'limits.cpu': '4' };
const quota: JsonObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'team' },
  spec: { hard },
  status: { hard, used: { 'limits.cpu': '0' } },
};

/** What the API server sends when somebody creates an object. */
export const reviewOf = (object: JsonObject, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'known',
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    name: 'web',
    namespace: 'team',
    operation: 'CREATE',
    userInfo: { username: 'alice', groups: ['developers'] },
    object,
    oldObject: null,
    dryRun: false,
    ...more,
  },
});

/** Reviews to begin with: each kind of write that the webhook judges. */
const knownReviews: readonly JsonObject[] = [
  reviewOf(webDeployment(4)),
  reviewOf(webDeployment(8)),
  reviewOf(webDeployment(4), { operation: 'UPDATE', oldObject: webDeployment(2) }),
  reviewOf(
    { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 9 } },
    { kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, subResource: 'scale', operation: 'UPDATE' },
  ),
  reviewOf(
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: template('web:latest')['spec'] ?? {} },
    { kind: { group: '', version: 'v1', kind: 'Pod' }, resource: { group: '', version: 'v1', resource: 'pods' } },
  ),
  reviewOf(
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'team' },
      spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    },
    { kind: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' } },
  ),
  reviewOf(
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'web', namespace: 'team' },
      spec: { parallelism: 3, completions: 9, template: template('registry.example.com/job:1') },
    },
    {
      kind: { group: 'batch', version: 'v1', kind: 'Job' },
      resource: { group: 'batch', version: 'v1', resource: 'jobs' },
    },
  ),
];

const strange = fc.oneof(
  fc.constantFrom<JsonValue>(null, -1, 1e300, 0.5, '', '999999999999999999999', '1e400', '-5', '9Ei', [], {}, true, [
    null,
  ]),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a'.repeat(100_000)),
);

/** A known review in which up to four places have another value, another key, or are gone. */
export const mutatedReview: fc.Arbitrary<JsonValue> = fc
  .tuple(
    fc.constantFrom(...knownReviews),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'repeat'), strange), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([review, changes]) =>
    changes.reduce<JsonValue>((value, [place, how, by]) => mutate(value, place, how, by), review),
  );

type Mutable = Record<string, unknown>;

function mutate(value: JsonValue, place: number, how: string, by: JsonValue): JsonValue {
  const copy = structuredClone(value) as unknown;
  const places: (readonly [Mutable, string])[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Mutable, key]);
      walk(child);
    }
  };
  walk(copy);
  const chosen = places[place % Math.max(places.length, 1)];
  if (chosen === undefined) return by;
  const [parent, key] = chosen;
  if (how === 'replace') parent[key] = by;
  else if (how === 'remove') delete parent[key];
  else if (how === 'add')
    Object.defineProperty(parent, typeof by === 'string' ? by : 'more', { value: by, enumerable: true });
  // What is repeated again and again would outgrow this process long before it is sent.
  else if (JSON.stringify(parent[key]).length < 100_000) parent[key] = Array.from({ length: 50 }, () => parent[key]);
  return copy as JsonValue;
}

/** The whole webhook over a cluster of one namespace whose quota has room for four pods of `webDeployment`. */
export async function startApp(logger: AppDeps['logger'] = false) {
  const rules = await loadDoorRules(emptyLayer, new Date(0));
  const { judge, now } = createDoorJudge(rules, [objectOf(quota)]);
  const metrics = createMetrics();
  const app = buildApp({
    judge,
    metrics,
    readiness: { missing: () => [] },
    logger,
    tls: null,
    now,
  });
  return { app, metrics };
}

type App = Awaited<ReturnType<typeof startApp>>['app'];

/** Sends one review, and tells what is wrong with the answer; `null` when it is one that an API server can use. */
export async function findFault(app: App, payload: string): Promise<string | null> {
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/validate?timeout=5s',
    headers: { 'content-type': 'application/json' },
    payload,
  });
  if (statusCode >= 400 && statusCode < 500) return null;
  if (statusCode !== 200) return `status ${statusCode}: ${body}`;
  const { response } = JSON.parse(body) as {
    response?: { uid?: unknown; allowed?: unknown; status?: { message?: string } };
  };
  if (typeof response?.uid !== 'string' || typeof response.allowed !== 'boolean') return `no response: ${body}`;
  if (!response.allowed && (response.status?.message ?? '') === '') return 'denied without a word';
  return /could not judge/u.test(body) ? `failed inside: ${body}` : null;
}
