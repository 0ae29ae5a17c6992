import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listAt, objectAt } from '../../src/manifest/fields.ts';
import { compare } from '../conformance/compare.ts';
import { askEngine } from '../conformance/fit-engine.ts';
import type { Recording } from '../conformance/scenario.ts';

const FOLDER = new URL('vectors/', import.meta.url);

/** What a real control plane of this minor version did: written by `npm run conformance`, never by hand. */
const KUBERNETES = '1.37';

function readVectors(file: string): readonly Recording[] {
  const lines = readFileSync(new URL(file, FOLDER), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
}

/** The same state as manifests have it: what quotas count has then to be computed. */
function withoutStatus(vector: Recording): Recording {
  const items = listAt(vector.state, 'items').map((item) => {
    const { status, ...declared } = objectAt(item);
    const isQuota = declared['kind'] === 'ResourceQuota';
    return isQuota || status === undefined ? declared : { ...declared, status };
  });
  return { ...vector, state: { ...vector.state, items } };
}

describe.each(readdirSync(FOLDER).filter((file) => file.endsWith('.jsonl')))('what a control plane did, %s', (file) => {
  it.each(readVectors(file).map((vector) => [vector.id, vector.family ?? '', vector] as const))(
    'is foretold: %s (%s)',
    (_id, _family, vector) => {
      expect(compare(askEngine(vector, KUBERNETES), vector)).toEqual([]);
      expect(compare(askEngine(withoutStatus(vector), KUBERNETES), vector)).toEqual([]);
    },
  );
});
