import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isBound } from '../../src/check/bounds.ts';
import { emptyLayer } from '../../src/config/layer.ts';
import { loadConfig } from '../../src/config/load.ts';
import { fitRelease } from '../../src/fit/fit-release.ts';
import type { FitReport } from '../../src/fit/fit-report.ts';
import { keyOf } from '../../src/fit/owned.ts';
import { integerAt, isJsonObject, listAt, objectAt } from '../../src/manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { isClusterObject } from '../../src/state/state.ts';
import { isPatch } from '../../src/workload/patch.ts';
import { openBothDoors } from '../helpers/both-doors.ts';
import { foretellDenial, readDenial } from '../helpers/foretold-denial.ts';
import { objectOf } from '../helpers/kube-objects.ts';
import { readRecordings } from '../helpers/recordings.ts';
import { everyRule, readInputs } from '../parity/inputs.ts';
import { loadDoorRules, openDoor } from '../helpers/webhook-door.ts';
import { createFitOptions } from '../helpers/fit-options.ts';

/** Of thousands of real manifests some, of all others all; but for patches, which no API server ever sees as they stand. */
const sample = (await readInputs()).flatMap(({ release: { objects } }) =>
  objects.filter((object, index) => index % Math.ceil(objects.length / 200) === 0 && !isPatch(object)),
);
const rules = await loadDoorRules(emptyLayer, new Date('2026-06-01T12:00:00Z'));

function fit(object: KubernetesObject, state: readonly KubernetesObject[], namespace: string): FitReport {
  const outcome = fitRelease([object], state, createFitOptions({ namespace }));
  if (outcome.kind === 'bad-state') throw new Error(JSON.stringify(outcome.problems));
  return outcome.report;
}

/** As the API server hands it on: an update that does not say how many replicas leaves them as they were. */
function updateOf(stored: KubernetesObject, written: KubernetesObject): KubernetesObject {
  const replicas = integerAt(stored.value, 'spec', 'replicas');
  const spec = { ...(replicas !== null && { replicas }), ...objectAt(written.value, 'spec') };
  const { uid = null } = objectAt(stored.value, 'metadata');
  return { ...written, value: { ...written.value, metadata: { ...objectAt(written.value, 'metadata'), uid }, spec } };
}

/** The cluster and the bounds of its namespace before anything was in it. */
function emptied(state: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return state.flatMap((object) => {
    if (isClusterObject(object)) return [object];
    return isBound(object) ? [{ ...object, value: { ...object.value, status: undefined } }] : [];
  });
}

/** Old ReplicaSets stay for rollbacks. A quota that counts them is met by the next rollout, so it is warned of as one. */
const metByHistory: ReadonlySet<string> = new Set(['q0347', 'q0368']);

const inNamespace = (value: JsonObject, namespace: string): KubernetesObject => ({ ...objectOf(value), namespace });

describe('the command line and the webhook', () => {
  it.each(['created', 'changed'] as const)('say the same of whether what is %s fits', async (how) => {
    const differ: unknown[] = [];
    let judged = 0;
    for (const { id, apply, state: recorded } of readRecordings()) {
      const state = listAt(recorded, 'items').filter(isJsonObject).map(objectOf);
      const door = openDoor(rules, state);
      for (const written of apply.map((value) => inNamespace(value, id))) {
        const stored = state.find((object) => object.namespace === id && keyOf(object) === keyOf(written)) ?? null;
        if ((stored === null) !== (how === 'created')) continue;
        const object = stored === null ? written : updateOf(stored, written);
        const foretold = foretellDenial({
          written: fit(object, state, id),
          stored: stored === null ? null : fit(stored, state, id),
          alone: fit(object, emptied(state), id),
        });
        if (foretold === undefined || metByHistory.has(id)) continue;
        const { denials } = await door.judge(object, stored);
        const said = readDenial(denials);
        if (!isDeepStrictEqual(said, foretold)) differ.push({ id, said, foretold });
        judged += 1;
      }
    }
    expect(differ).toEqual([]);
    expect(judged).toBeGreaterThan(0);
  });

  it.each([
    ['the rules as they ship', null],
    ['every rule', everyRule],
  ])('find the same in one object, by %s', async (_, config) => {
    const { ask } = await openBothDoors(config === null ? emptyLayer : await loadConfig(config, '/'));
    const differ: unknown[] = [];
    for (const object of sample) {
      const { command, webhook } = await ask(object);
      if (!isDeepStrictEqual(webhook, command))
        differ.push({ object: object.source?.document.file.name, command, webhook });
    }
    expect(differ).toEqual([]);
    expect(sample.length).toBeGreaterThan(100);
  });

  it('name what collects the logs of every node already', async () => {
    const { ask } = await openBothDoors(await loadConfig(everyRule, '/'));
    const containers = [
      { name: 'app', image: 'registry.example.com/app:1' },
      { name: 'logs', image: 'docker.io/fluent/fluent-bit:3.1' },
    ];
    const metadata = { name: 'web', labels: { app: 'web' } };
    const spec = { selector: { matchLabels: { app: 'web' } }, template: { metadata, spec: { containers } } };
    const { command, webhook } = await ask(objectOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }));
    expect(webhook).toEqual(command);
    expect(
      [...webhook.errors, ...webhook.warnings].filter((text) => text.startsWith('logging/no-log-sidecar')),
    ).toEqual([expect.stringContaining('DaemonSet fluent-bit')]);
  });
});
