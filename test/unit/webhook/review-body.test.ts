import { array, assert, constantFrom, letrec, oneof, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReviewBody } from '../../../webhook/review-body.ts';

const fields = [{ manager: 'kubectl', fieldsV1: { 'f:spec': { 'k:{"a":["b"]}': {}, 'f:]\\"[': ['x'] } } }];

function parse(value: unknown): unknown {
  return parseReviewBody(Buffer.from(JSON.stringify(value)));
}

function reviewOf(object: unknown, oldObject: unknown = null): unknown {
  return { kind: 'AdmissionReview', request: { uid: 'u', object, oldObject, dryRun: false } };
}

describe('the body of a review', () => {
  it.each<readonly [string, unknown, unknown]>([
    [
      'loses managedFields of the object',
      reviewOf({ metadata: { name: 'wéb', managedFields: fields, uid: 'u' }, spec: { replicas: 1 } }),
      reviewOf({ metadata: { name: 'wéb', managedFields: [], uid: 'u' }, spec: { replicas: 1 } }),
    ],
    [
      'loses those of the old object too',
      reviewOf({ metadata: { managedFields: fields } }, { metadata: { managedFields: fields, name: '😀' } }),
      reviewOf({ metadata: { managedFields: [] } }, { metadata: { managedFields: [], name: '😀' } }),
    ],
    ['keeps an object without them', reviewOf({ metadata: { name: 'web' } }), reviewOf({ metadata: { name: 'web' } })],
  ])('%s', (_, sent, read) => {
    expect(parse(sent)).toEqual(read);
  });

  it.each<readonly [string, unknown]>([
    ['in the spec of a custom object', reviewOf({ metadata: { name: 'x' }, spec: { managedFields: ['${TODO}'] } })],
    ['in a pod template', reviewOf({ metadata: {}, spec: { template: { metadata: { managedFields: fields } } } })],
    ['beside those of the object', reviewOf({ metadata: { managedFields: fields }, spec: { managedFields: ['x'] } })],
    ['in a text', reviewOf({ data: { a: 'x,"managedFields":[1]', 'b,"managedFields': [2] } })],
    ['in no review', [{ managedFields: ['x'] }]],
    ['no list', reviewOf({ metadata: { managedFields: null, name: 'x' } })],
  ])('keeps managedFields that are %s', (_, sent) => {
    expect(parse(sent)).toEqual(sent);
  });

  it('reads JSON that is indented', () => {
    const review = reviewOf({ metadata: { managedFields: fields } });
    expect(parseReviewBody(Buffer.from(JSON.stringify(review, null, 1)))).toEqual(review);
  });

  it('takes the last of two members of one name, as any decoder does', () => {
    const text = '{"request":{"object":{"metadata":{"managedFields":[1]}},"object":{"spec":{"managedFields":[2]}}}}';
    expect(parseReviewBody(Buffer.from(text))).toEqual({ request: { object: { spec: { managedFields: [2] } } } });
  });

  it.each([
    '',
    '{',
    '{"request":{"object":{"metadata":{"managedFields":[',
    '{"managedFields":["]}',
    '[1],"managedFields":[]',
  ])('refuses %j, which is no JSON', (text) => {
    expect(() => parseReviewBody(Buffer.from(text))).toThrow(SyntaxError);
  });

  it('reads every other value as JSON.parse does', () => {
    const key = constantFrom('request', 'object', 'oldObject', 'metadata', 'managedFields', 'spec', '__proto__', '"');
    const { value } = letrec<{ value: unknown }>((tie) => ({
      value: oneof(
        { maxDepth: 6, withCrossShrink: true },
        constantFrom(null, 1, '"managedFields":[', ']', '\\', '🙂'),
        array(tie('value'), { maxLength: 3 }),
        array(tuple(key, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
      ),
    }));
    assert(
      property(value, (sent) => {
        const text = JSON.stringify(sent);
        expect(parseReviewBody(Buffer.from(text))).toEqual(withoutManagedFields(JSON.parse(text)));
      }),
      { numRuns: 1000 },
    );
  });
});

/** The same the slow way. */
function withoutManagedFields(review: unknown): unknown {
  const lists = JSON.stringify(review).split('"managedFields":[').length - 1;
  const owners = ['object', 'oldObject']
    .map((field) => at(at(at(review, 'request'), field), 'metadata'))
    .filter((metadata) => Array.isArray(at(metadata, 'managedFields')));
  if (owners.length !== lists) return review;
  for (const metadata of owners) Object.assign(metadata ?? {}, { managedFields: [] });
  return review;
}

function at(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
