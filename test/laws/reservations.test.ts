import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../src/fit/commitment.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { emptyNamespace, readState } from '../../src/state/state.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { createReservations } from '../../webhook/reservations.ts';

const LIFETIME_MS = 10;

const deployment = (name: string, generation: number, uid: string, replicas = 1): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'a',
  name,
  value: {
    metadata: { name, namespace: 'a', generation, uid },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: 'app:1', resources: { limits: { cpu: '1' } } }] },
      },
    },
  },
  source: null,
});

const quota: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  namespace: 'a',
  name: 'team',
  value: { metadata: { name: 'team', namespace: 'a' }, spec: { hard: { 'limits.cpu': '4', pods: '9' } } },
  source: null,
};

/** Of a Deployment, which then has at least so many replicas. */
const autoscalerOf = (target: string, minReplicas: number): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  namespace: 'a',
  name: target,
  value: {
    metadata: { name: target, namespace: 'a' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target }, minReplicas, maxReplicas: 9 },
  },
  source: null,
});

const name = fc.constantFrom('web', 'api', 'job');
const generation = fc.integer({ min: 1, max: 3 });
const uid = fc.constantFrom('old', 'new');
const step = fc.oneof(
  fc.record({ kind: fc.constant('reserve' as const), name, generation, uid }),
  fc.record({ kind: fc.constant('settle' as const), name, generation, uid }),
  fc.record({ kind: fc.constant('release' as const), name, generation, uid }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15 }) }),
);

interface Held {
  readonly object: KubernetesObject;
  readonly generation: number;
  readonly uid: string;
  readonly at: number;
}

describe('reservations', () => {
  it('hold exactly what was reserved last of each object and neither shown, deleted nor too old', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let clock = 0;
        const reservations = createReservations(LIFETIME_MS, () => clock);
        let model: readonly Held[] = [];
        for (const one of steps) {
          if (one.kind === 'wait') clock += one.ms;
          else {
            const object = deployment(one.name, one.generation, one.uid);
            reservations[one.kind](object);
            const isSame = (held: Held): boolean => held.object.name === one.name;
            if (one.kind === 'reserve') {
              model = [...model.filter((held) => !isSame(held)), { ...one, object, at: clock }];
            }
            if (one.kind === 'settle')
              model = model.filter((held) => !isSame(held) || held.generation > one.generation);
            if (one.kind === 'release') model = model.filter((held) => !isSame(held) || held.uid !== one.uid);
          }
          model = model.filter(({ at }) => at + LIFETIME_MS > clock);
          expect(reservations.pending('a')).toEqual(model.map(({ object }) => object));
          expect(reservations.size()).toBe(model.length);
        }
      }),
    );
  });

  it('are counted the same whether they came one by one or all at once, whatever the state showed before', () => {
    const stored = [deployment('web', 2, 'old', 3), deployment('api', 1, 'old')];
    const opened = [
      stored,
      stored.slice(1),
      [...stored, autoscalerOf('db', 2)],
      [...stored, autoscalerOf('db', 4)],
    ].map((objects) => readState([quota, ...objects], 'a').state);
    const [{ cluster } = readState([], 'a').state] = opened;
    const states = opened.map(({ namespaces }) => namespaces.get('a') ?? emptyNamespace('a'));
    const settings = { cluster, volumes: null, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
    const written = (['web', 'api', 'job', 'db'] as const).flatMap((name) => [
      deployment(name, 1, 'new'),
      deployment(name, 2, 'old', 5),
      deployment(name, 3, 'old', 0),
    ]);
    const pending = fc.uniqueArray(fc.constantFrom(...written), { selector: (object) => object.name });
    const round = fc.record({ held: fc.constantFrom(...states), pending });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 5 }), (rounds) => {
        const commit = createCommitter();
        for (const { held, pending: list } of rounds) {
          for (const count of list.keys()) commit(held, settings, list.slice(0, count));
          const { pending: counted, total } = commit(held, settings, list);
          const fresh = createCommitter()(held, settings, list);
          expect(total.size).toBe(2);
          expect([total, [...counted.keys()]]).toEqual([fresh.total, [...fresh.pending.keys()]]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
