import { describe, expect, it } from 'vitest';
import { createModeResolver } from '../../../webhook/mode.ts';

describe('createModeResolver', () => {
  const modeOf = createModeResolver({
    mode: 'warn',
    modes: [
      { namespace: 'team-*', mode: 'deny' },
      { rule: 'images/*', mode: 'audit' },
      { namespace: 'team-b', rule: 'quota/exceeded', mode: 'audit' },
    ],
  });

  it.each([
    ['other', 'quota/exceeded', false, 'warn'],
    ['team-a', 'quota/exceeded', false, 'deny'],
    ['team-a', 'images/tag-required', false, 'audit'],
    ['team-b', 'quota/exceeded', false, 'audit'],
    ['team-a', 'quota/exceeded', true, 'warn'],
    ['team-b', 'quota/exceeded', true, 'audit'],
    ['team-a', 'resources/limits-required', true, 'deny'],
  ])('in %s for %s, dry run %s: %s', (namespace, rule, dryRun, mode) => {
    expect(modeOf(namespace, rule, dryRun)).toBe(mode);
  });

  it('audits when nothing is said, and denies a dry run where that is asked for', () => {
    expect(createModeResolver({})('a', 'quota/exceeded', false)).toBe('audit');
    expect(createModeResolver({ mode: 'deny', dryRun: 'deny' })('a', 'quota/exceeded', true)).toBe('deny');
  });
});
