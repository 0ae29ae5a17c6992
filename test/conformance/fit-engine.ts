import { fitRelease } from '../../src/fit/fit-release.ts';
import { decodeFile } from '../../src/manifest/decode.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { listObjects } from '../../src/manifest/objects.ts';
import type { Recording } from './scenario.ts';
import { createFitOptions } from '../helpers/fit-options.ts';

/**
 * Asks the engine itself, without a process of its own for each question.
 * @param kubernetesVersion - as `fit` takes it: `1.37`
 * @throws Error when it takes the recorded state for one that no cluster could be in
 */
export function askEngine(recording: Recording, kubernetesVersion: string): JsonObject {
  const release = readObjects('manifest.json', { apiVersion: 'v1', kind: 'List', items: recording.apply });
  const outcome = fitRelease(
    release,
    readObjects('state.json', recording.state),
    createFitOptions({ kubernetesVersion, namespace: recording.id, kinds: new Map() }),
  );
  if (outcome.kind === 'bad-state') throw new Error(JSON.stringify(outcome.problems.map(({ message }) => message)));
  return JSON.parse(JSON.stringify(outcome.report)) as JsonObject;
}

function readObjects(name: string, value: JsonObject): readonly KubernetesObject[] {
  return decodeFile({ name, text: JSON.stringify(value) }).documents.flatMap(
    (document) => listObjects(document).objects,
  );
}
