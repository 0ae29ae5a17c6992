import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { Disagreement } from './compare.ts';
import type { Recording, Scenario } from './scenario.ts';

/** A scenario with the foretold most replicas, or with one more; and what has to come of it. */
export interface Bound {
  readonly scenario: Scenario;
  readonly replicas: number;
  readonly fits: boolean;
}

/** More are as good as unlimited here, and would only keep the machine busy. */
const MOST_REPLICAS = 40;
const SCALED = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']);

/** The two scenarios that show whether `maxReplicas` of a report is right; none where it names no number that can be played. */
export function deriveBounds(recording: Recording, report: JsonObject): readonly Bound[] {
  const [object, ...others] = recording.apply;
  const most = integerAt(objectAt(listAt(report, 'workloads')[0]), 'maxReplicas');
  if (object === undefined || others.length > 0 || !SCALED.has(stringAt(object, 'kind'))) return [];
  if (!recording.truth.admitted || most === null || most > MOST_REPLICAS) return [];
  const bounds = [
    { replicas: most, fits: true },
    { replicas: most + 1, fits: false },
  ];
  return bounds
    .filter(({ replicas }) => replicas > 0)
    .map(({ replicas, fits }) => ({
      replicas,
      fits,
      scenario: scaled(recording, object, replicas, fits ? 'most' : 'more'),
    }));
}

function scaled(recording: Recording, object: JsonObject, replicas: number, suffix: string): Scenario {
  const { state: _, truth: __, ...scenario } = recording;
  const apply = [{ ...object, spec: { ...objectAt(object, 'spec'), replicas } }];
  return { ...scenario, id: `${recording.id}-${suffix}`, apply };
}

/** What came otherwise than the bound says; bounds and recordings stand in the same order. */
export function judgeBounds(bounds: readonly Bound[], recordings: readonly Recording[]): readonly Disagreement[] {
  return bounds.flatMap(({ scenario, replicas, fits }) => {
    const truth = recordings.find((recording) => recording.id === scenario.id)?.truth;
    // Pods of the old version count: whether a rollout gets through is another question, and has its own answer.
    if (!truth?.settled || (truth.pods ?? 0) >= replicas === fits) return [];
    const foretold = fits ? `all of ${replicas} exist` : `not all of ${replicas} exist`;
    return [{ about: `maxReplicas in ${scenario.id}`, foretold, real: `${truth.pods} exist` }];
  });
}
