/**
 * Cases from public repositories, labelled before their rule was written, and reduced to what matters. Each is judged by the
 * shipped policy with its one rule on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { listNodeAgents } from '../../src/facts/node-agent.ts';
import type { ConfigMapReader } from '../../src/facts/runtime.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../src/manifest/fields.ts';
import { readDockerInspect, readName } from '../../src/oci/docker-inspect.ts';
import { createImageFinder, type NamedImage } from '../../src/oci/image-content.ts';
import { catalog, defaults, judge, judgeDockerfile, judgeRelease, objectOf } from '../rules/shipped-policy.ts';
import type { RuleSettings } from '../../src/policy/evaluation.ts';

interface Case {
  readonly name: string;
  readonly label: 'bad' | 'good';
  readonly why: string;
  readonly source: string;
  readonly objects?: readonly JsonObject[];
  readonly dockerfile?: string;
  /** What `docker image inspect` says of its images. */
  readonly images?: readonly JsonObject[];
  /** What a registry says of their compressed layers. */
  readonly pulled?: readonly { readonly name: string; readonly bytes: number }[];
}

interface CaseFile {
  readonly rule: string;
  readonly params?: JsonObject;
  /** How many cases of a label there have to be, where a search found fewer than twenty; the file's head tells of it. */
  readonly fewest?: number;
  readonly cases: readonly Case[];
}

const folder = import.meta.dirname;
const files = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)))
  .map((file) => load(readFileSync(file, 'utf8')) as CaseFile);

function onlyRule(rule: string, params: JsonObject = {}): RuleSettings {
  return { enabled: [rule], params: { [rule]: { ...defaults.params[rule], ...params } } };
}

function listImages({ images = [], pulled = [] }: Pick<Case, 'images' | 'pulled'>): readonly NamedImage[] {
  return [
    ...(readDockerInspect(images) ?? []),
    ...pulled.map(({ name, bytes }) => ({
      names: readName(name),
      digests: [],
      content: { compressedBytes: bytes, unpackedBytes: null, layers: 1, labels: null, annotations: {} },
    })),
  ];
}

function isFound({ rule, params }: CaseFile, { objects = [], dockerfile, ...known }: Case): boolean {
  const settings = onlyRule(rule, params);
  if (dockerfile !== undefined) return judgeDockerfile(dockerfile, settings).length > 0;
  const findImage = createImageFinder(listImages(known));
  if (catalog.rules.find(({ id }) => id === rule)?.subject === 'release')
    return judgeRelease(objects, settings).length > 0;
  const around = { findImage, readConfigMap: configMapsOf(objects), nodeAgents: listNodeAgents(objects.map(objectOf)) };
  return objects.some((object) => judge(object, settings, around).length > 0);
}

function configMapsOf(objects: readonly JsonObject[]): ConfigMapReader {
  const data = new Map(
    objects
      .filter((object) => object['kind'] === 'ConfigMap')
      .map((object) => [stringAt(object, 'metadata', 'name'), objectAt(object, 'data')]),
  );
  return (name) => data.get(name) ?? null;
}

it('the rules on quota, of which there are few cases each, have twenty of each label together', () => {
  const cases = files.filter(({ rule }) => rule.startsWith('quota/')).flatMap((file) => file.cases);
  for (const label of ['bad', 'good']) {
    expect(cases.filter((one) => one.label === label).length).toBeGreaterThanOrEqual(20);
  }
});

describe.each(files)('$rule', (file) => {
  const bad = file.cases.filter(({ label }) => label === 'bad');
  const good = file.cases.filter(({ label }) => label === 'good');

  it('is a rule, and each case has a name of its own, a label, a reason and a source', () => {
    expect(catalog.rules.map(({ id }) => id)).toContain(file.rule);
    expect([...bad, ...good]).toHaveLength(file.cases.length);
    expect(new Set(file.cases.map(({ name, label }) => `${label} ${name}`)).size).toBe(file.cases.length);
    for (const { why, source, objects, dockerfile } of file.cases) {
      expect(why).not.toBe('');
      expect(source).toMatch(/^\S+\/\S+ \S/u);
      expect(objects ?? dockerfile).toBeDefined();
      for (const object of objects ?? []) expect(objectOf(object).kind).not.toBe('');
    }
  });

  it('has twenty cases of each label, or as many as were found', () => {
    expect(Math.min(bad.length, good.length)).toBeGreaterThanOrEqual(file.fewest ?? 20);
  });

  it('finds at least nine of ten bad cases', () => {
    const missed = bad.filter((one) => !isFound(file, one)).map(({ name }) => name);
    expect(missed.length, `missed: ${missed.join(', ')}`).toBeLessThanOrEqual(bad.length / 10);
  });

  it('hits no good case', () => {
    expect(good.filter((one) => isFound(file, one)).map(({ name }) => name)).toEqual([]);
  });
});
