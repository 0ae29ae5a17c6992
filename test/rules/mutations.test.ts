import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../src/manifest/decode.ts';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { isJsonObject, listAt } from '../../src/manifest/fields.ts';
import { listObjects } from '../../src/manifest/objects.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { sharedFile } from '../helpers/shared-folder.ts';
import { mutations, type Draft, type DraftObject, type DraftWorkload, type Draw, type Mutation } from './mutations.ts';
import { judge, objectOf, settingsFor } from './shipped-policy.ts';

const corpus = sharedFile('corpus');
const rounds = 20;
/** Every run draws the same; another seed draws others from the corpus. */
const seed = Number(process.env['QUOTAFIT_SEED'] ?? 20261);

/** Real workloads that mutations can change: small files, one pod template, containers in it. */
function readWorkloads(folder: string): readonly JsonObject[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/u.test(name));
  const workloads: JsonObject[] = [];
  for (const name of shuffle(files.toSorted(), createDraw(seed))) {
    if (workloads.length >= 1500) break;
    const text = readFileSync(join(folder, name), 'utf8');
    if (text.length > 50_000 || !text.includes('containers:')) continue;
    for (const document of decodeFile({ name, text }).documents) {
      for (const { value } of listObjects(document).objects) if (openWorkload(value) !== null) workloads.push(value);
    }
  }
  return workloads;
}

/** A copy that may be changed; `null` for what has no containers, or only a part of one, as patches have. */
function openWorkload(value: JsonValue): { readonly copy: DraftObject; readonly workload: DraftWorkload } | null {
  const copy = structuredClone(value) as Draft as DraftObject;
  const [template] = readWorkload(objectOf(copy), shippedKinds)?.templates ?? [];
  if (template === undefined) return null;
  const path = `${template.pointer}/spec`;
  const containers = ['initContainers', 'containers'].flatMap((field) =>
    listAt(template.spec, field).flatMap((container, index) =>
      isJsonObject(container) ? [{ value: container as DraftObject, path: `${path}/${field}/${index}` }] : [],
    ),
  );
  const isWhole = containers.length > 0 && containers.every(({ value: container }) => container['image'] !== undefined);
  return !isWhole ? null : { copy, workload: { spec: template.spec as DraftObject, path, containers } };
}

function createDraw(start: number): Draw {
  let state = start >>> 0;
  return (from) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return from[((mixed ^ (mixed >>> 14)) >>> 0) % from.length]!;
  };
}

function shuffle<T>(items: readonly T[], draw: Draw): readonly T[] {
  const numbers = items.map((_, index) => index);
  return items
    .map((item) => ({ item, key: draw(numbers) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Prints nothing where all is well; the seed and the manifest are in the message otherwise. */
function playRound({ rule, params, prepare, breakRule }: Mutation, original: JsonObject, round: number): void {
  const draw = createDraw(seed + round * 7919);
  const settings = settingsFor(rule, params);
  const opened = openWorkload(original)!;
  prepare?.(opened.workload);
  const pathsOf = (value: JsonValue) =>
    judge(value as JsonObject, settings)
      .filter((finding) => finding.rule === rule)
      .map(({ path }) => path);
  const context = `seed ${seed}, round ${round}: ${JSON.stringify(original['metadata'])}`;
  expect(pathsOf(opened.copy as JsonObject), `the original, ${context}`).toEqual([]);
  const expected = breakRule(opened.workload, draw);
  expect(pathsOf(opened.copy as JsonObject), `broken at ${expected}, ${context}`).toContain(expected);
}

describe.skipIf(corpus === null)(`real manifests, seed ${seed} (QUOTAFIT_SEED draws others)`, () => {
  const workloads = corpus === null ? [] : readWorkloads(corpus);
  if (corpus !== null) console.log(`mutations of ${workloads.length} workloads, seed ${seed}`);

  it.each(mutations)('$rule fires where 20 manifests are broken, and is silent before', (mutation) => {
    const originals = shuffle(workloads, createDraw(seed)).filter((value) => {
      const opened = openWorkload(value);
      if (opened !== null) mutation.prepare?.(opened.workload);
      return opened !== null && mutation.keeps(opened.workload);
    });
    expect(originals.length).toBeGreaterThanOrEqual(rounds);
    for (const [round, original] of originals.slice(0, rounds).entries()) playRound(mutation, original, round);
  });
});
