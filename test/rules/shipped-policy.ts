import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { createReleaseFitter } from '../../src/check/release-fit.ts';
import { describeDockerfile } from '../../src/dockerfile/describe.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { describeObject, type DescribeContext } from '../../src/facts/describe-object.ts';
import { describeRelease } from '../../src/facts/describe-release.ts';
import type { Facts, ObjectFacts } from '../../src/facts/schema.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { defaultSettings, type Catalog } from '../../src/policy/catalog.ts';
import { createPolicyEngine, type PolicyEngine } from '../../src/policy/engine.ts';
import type { RawFinding, RuleSettings } from '../../src/policy/evaluation.ts';
import type { Messages } from '../../src/policy/message.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { createFitOptions } from '../helpers/fit-options.ts';

export const root = join(import.meta.dirname, '../..');

export const catalog = JSON.parse(readFileSync(join(root, 'policies/dist/catalog.json'), 'utf8')) as Catalog;
export const messages = JSON.parse(readFileSync(join(root, 'messages/en.json'), 'utf8')) as Messages;

const wasm = new Uint8Array(readFileSync(join(root, 'policies/dist/policy.wasm')));

/** The shipped rules on a wasm of their own. */
export function shippedEngine(): PolicyEngine {
  return createPolicyEngine({ ruleSet: 'built-in', wasm, catalog });
}

const engine = shippedEngine();

export const defaults = defaultSettings(catalog);

/** The default rules with one more on, or with other parameters. */
export function settingsFor(rule: string, params: JsonObject = {}): RuleSettings {
  return {
    enabled: [...new Set([...defaults.enabled, rule])],
    params: { ...defaults.params, [rule]: { ...defaults.params[rule], ...params } },
  };
}

export function objectOf(value: JsonObject): KubernetesObject {
  return {
    apiVersion: stringAt(value, 'apiVersion'),
    kind: stringAt(value, 'kind'),
    namespace: stringAt(value, 'metadata', 'namespace'),
    name: stringAt(value, 'metadata', 'name'),
    value,
    source: null,
  };
}

/** What is known beside one object. */
export type Around = Pick<DescribeContext, 'findImage' | 'nodeAgents' | 'readConfigMap'>;

export function factsOf(value: JsonObject, around: Around = {}): ObjectFacts {
  const object = objectOf(value);
  const context = { kubernetesMinor: 37, limitRanges: [], namespace: '', ...around };
  return describeObject(object, readWorkload(object, shippedKinds), context);
}

/** What the shipped wasm says about one object. */
export function judge(value: JsonObject, settings: RuleSettings, around: Around = {}): readonly RawFinding[] {
  return judgeFacts(factsOf(value, around), settings);
}

/** What it says about the rules for whole releases; all objects stand in one file. */
export function judgeRelease(values: readonly JsonObject[], settings: RuleSettings): readonly RawFinding[] {
  const objects = values.map((value) => {
    const object = objectOf(value);
    return { object, workload: readWorkload(object, shippedKinds) };
  });
  const release = { objects: objects.map(({ object }) => object), context: [] };
  const quota = fitter.kind === 'fitter' ? fitter.fit(release, objects) : {};
  return judgeFacts(describeRelease(objects, { kubernetesMinor: 37, namespace: '', quota }), settings);
}

const fitter = createReleaseFitter(
  [],
  createFitOptions({ termination: 'optimistic', state: { source: 'none', takenAt: null } }),
);

/** What it says about a Dockerfile; one that cannot be read says nothing. */
export function judgeDockerfile(text: string, settings: RuleSettings): readonly RawFinding[] {
  const { instructions } = parseDockerfile({ name: 'Dockerfile', text });
  return instructions.length === 0 ? [] : judgeFacts(describeDockerfile('Dockerfile', instructions), settings);
}

export function judgeFacts(facts: Facts, settings: RuleSettings): readonly RawFinding[] {
  const { findings, failures } = engine.evaluate(facts, settings);
  if (failures.length > 0) throw failures[0]!;
  return findings;
}

/** Every document of a file. */
export function readDocuments(path: string): readonly JsonObject[] {
  return loadAll(readFileSync(path, 'utf8')) as readonly JsonObject[];
}
