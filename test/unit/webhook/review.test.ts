import { describe, expect, it } from 'vitest';
import { buildReviewAnswer, limitWarnings, parseReview } from '../../../webhook/review.ts';

const request = {
  uid: 'u1',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
  operation: 'CREATE',
  userInfo: { username: 'alice', groups: ['dev', 7] },
  namespace: 'team-a',
  name: 'web',
  object: { kind: 'Deployment' },
  oldObject: null,
};
const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };

describe('parseReview', () => {
  it('reads what a verdict needs', () => {
    expect(parseReview(review)).toEqual({
      kind: 'review',
      request: {
        uid: 'u1',
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        resourceGroup: 'apps',
        resource: 'deployments',
        subResource: '',
        name: 'web',
        namespace: 'team-a',
        operation: 'CREATE',
        user: { name: 'alice', groups: ['dev'] },
        object: { kind: 'Deployment' },
        oldObject: null,
        dryRun: false,
      },
    });
  });

  it.each([
    ['no object', 'x', 'the body is no JSON object; send an AdmissionReview'],
    ['an array', [], 'the body is no JSON object; send an AdmissionReview'],
    ['another kind', { ...review, kind: 'Pod' }, 'kind must be AdmissionReview'],
    [
      'another version',
      { ...review, apiVersion: 'admission.k8s.io/v1beta1' },
      "apiVersion must be admission.k8s.io/v1; list v1 in the webhook's admissionReviewVersions",
    ],
    ['no request', { ...review, request: null }, 'request is missing'],
    ['no uid', { ...review, request: { ...request, uid: '' } }, 'request.uid is missing'],
    [
      'an unknown operation',
      { ...review, request: { ...request, operation: 'PATCH' } },
      'request.operation must be CREATE, UPDATE, DELETE or CONNECT',
    ],
    [
      'no kind',
      { ...review, request: { ...request, kind: 'Deployment' } },
      'request.kind and request.resource must be objects',
    ],
    ...['..', 'a/b', 'a?b', 'a%2Fb', 'Team', 'a.b', 'a'.repeat(64)].map((namespace): [string, unknown, string] => [
      `a namespace ${namespace}`,
      { ...review, request: { ...request, namespace } },
      'request.namespace is no name of a namespace',
    ]),
  ])('refuses %s', (_case, body, message) => {
    expect(parseReview(body)).toEqual({ kind: 'malformed', message });
  });
});

describe('buildReviewAnswer', () => {
  it('denies with 403 and the reason', () => {
    expect(buildReviewAnswer('u1', { allowed: false, message: 'does not fit', warnings: [] })).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u1', allowed: false, status: { code: 403, message: 'does not fit' } },
    });
  });

  it('allows with nothing but warnings', () => {
    expect(buildReviewAnswer('u1', { allowed: true, message: '', warnings: ['a\nb'] })).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u1', allowed: true, warnings: ['a b'] },
    });
  });
});

describe('limitWarnings', () => {
  it('cuts one warning to 256 characters, counting code points', () => {
    const [cut] = limitWarnings(['😀'.repeat(300)]);
    expect(cut).toBe(`${'😀'.repeat(255)}…`);
  });

  it('leaves no control character in a warning, for which the API server would drop it', () => {
    expect(limitWarnings(['image \u001b[2J\u0000\u0085web\n\tof app'])).toEqual(['image [2J web of app']);
  });

  it('keeps all warnings within 4096 characters and counts those left out', () => {
    const kept = limitWarnings(Array.from({ length: 40 }, () => 'w'.repeat(250)));
    expect(kept.join('').length).toBeLessThanOrEqual(4096);
    expect(kept.at(-1)).toBe(`quotafit: ${40 - (kept.length - 1)} more warnings left out`);
  });

  it('leaves a full list alone that just fits', () => {
    const warnings = Array.from({ length: 16 }, (_, index) => String.fromCodePoint(97 + index).repeat(256));
    expect(limitWarnings(warnings)).toEqual(warnings);
  });
});
