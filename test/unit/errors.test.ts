import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createError, errorTable } from '../../src/errors.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

it('documents every error code, and no other', () => {
  const documented = [...page.matchAll(/^## (.*)$/gmu)].map(([, code]) => code);
  expect(new Set(documented)).toEqual(new Set(Object.keys(errorTable)));
  expect(documented).toHaveLength(Object.keys(errorTable).length);
});

it('fills in every name of a message', () => {
  const error = createError('QF_CONFIG_CYCLE', { file: 'a.yaml', chain: 'a.yaml -> $& -> a.yaml' });
  expect(error.message).toBe('a.yaml extends itself: a.yaml -> $& -> a.yaml');
  expect(error.exit).toBe(2);
});
