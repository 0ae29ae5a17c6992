import { describe, expect, it } from 'vitest';
import { compileMatch, type MatchSubject } from '../../../src/config/match.ts';
import type { Match } from '../../../src/config/schema.ts';

const subject: MatchSubject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'team-a',
  name: 'web',
  labels: { app: 'web', tier: 'front', count: 3 },
  path: '/repo/deploy/legacy/web.yaml',
};

describe('compileMatch', () => {
  it.each<[string, Match, boolean]>([
    ['an equal name', { name: 'web' }, true],
    ['another name', { name: 'we' }, false],
    ['one name of several', { name: ['api', 'web'] }, true],
    ['a glob over namespaces', { namespace: 'team-*' }, true],
    ['alternatives', { kind: '{StatefulSet,Deployment}' }, true],
    ['an API group', { apiVersion: 'apps/*' }, true],
    ['all conditions only together', { name: 'web', kind: 'Job' }, false],
    ['a label', { labels: { app: 'web' } }, true],
    ['a label with a glob', { labels: { tier: 'f*' } }, true],
    ['a label that the object lacks', { labels: { team: '*' } }, false],
    ['a label that is no text', { labels: { count: '3' } }, false],
    ['a label that every object inherits', { labels: { toString: '*' } }, false],
    ['a path below the config', { path: 'deploy/**' }, true],
    ['a path with a leading dot', { path: './deploy/legacy/*.yaml' }, true],
    ['a path one folder too high', { path: 'deploy/*.yaml' }, false],
    ['a path elsewhere', { path: 'legacy/**' }, false],
  ])('knows %s', (_, match, expected) => {
    expect(compileMatch(match, '/repo')(subject)).toBe(expected);
  });

  it('takes paths relative to the folder of the config', () => {
    expect(compileMatch({ path: 'legacy/**' }, '/repo/deploy')(subject)).toBe(true);
    expect(compileMatch({ path: '**' }, '/other')(subject)).toBe(false);
  });

  it('matches no path glob with what is no file', () => {
    expect(compileMatch({ path: '**' }, '/repo')({ ...subject, path: null })).toBe(false);
  });
});
