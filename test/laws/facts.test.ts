import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { describeDockerfile } from '../../src/dockerfile/describe.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { describeRelease } from '../../src/facts/describe-release.ts';
import { isJsonObject } from '../../src/manifest/fields.ts';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { factsOf, objectOf, root } from '../rules/shipped-policy.ts';

interface CaseFile {
  readonly cases: readonly { readonly objects?: readonly JsonObject[]; readonly dockerfile?: string }[];
}

const folder = join(root, 'test/recall');
const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => (load(readFileSync(join(folder, name), 'utf8')) as CaseFile).cases);
const objects = cases.flatMap((one) => one.objects ?? []);
const dockerfiles = cases.flatMap(({ dockerfile }) => dockerfile ?? []);

const wrong = fc.constantFrom<JsonValue>(
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  '',
  '\u0000',
  '%',
  '-1',
  '9'.repeat(40),
  [],
  [null],
  {},
);

/** A value with one thing in it, somewhere, of another type. */
function damage(value: JsonValue, path: readonly number[], replacement: JsonValue): JsonValue {
  const [step = 0, ...rest] = path;
  if (path.length === 0) return replacement;
  if (Array.isArray(value) && value.length > 0) {
    const items = value as readonly JsonValue[];
    return items.map((item, index) => (index === step % items.length ? damage(item, rest, replacement) : item));
  }
  if (!isJsonObject(value) || Object.keys(value).length === 0) return replacement;
  const keys = Object.keys(value);
  const key = keys[step % keys.length] ?? '';
  return { ...value, [key]: damage(value[key] ?? null, rest, replacement) };
}

const damaged = fc
  .tuple(fc.constantFrom(...objects), fc.array(fc.nat(50), { minLength: 1, maxLength: 9 }), wrong)
  .map(([object, path, replacement]) => damage(object, path, replacement))
  .filter(isJsonObject);

it('an object with anything in it of another type gives facts that are plain JSON', () => {
  fc.assert(
    fc.property(damaged, (value) => {
      const facts = factsOf(value);
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    }),
    { numRuns: 2000 },
  );
});

it('so do many of them as a release', () => {
  fc.assert(
    fc.property(fc.array(damaged, { maxLength: 6 }), (values) => {
      const release = values.map((value) => {
        const object = objectOf(value);
        return { object, workload: readWorkload(object, shippedKinds) };
      });
      const facts = describeRelease(release, { kubernetesMinor: 37, namespace: '' });
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    }),
    { numRuns: 500 },
  );
});

it('a Dockerfile that is cut, joined and spoiled is described or refused, and nothing else', () => {
  const piece = fc
    .tuple(fc.constantFrom(...dockerfiles), fc.nat(400), fc.nat(400))
    .map(([text, from, to]) => text.slice(from, to));
  const noise = fc.constantFrom('\n', '\\\n', '${', 'FROM ', '<<EOF\n', '"', "'", ' AS ', '--from=9 ', '\r', '#');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, noise), { maxLength: 12 }), (pieces) => {
      const text = `FROM a\n${pieces.join('')}`;
      const { instructions, diagnostics } = parseDockerfile({ name: 'Dockerfile', text });
      expect(instructions.length === 0).toBe(diagnostics.length > 0);
      if (instructions.length === 0) return;
      const facts = describeDockerfile('Dockerfile', instructions);
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    }),
    { numRuns: 1000 },
  );
});
