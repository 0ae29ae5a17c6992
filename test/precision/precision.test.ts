/**
 * How often rules are right on a corpus of public repositories that is not part of the package: each rule's count, and twenty of
 * its findings (or all), read one by one and labelled. Every file is a release of its own, beside the kustomizations of them all. What was labelled on Dockerfiles and on
 * more repositories is looked at where QUOTAFIT_DOCKERFILES and QUOTAFIT_REPOSITORIES name folders that hold them as owner+name/path;
 * those repositories have moved on since they were counted, so that only labels of files that are there are held.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatherKustomizations, type Kustomized } from '../../src/check/kustomize-release.ts';
import { createReleaseReader } from '../../src/check/release.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { describeObject } from '../../src/facts/describe-object.ts';
import { describeRelease, type ReleaseObject } from '../../src/facts/describe-release.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import type { RawFinding, RuleSettings } from '../../src/policy/evaluation.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { isPatchOnly } from '../../src/workload/patch.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { printPrecision, readLabels, type RuleLabels } from '../../scripts/precision.ts';
import { catalog, defaults, judgeDockerfile, judgeFacts, root } from '../rules/shipped-policy.ts';

const corpus = join(process.env['QUOTAFIT_SHARED'] ?? join(root, '../shared'), 'corpus');
const labelled = readLabels(join(root, 'test/precision'));
const labelledOn = (set: RuleLabels['set']) => labelled.filter((entry) => entry.set === set);
const onManifests = labelledOn(undefined);
const elsewhere = [
  { set: 'dockerfiles', folder: process.env['QUOTAFIT_DOCKERFILES'], judgeFile: judgeDockerfileAt },
  { set: 'repositories', folder: process.env['QUOTAFIT_REPOSITORIES'], judgeFile: judgeManifestAt },
] as const;

it('the table of precision is what the labels say', async () => {
  expect(readFileSync(join(root, 'docs/precision.md'), 'utf8')).toBe(await printPrecision());
});

it.each(labelled)(
  '$rule: a rule that is an error by default is right in nineteen of twenty cases',
  ({ rule, labels }) => {
    const wrong = labels.filter(({ label }) => !label).length;
    const isError = catalog.rules.find(({ id }) => id === rule)?.level === 'error';
    expect(wrong).toBeLessThanOrEqual(isError ? labels.length / 20 : labels.length);
  },
);

describe.skipIf(!existsSync(corpus))('on the corpus (skipped where QUOTAFIT_SHARED has none)', () => {
  it('counts and labelled findings are what the rules say today', { timeout: 120_000 }, async () => {
    const settings = settingsOf(onManifests);
    const found = new Map<string, string[]>(onManifests.map(({ rule }) => [rule, []]));
    for (const file of listFiles(corpus)) {
      for (const { rule, place } of await judgeManifestAt(corpus, file, settings)) found.get(rule)?.push(place);
    }
    expect([...found].map(([rule, places]) => [rule, places.length])).toEqual(
      onManifests.map(({ rule, count }) => [rule, count]),
    );
    for (const { rule, labels } of onManifests) {
      for (const label of labels) expect(found.get(rule)).toContain(placeOf(label));
    }
  });
});

describe.each(elsewhere)('on $set', ({ set, folder = '', judgeFile }) => {
  const entries = labelledOn(set);
  const files = [...new Set(entries.flatMap(({ labels }) => labels.map(({ file }) => file)))].filter((file) =>
    existsSync(join(folder, file)),
  );

  it.skipIf(folder === '')('labelled findings are what the rules say today', async () => {
    expect(files).not.toEqual([]);
    console.log(`${set}: ${files.length} labelled files are there`);
    for (const file of files) {
      const found = (await judgeFile(folder, file, settingsOf(entries))).map(({ rule, place }) => `${rule} ${place}`);
      for (const { rule, labels } of entries) {
        const places = labels.filter((label) => label.file === file).map(placeOf);
        expect(found).toEqual(expect.arrayContaining(places.map((place) => `${rule} ${place}`)));
      }
    }
  });
});

/** What tells one finding of a rule from others. */
function placeOf({ file, object, pointer }: Pick<RuleLabels['labels'][number], 'file' | 'object' | 'pointer'>): string {
  return `${file} ${object} ${pointer}`;
}

interface Found {
  readonly rule: string;
  readonly place: string;
}

/** Only these rules are on, with the parameters that they were labelled with. */
function settingsOf(entries: readonly RuleLabels[]): RuleSettings {
  const params = Object.fromEntries(
    entries.map((entry) => [entry.rule, { ...defaults.params[entry.rule], ...(entry.params as JsonObject) }]),
  );
  return { enabled: entries.map(({ rule }) => rule), params: { ...defaults.params, ...params } };
}

const kustomizations = new Map<string, ReturnType<typeof readKustomizations>>();

/** Of what lies beside kustomizations too: what patches are merged into tells which containers are theirs. */
async function readKustomizations(folder: string): Promise<(object: KubernetesObject) => Kustomized> {
  const reader = createReleaseReader();
  for (const file of listFiles(folder)) reader.addFile(file, readFileSync(join(folder, file)));
  const { objects, context } = await reader.finish();
  const kustomize = gatherKustomizations([...context, ...objects], {
    pathOf: (file) => join(folder, file),
    kinds: shippedKinds,
  });
  return (object) => kustomize?.(object) ?? { object, workload: readWorkload(object, shippedKinds), placed: object };
}

async function judgeManifestAt(folder: string, file: string, settings: RuleSettings): Promise<readonly Found[]> {
  const reading = kustomizations.get(folder) ?? readKustomizations(folder);
  kustomizations.set(folder, reading);
  const kustomized = await reading;
  const context = { kubernetesMinor: 37, limitRanges: [], namespace: '' };
  const reader = createReleaseReader();
  reader.addFile(file, readFileSync(join(folder, file)));
  const { objects } = await reader.finish();
  const release = objects.map((written): Kustomized & ReleaseObject => {
    const made = kustomized(written);
    const { merged, workload } = made;
    return { ...made, isPartOfAnother: merged !== undefined || (workload !== null && isPatchOnly(workload)) };
  });
  const found = ({ rule, path }: RawFinding, { kind, name }: KubernetesObject): Found => ({
    rule,
    place: placeOf({ file, object: `${kind} ${name}`, pointer: path }),
  });
  return [
    ...release.flatMap(({ object, placed, merged, workload }) =>
      judgeFacts(
        describeObject(placed, workload, { ...context, ...(merged !== undefined && { merged }) }),
        settings,
      ).map((finding) => found(finding, object)),
    ),
    ...judgeFacts(describeRelease(release, context), settings).flatMap((finding) => {
      const object = objects[finding.object ?? 0];
      return object === undefined ? [] : [found(finding, object)];
    }),
  ];
}

/** The object of a finding is the line that its pointer names. */
async function judgeDockerfileAt(folder: string, file: string, settings: RuleSettings): Promise<readonly Found[]> {
  const text = readFileSync(join(folder, file), 'utf8');
  const { instructions } = parseDockerfile({ name: file, text });
  return judgeDockerfile(text, settings).map(({ rule, path }) => {
    const line = instructions[Number(path.split('/')[2])]?.place.line;
    return { rule, place: placeOf({ file, object: `line ${line}`, pointer: path }) };
  });
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/') && /\.(?:ya?ml|json)$/u.test(name))
    .sort();
}
