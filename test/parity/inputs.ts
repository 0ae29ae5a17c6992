import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { createReleaseReader, type Release } from '../../src/check/release.ts';
import { readRelease } from '../../src/cli/read-release.ts';
import { isJsonObject, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { createIo } from '../helpers/io.ts';
import { projectRoot } from '../helpers/package-copy.ts';
import { sharedFile } from '../helpers/shared-folder.ts';

/** The config by which every rule speaks. */
export const everyRule = join(import.meta.dirname, 'every-rule.yaml');

/** Manifests to judge together, under the name that test reports print. */
export interface Input {
  readonly name: string;
  readonly release: Release;
}

/** Real manifests where there are any, the examples of all rules, and the cases by which their recall is measured. */
export async function readInputs(): Promise<readonly Input[]> {
  const corpus = sharedFile('corpus');
  return [
    ...(corpus === null ? [] : [{ name: 'the corpus', release: await readFolder(corpus, '.') }]),
    { name: 'the examples of rules', release: await readFolder(projectRoot, 'policies/rules') },
    { name: 'the cases of recall', release: await readCases(join(projectRoot, 'test/recall')) },
  ];
}

function readFolder(cwd: string, path: string): Promise<Release> {
  return readRelease([path], createIo({ cwd }).io);
}

interface CaseFile {
  readonly cases: readonly { readonly objects?: readonly JsonObject[] }[];
}

async function readCases(folder: string): Promise<Release> {
  const reader = createReleaseReader();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  for (const name of names.sort()) {
    const { cases } = load(readFileSync(join(folder, name), 'utf8')) as CaseFile;
    for (const [index, { objects = [] }] of cases.entries()) {
      const list = { apiVersion: 'v1', kind: 'List', items: objects.map(complete) };
      reader.addFile(`${name}/${index}.json`, Buffer.from(JSON.stringify(list)));
    }
  }
  return reader.finish();
}

/** Cases are reduced to what matters to their rule; the server wants a selector, a restart policy and ports all the same. */
function complete(object: JsonObject): JsonObject {
  const { spec } = object;
  if (!isJsonObject(spec)) return object;
  const kind = stringAt(object, 'kind');
  switch (kind) {
    case 'DaemonSet':
    case 'Deployment':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet': {
      const { template, labels } = addLabels(objectAt(spec, 'template'));
      const selector = kind === 'ReplicationController' ? labels : { matchLabels: labels };
      return { ...object, spec: { selector, ...spec, template } };
    }
    case 'Job':
      return { ...object, spec: { ...spec, template: addRestartPolicy(objectAt(spec, 'template')) } };
    case 'CronJob': {
      const jobSpec = objectAt(spec, 'jobTemplate', 'spec');
      const jobTemplate = { spec: { ...jobSpec, template: addRestartPolicy(objectAt(jobSpec, 'template')) } };
      return { ...object, spec: { schedule: '@daily', ...spec, jobTemplate } };
    }
    case 'Service':
      return { ...object, spec: { ports: [{ port: 80 }], ...spec } };
    default:
      return object;
  }
}

function addLabels(template: JsonObject): { readonly template: JsonObject; readonly labels: JsonObject } {
  const metadata = objectAt(template, 'metadata');
  const labels = { case: 'any', ...objectAt(metadata, 'labels') };
  return { template: { ...template, metadata: { ...metadata, labels } }, labels };
}

function addRestartPolicy(template: JsonObject): JsonObject {
  return { ...template, spec: { restartPolicy: 'Never', ...objectAt(template, 'spec') } };
}
