import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { emptyLayer } from '../../../../src/config/layer.ts';
import type { SteadyCast } from '../../../../src/fit/steady-cast.ts';
import type { JsonObject, KubernetesObject } from '../../../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../../../src/manifest/fields.ts';
import { shippedKinds } from '../../../../src/workload/kinds.ts';
import type { Judgement, ReviewOutcome } from '../../../../webhook/judgement.ts';
import { judgeLarge } from '../../../../webhook/large/judge-large.ts';
import { openLargeReviews, type LargeLimits, type LargeReviews } from '../../../../webhook/large/large-reviews.ts';
import type { Reading } from '../../../../webhook/large/reading.ts';
import { parseReviewBody } from '../../../../webhook/review-body.ts';
import { parseReview } from '../../../../webhook/review.ts';
import { builtInWorkloads } from '../../../../webhook/scope.ts';
import { fillShape, hostileShapes } from '../../../helpers/hostile-objects.ts';
import { objectOf } from '../../../helpers/kube-objects.ts';
import { reviewOf, webDeployment } from '../../../helpers/reviews.ts';
import { createDoorJudge, loadDoorRules } from '../../../helpers/webhook-door.ts';
import { buildWorker } from '../../policy/built-worker.ts';

const workerFile = buildWorker('webhook/large/thread.ts');
const policyWorkerFile = buildWorker();
const bundle = join(import.meta.dirname, '../../../fixtures/own-rules.tar.gz');
const folder = mkdtempSync(join(tmpdir(), 'quotafit-thread-'));
afterAll(() => rmSync(folder, { recursive: true }));

const limits: LargeLimits = { deadlineMs: 20_000, idleMs: 60_000, heapMebibytes: 256, heldBytes: 64 * 1024 * 1024 };
const DEADLINE_MS = 30_000;
const opened: LargeReviews[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((large) => large.close()));
});

function open(
  more: {
    readonly file?: string;
    readonly limits?: Partial<LargeLimits>;
    readonly organisation?: typeof emptyLayer;
  } = {},
) {
  const { organisation = emptyLayer } = more;
  const scope = { controllers: [], workloadKinds: new Set(builtInWorkloads) };
  const failed: (string | null)[] = [];
  const large = openLargeReviews(
    {
      organisation,
      kubernetesVersion: '1.37',
      kinds: shippedKinds,
      scope,
      policies: organisation.policies,
      policyWorkerFile,
    },
    {
      now: () => performance.now(),
      nodeAgents: () => [],
      onRuleFailure: ({ rule }) => failed.push(rule),
      workerFile: more.file ?? workerFile,
      limits: { ...limits, ...more.limits },
    },
  );
  opened.push(large);
  return { large, failed };
}

