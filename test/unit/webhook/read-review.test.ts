import { array, assert, constantFrom, integer, letrec, oneof, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLimitRange } from '../../../src/admission/limit-range.ts';
import { emptyLayer } from '../../../src/config/layer.ts';
import type { JsonObject, JsonValue } from '../../../src/manifest/document.ts';
import { markRecurring, originalOf } from '../../../src/recurring.ts';
import { createReviewReader } from '../../../webhook/read-review.ts';
import { parseReviewBody } from '../../../webhook/review-body.ts';
import { parseReview, type ReviewRequest } from '../../../webhook/review.ts';
import { loadDoorRules } from '../../helpers/webhook-door.ts';

const metadata = { name: 'wéb', namespace: 'a', uid: 'u-1' };
const spec = { replicas: 1, template: { spec: { containers: [{ name: 'a', image: 'a:1' }] } } };

/** As Go orders the members. */
const objectOf = (resourceVersion: string, more: JsonObject = {}): JsonObject => ({
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: {
    ...metadata,
    resourceVersion,
    generation: 2,
    creationTimestamp: `2026-01-0${resourceVersion}T00:00:00Z`,
    labels: { uid: 'u', resourceVersion: 'stays' },
    managedFields: [{ manager: resourceVersion }],
  },
  spec,
  ...more,
});

const bodyOf = (uid: string, object: JsonValue, more: JsonObject = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid,
        kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
        resource: { group: 'apps', version: 'v1', resource: 'deployments' },
        name: 'web',
        namespace: 'a',
        operation: 'UPDATE',
        userInfo: { username: 'flux', groups: [] },
        object,
        oldObject: null,
        dryRun: false,
        ...more,
      },
    }),
  );

function read(reader: ReturnType<typeof createReviewReader>, body: Buffer): ReviewRequest {
  const parsed = reader(body);
  if (parsed.kind === 'malformed') throw new Error(parsed.message);
  return parsed.request;
}

