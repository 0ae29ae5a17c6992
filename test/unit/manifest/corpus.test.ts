import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { decodeBytes } from '../../../src/manifest/decode.ts';
import type { JsonValue } from '../../../src/manifest/document.ts';
import { isJsonObject, stringAt } from '../../../src/manifest/fields.ts';

const shared = process.env['QUOTAFIT_SHARED'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const corpus = join(shared, 'corpus');
const isThere = existsSync(join(corpus, 'PARSE.jsonl'));

/** What kubectl's decoder makes of a file up to an error: the hash of each document, and the kind of each object. */
interface Recorded {
  readonly file: string;
  readonly docs: readonly string[];
  readonly kinds: readonly string[];
  readonly error?: string;
}

function canonical(value: JsonValue | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

function disagreement(recorded: Recorded): string | null {
  const { documents, diagnostics } = decodeBytes(recorded.file, readFileSync(join(corpus, recorded.file)));
  const isBroken = diagnostics.some(({ level }) => level === 'error');
  // Behind an error quotafit reads on.
  const comparable = isBroken ? documents.slice(0, recorded.docs.length) : documents;
  const docs = comparable.map(({ value }) => createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16));
  const kinds = comparable.flatMap(({ value }) => (isJsonObject(value) ? [stringAt(value, 'kind') || '<nil>'] : []));
  const agrees =
    isBroken === (recorded.error !== undefined) &&
    docs.join() === recorded.docs.join() &&
    kinds.join() === recorded.kinds.join();
  return agrees ? null : `${recorded.file}: ${diagnostics[0]?.message ?? kinds.join()}`;
}

it.skipIf(!isThere)('every file of the corpus is read as kubectl reads it (skipped without QUOTAFIT_SHARED)', () => {
  const lines = readFileSync(join(corpus, 'PARSE.jsonl'), 'utf8').trim().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.map((line) => disagreement(JSON.parse(line) as Recorded)).filter((found) => found !== null)).toEqual([]);
});