/** A thread that does as this says with each question. */
function threadThat(does: string): string {
  const file = join(folder, `${createHash('sha1').update(does).digest('hex')}.cjs`);
  writeFileSync(
    file,
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', ({ kind, body }) => {
       if (kind === 'forget') return;
       const text = Buffer.from(body).toString();
       ${does}
       parentPort.postMessage({ kind: 'malformed', message: 'read' });
     });
     parentPort.postMessage({ kind: 'ready' });`,
  );
  return file;
}

const never = (): Promise<Judgement> => Promise.reject(new Error('nothing was read'));
const askOf = (large: LargeReviews, failure: 'closed' | 'open' = 'closed', waitMs = DEADLINE_MS) => {
  return (body: string | Buffer): Promise<ReviewOutcome> =>
    judgeLarge(Buffer.from(body), performance.now() + waitMs, large, never, failure);
};

const hard = { 'limits.cpu': '4', 'requests.memory': '1Gi' };
const state: readonly KubernetesObject[] = [
  objectOf({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'team' },
    spec: { hard },
    status: { hard, used: { 'limits.cpu': '0', 'requests.memory': '0' } },
  }),
  objectOf({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'team', namespace: 'team' },
    spec: { limits: [{ type: 'Container', default: { cpu: '1m' }, max: { memory: '2Mi' } }] },
  }),
];

const rules = await loadDoorRules(emptyLayer, new Date());

function bodyOf(object: JsonObject, oldObject: JsonObject | null = null): Buffer {
  const apiVersion = stringAt(object, 'apiVersion');
  const [group = '', version = apiVersion] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const kind = stringAt(object, 'kind');
  const review = reviewOf(object, {
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    operation: oldObject === null ? 'CREATE' : 'UPDATE',
    name: stringAt(object, 'metadata', 'name'),
    oldObject,
  });
  return Buffer.from(JSON.stringify(review));
}

function judgeHere(body: Buffer, around = state): Promise<Judgement> {
  const parsed = parseReview(parseReviewBody(body));
  if (parsed.kind === 'malformed') throw new Error(parsed.message);
  return createDoorJudge(rules, around).judge(parsed.request, Number.MAX_SAFE_INTEGER);
}

const shapeOf = (name: string) => {
  const shape = hostileShapes.find((one) => one.name === name);
  if (shape === undefined) throw new Error(`no shape ${name}`);
  return shape;
};

const grown = (shape: string, spec: JsonObject): JsonObject => {
  const object = fillShape(shapeOf(shape), 100_000);
  return { ...object, spec: { ...objectAt(object, 'spec'), ...spec } };
};
const claim = objectOf({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-1-large-0', namespace: 'team' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const scaler = objectOf({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'large', namespace: 'team' },
  spec: {
    minReplicas: 7,
    maxReplicas: 9,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'large' },
  },
});
const narrow = objectOf({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'narrow', namespace: 'team' },
  spec: { limits: [{ type: 'Container', max: { memory: '1Ki' } }] },
});
const bounded = (hard: JsonObject) =>
  objectOf({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'more', namespace: 'team' },
    spec: { hard },
    status: { hard, used: Object.fromEntries(Object.keys(hard).map((key) => [key, '0'])) },
  });

describe('a large review', () => {
  const { large } = open();
  opened.splice(0);
  afterAll(() => large.close());

  it.each([
    [
      'keys of a ResourceQuota',
      'quota/exceeded: what ResourceQuota large leaves no room for was not worked out: it is too large',
    ],
    [
      'items of a LimitRange',
      'quota/limit-range: what LimitRange large leaves no room for was not worked out: it is too large',
    ],
  ])('is not compared with what is promised where it is a bound: %s', async (name, warning) => {
    const body = bodyOf(fillShape(shapeOf(name), 100_000));
    const { judge } = createDoorJudge(rules, state);
    const outcome = await judgeLarge(body, performance.now() + DEADLINE_MS, large, judge, 'closed');
    expect(outcome).toMatchObject({ judgement: { decision: { allowed: true, message: '', warnings: [warning] } } });
  });

  const comparable = hostileShapes.filter(({ name }) => !/ResourceQuota|LimitRange/u.test(name));
  it.each(comparable.map((shape) => [shape.name, shape] as const))(
    'gets the verdict that it would get beside small ones: %s',
    async (_, shape) => {
      const object = fillShape(shape, 100_000);
      const { judge } = createDoorJudge(rules, state);
      const body = bodyOf(object);
      const outcome = await judgeLarge(body, performance.now() + DEADLINE_MS, large, judge, 'closed');
      expect(outcome).toMatchObject({ kind: 'judged', judgement: await judgeHere(body) });
    },
  );

  it.each<[string, JsonObject, readonly KubernetesObject[], RegExp]>([
    ['how many replicas fit', grown('containers', { replicas: 20 }), state, /; 2 replicas fit/u],
    [
      'that not even one fits',
      grown('containers', { replicas: 3 }),
      [...state, bounded({ 'limits.memory': '1Mi' })],
      /; no replica fits/u,
    ],
    ['an autoscaler in its place', grown('containers', { replicas: 1 }), [...state, scaler], /; 2 replicas fit/u],
    ['that no pod would be let in', grown('containers', {}), [...state, narrow], /no pod at all: .*maximum memory/u],
    [
      'what has to be written',
      grown('containers without amounts', {}),
      [bounded({ 'limits.memory': '1Gi' })],
      /must specify/u,
    ],
    [
      'claims of each replica',
      grown('claims of a StatefulSet', { replicas: 3 }),
      [...state, bounded({ persistentvolumeclaims: '1000' })],
      /short of persistentvolumeclaims by .*; [12] replicas? fits?/u,
    ],
    [
      'claims that are there already',
      grown('claims of a StatefulSet', { replicas: 3 }),
      [...state, claim, bounded({ persistentvolumeclaims: '1000' })],
      /short of persistentvolumeclaims by .*; [12] replicas? fits?/u,
    ],
  ])('is told %s', async (_, object, around, said) => {
    const body = bodyOf(object);
    const there = createDoorJudge(rules, around);
    const outcome = await judgeLarge(body, performance.now() + DEADLINE_MS, large, there.judge, 'closed');
    const judgement = await judgeHere(body, around);
    expect(outcome).toMatchObject({ kind: 'judged', judgement });
    expect(`${judgement.decision.message} ${judgement.decision.warnings.join()}`).toMatch(said);
  });

  it('is not priced by the thread that answers', async () => {
    const each = new Map([[0, 3_000_000_000n]]);
    const cast: SteadyCast = {
      kind: 'cast',
      replicas: 2,
      scales: true,
      none: new Map(),
      each,
      bars: 'never',
      refusal: null,
    };
    const nothing = { remarks: [], degraded: [] };
    const reading: Reading = {
      scope: { fit: 'judge', rules: 'all' },
      isHeavy: true,
      judge: () =>
        Promise.resolve({ kind: 'judged', shipped: nothing, own: nothing, failures: [], casts: [cast, null] }),
    };
    const parsed = parseReview(reviewOf(webDeployment(1)));
    if (parsed.kind === 'malformed') throw new Error(parsed.message);
    const { judge } = createDoorJudge(rules, state);
    const { decision } = await judge(parsed.request, Number.MAX_SAFE_INTEGER, reading);
    expect(decision.message).toContain('limits.cpu by 2 (hard 4, others 0, this 6); 1 replica fits');
  });

  it('is not blamed for what the stored object has too', async () => {
    const stored = fillShape(shapeOf('containers of one image without tag'), 50_000);
    const body = bodyOf({ ...stored, metadata: { name: 'large', namespace: 'team', labels: { a: 'b' } } }, stored);
    const { judge } = createDoorJudge(rules, state);
    const outcome = await judgeLarge(body, performance.now() + DEADLINE_MS, large, judge, 'closed');
    expect(outcome).toMatchObject({ judgement: { decision: { allowed: true } } });
    expect(outcome).toMatchObject({ judgement: await judgeHere(body) });
  });

  it('is judged to its end although the thread is to be closed', async () => {
    const { large: closing } = open();
    const { judge } = createDoorJudge(rules, state);
    const body = bodyOf(webDeployment(8));
    const judged = judgeLarge(body, performance.now() + DEADLINE_MS, closing, judge, 'closed');
    await closing.close();
    expect(await judged).toMatchObject({ judgement: await judgeHere(body) });
  });

  it('may be none', async () => {
    const ask = askOf(large);
    expect(await ask('{')).toEqual({ kind: 'malformed', message: expect.stringContaining('no JSON') });
    expect(await ask('{}')).toEqual({ kind: 'malformed', message: expect.stringContaining('AdmissionReview') });
  });
});

describe("people's own rules on a large review", () => {
  it('are asked in the thread, and those that cannot answer are told of', async () => {
    const organisation = { ...emptyLayer, policies: [bundle] };
    const { large, failed } = open({ organisation });
    const { judge } = createDoorJudge(rules, state);
    const outcome = await judgeLarge(bodyOf(webDeployment(1)), performance.now() + DEADLINE_MS, large, judge, 'open');
    expect(JSON.stringify(outcome)).toContain('label team is missing');
    expect(failed).toEqual(['custom/loops']);
  });
});

describe('a large review that cannot be judged', () => {
  const review = JSON.stringify(reviewOf(webDeployment(4)));
  const looping = threadThat(`if (text.includes('web')) for (;;);`);

  it.each([
    ['open', true],
    ['closed', false],
  ] as const)('is answered as failure %s says when it loops', async (failure, allowed) => {
    const ask = askOf(open({ file: looping, limits: { deadlineMs: 200 } }).large, failure);
    const outcome = await ask(review);
    expect(outcome).toMatchObject({
      kind: 'judged',
      request: { uid: 'known', namespace: 'team', kind: 'Deployment', user: { name: 'alice' } },
      judgement: { decision: { allowed }, degraded: ['evaluation-failed'] },
    });
    expect(JSON.stringify(outcome)).toContain('no answer within 200 ms');
  });

  it('costs the next one nothing but its turn', async () => {
    const ask = askOf(open({ file: looping, limits: { deadlineMs: 200 } }).large);
    const [first, second] = await Promise.all([ask(review), ask('{}')]);
    expect([first.kind, second]).toEqual(['judged', { kind: 'malformed', message: 'read' }]);
  });

  it('is answered when its time is over, although others are before it', async () => {
    const { large } = open({ file: looping, limits: { deadlineMs: 2000 } });
    const first = askOf(large)(review);
    const second = await askOf(large, 'open', 50)(review);
    expect(second).toMatchObject({ judgement: { decision: { allowed: true }, degraded: ['evaluation-failed'] } });
    await first;
  });

  it('is not taken while too many are', async () => {
    const { large } = open({ file: looping, limits: { deadlineMs: 200, heldBytes: review.length + 1 } });
    const ask = askOf(large);
    const [first, second] = await Promise.all([ask(review), ask(review)]);
    expect(JSON.stringify(first)).toContain('no answer');
    expect(JSON.stringify(second)).toContain('are being judged already');
    expect(JSON.stringify(await ask(review))).toContain('no answer');
  });

  it.each([
    [
      'needs more memory than there is',
      `if (text.includes('web')) for (const all = [];;) all.push(new Array(1e5).fill(text));`,
    ],
    ['throws', `throw new Error('boom');`],
    ['ends its thread', `process.exit();`],
  ])('takes nobody with it when it %s', async (_, does) => {
    const ask = askOf(open({ file: threadThat(does), limits: { heapMebibytes: 16 } }).large);
    expect(await ask(review)).toMatchObject({ judgement: { decision: { allowed: false } } });
    expect(await ask(review)).toMatchObject({ judgement: { degraded: ['evaluation-failed'] } });
  });

  it('has no answer where not even its uid is known', async () => {
    const ask = askOf(open({ file: threadThat(`process.exit(1);`) }).large);
    expect((await ask('{"object":'.repeat(9))).kind).toBe('unread');
  });

  it('says why where the rules cannot be opened', async () => {
    const organisation = { ...emptyLayer, policies: [join(folder, 'missing')] };
    const ask = askOf(open({ organisation }).large);
    expect(JSON.stringify(await ask(review))).toContain('missing');
  });
});
