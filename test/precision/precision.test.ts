/**
 * How often rules are right on a corpus of public repositories that is not part of the package: each rule's count, and twenty of
 * its findings (or all), read one by one and labelled. Every file is a release of its own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReleaseReader } from '../../src/check/release.ts';
import { describeObject } from '../../src/facts/describe-object.ts';
import { describeRelease, type ReleaseObject } from '../../src/facts/describe-release.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import type { RawFinding, RuleSettings } from '../../src/policy/evaluation.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { printPrecision, readLabels, type RuleLabels } from '../../scripts/precision.ts';
import { catalog, defaults, judgeFacts, root } from '../rules/shipped-policy.ts';

const corpus = join(process.env['QUOTAFIT_SHARED'] ?? join(root, '../shared'), 'corpus');
const labelled = readLabels(join(root, 'test/precision'));
/** The Dockerfiles that others were labelled on are no part of the corpus. */
const onManifests = labelled.filter(({ set }) => set === undefined);

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
    const found = await judgeCorpus(onManifests.map(({ rule }) => rule));
    expect(onManifests.map(({ rule }) => [rule, found.get(rule)?.length])).toEqual(
      onManifests.map(({ rule, count }) => [rule, count]),
    );
    for (const { rule, labels } of onManifests) {
      for (const { file, object, pointer } of labels) expect(found.get(rule)).toContain(key(file, object, pointer));
    }
  });
});

function key(file: string, object: string, pointer: string): string {
  return `${file} ${object} ${pointer}`;
}

async function judgeCorpus(rules: readonly RuleLabels['rule'][]): Promise<ReadonlyMap<string, readonly string[]>> {
  const params = Object.fromEntries(
    onManifests.map((entry) => [entry.rule, { ...defaults.params[entry.rule], ...(entry.params as JsonObject) }]),
  );
  const settings: RuleSettings = { enabled: rules, params: { ...defaults.params, ...params } };
  const found = new Map<string, string[]>();
  const add = (finding: RawFinding, { kind, name, source }: KubernetesObject): void => {
    const entry = key(source?.document.file.name ?? '', `${kind} ${name}`, finding.path);
    const known = found.get(finding.rule);
    if (known === undefined) found.set(finding.rule, [entry]);
    else known.push(entry);
  };
  const context = { kubernetesMinor: 37, limitRanges: [], namespace: '' };
  for (const file of listFiles(corpus)) {
    const reader = createReleaseReader();
    reader.addFile(file, readFileSync(join(corpus, file)));
    const { objects } = await reader.finish();
    const release = objects.map((object): ReleaseObject => ({ object, workload: readWorkload(object, shippedKinds) }));
    for (const { object, workload } of release) {
      for (const finding of judgeFacts(describeObject(object, workload, context), settings)) add(finding, object);
    }
    for (const finding of judgeFacts(describeRelease(release, context), settings)) {
      const object = objects[finding.object ?? 0];
      if (object !== undefined) add(finding, object);
    }
  }
  return found;
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/') && /\.(?:ya?ml|json)$/u.test(name))
    .sort();
}