describe('reviews of what is sent again and again', () => {
  it('are known to be of one object from the second time on, and have marks of their own', () => {
    const reader = createReviewReader();
    const requests = ['1', '2', '3', '4'].map((mark) => {
      const body = bodyOf(`r-${mark}`, objectOf(mark), { oldObject: objectOf(mark) });
      const request = read(reader, body);
      expect({ kind: 'review', request }).toEqual(parseReview(parseReviewBody(body)));
      return request;
    });
    const [first, second, third, fourth] = requests.map(({ object }) => originalOf(object ?? {}));
    expect([first, third, fourth]).toEqual([undefined, second, second]);
    expect(second).toBe(requests[1]?.object);
    expect(third).toBe(second);
    expect(requests[2]?.object?.['spec']).toBe(requests[3]?.object?.['spec']);
    expect(originalOf(requests[3]?.oldObject ?? {})).toBe(requests[1]?.oldObject);
  });

  it.each<readonly [string, JsonObject, JsonObject]>([
    ['image', { spec: { ...spec, replicas: 2 } }, {}],
    ['name', { metadata: { ...metadata, name: 'other' } }, {}],
    ['generation', { metadata: { ...metadata, generation: 3 } }, {}],
    ['status', { status: { replicas: 1 } }, {}],
    ['user', {}, { userInfo: { username: 'alice', groups: [] } }],
    ['operation', {}, { operation: 'CREATE' }],
    ['dry run', {}, { dryRun: true }],
    ['old object', {}, { oldObject: objectOf('1') }],
  ])('are others where the %s is another', (_, change, more) => {
    const reader = createReviewReader();
    for (const mark of ['1', '2', '3']) read(reader, bodyOf(mark, objectOf(mark)));
    const body = bodyOf('4', objectOf('4', change), more);
    expect({ kind: 'review', request: read(reader, body) }).toEqual(parseReview(parseReviewBody(body)));
  });

  it.each<readonly [string, JsonObject]>([
    ['in the spec of a custom object', { spec: { object: { metadata: { resourceVersion: '7' } }, uid: 'u' } }],
    ['in annotations', { metadata: { name: 'web', annotations: { 'x"uid': 'a', resourceVersion: '7' } } }],
    ['before its kind', { object: { kind: 'x', metadata: { resourceVersion: '7', name: 'x' } } }],
  ])('keep marks that stand %s', (_, more) => {
    const reader = createReviewReader();
    for (const mark of ['1', '2', '3']) {
      const body = bodyOf(mark, objectOf('1', more));
      expect(reader(body)).toEqual(parseReview(parseReviewBody(body)));
    }
  });

  it.each([
    ['that of a user', { userInfo: { uid: 'x', username: 'a' } }],
    ['those of options', { uid: 'u', options: { object: { metadata: { resourceVersion: '7', name: 'x' } } } }],
  ])('keep marks that come first: %s', (_, before) => {
    const reader = createReviewReader();
    for (const mark of ['1', '2', '3']) {
      const { request, ...rest } = JSON.parse(bodyOf(mark, objectOf(mark)).toString()) as { request: JsonObject };
      const body = Buffer.from(JSON.stringify({ ...rest, request: { ...before, ...request, ...before } }));
      expect(reader(body)).toEqual(parseReview(parseReviewBody(body)));
      expect(body.includes(JSON.stringify(before).slice(1, -1))).toBe(true);
    }
  });

  it('are forgotten at once where they are Secrets', () => {
    const reader = createReviewReader();
    const secret = { kind: { group: '', version: 'v1', kind: 'Secret' } };
    const objects = ['1', '2', '3'].map((mark) => read(reader, bodyOf(mark, objectOf(mark), secret)).object);
    expect(objects.map((object) => originalOf(object ?? {}))).toEqual([undefined, undefined, undefined]);
  });

  it('are parsed anew where they are long', () => {
    const reader = createReviewReader();
    const long = objectOf('1', { data: 'x'.repeat(20_000) });
    const objects = ['1', '2', '3'].map((uid) => read(reader, bodyOf(uid, long)).object);
    expect(objects.map((object) => originalOf(object ?? {}))).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    [1023, true],
    [1024, false],
  ])('are remembered after %i others: %s', (others, isRemembered) => {
    const reader = createReviewReader();
    const readTwice = (name: number): unknown => {
      const body = bodyOf('u', objectOf('1', { status: { name } }));
      read(reader, body);
      return originalOf(read(reader, body).object ?? {});
    };
    const held = readTwice(0);
    for (let name = 1; name <= others; name += 1) readTwice(name);
    expect(readTwice(0) === held).toBe(isRemembered);
  });

  it('say what any other reader says of them', () => {
    const key = constantFrom('uid', 'object', 'oldObject', 'metadata', 'resourceVersion', 'kind', 'request', '"uid":"');
    const { value } = letrec<{ value: unknown }>((tie) => ({
      value: oneof(
        { maxDepth: 5, withCrossShrink: true },
        constantFrom(null, 1, '"uid":"', 'a', '\\', '"object":{', '{"metadata":{"resourceVersion":"1"}}'),
        array(tie('value'), { maxLength: 2 }),
        array(tuple(key, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
      ),
    }));
    const body = record({
      object: value,
      oldObject: value,
      uid: constantFrom('a', 'b', '"', ''),
      times: integer({ min: 1, max: 3 }),
    });
    const reader = createReviewReader();
    assert(
      property(body, ({ object, oldObject, uid, times }) => {
        const sent = bodyOf(uid, object as JsonValue, { oldObject: oldObject as JsonValue });
        const plain = parseReview(parseReviewBody(sent));
        for (let time = 0; time < times; time += 1) expect(reader(sent)).toEqual(plain);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('rules on what is sent again and again', () => {
  const value = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'a', image: 'web' }] },
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'web', value, source: null };
  const limitRange = readLimitRange({
    apiVersion: 'v1',
    kind: 'LimitRange',
    namespace: 'a',
    name: 'defaults',
    value: { spec: { limits: [{ type: 'Container', default: { memory: '1Gi', cpu: '1' } }] } },
    source: null,
  });

  it('say what they said, for as long as nothing else is known', async () => {
    const rules = await loadDoorRules(emptyLayer, new Date());
    const once = rules.checkRules(pod, false, []);
    expect(rules.checkRules(pod, false, [])).not.toBe(once);
    markRecurring(value, value);
    const answer = rules.checkRules(pod, false, []);
    expect(answer).toEqual(once);
    expect(rules.checkRules(pod, false, [])).toBe(answer);
    expect(rules.checkRules(pod, true, []).every(({ rule }) => rule.startsWith('images/'))).toBe(true);
    if (limitRange.kind !== 'limit-range') throw new Error('no limit range');
    const bounded = rules.checkRules(pod, false, [limitRange]);
    expect(bounded.length).toBeLessThan(answer.length);
    expect(rules.checkRules(pod, false, [structuredClone(limitRange)])).toBe(bounded);
  });
});
