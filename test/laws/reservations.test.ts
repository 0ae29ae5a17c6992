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

  it('are counted the same whether they came one by one or all at once', () => {
    const { cluster, namespaces } = readState(
      [quota, deployment('web', 2, 'old', 3), deployment('api', 1, 'old')],
      'a',
    ).state;
    const settings = { cluster, volumes: null, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
    const held = namespaces.get('a') ?? emptyNamespace('a');
    const pending = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('web', 'api', 'job', 'db'),
        generation,
        uid,
        replicas: fc.integer({ min: 0, max: 9 }),
      }),
      { selector: (one) => one.name },
    );
    fc.assert(
      fc.property(fc.array(pending, { minLength: 1, maxLength: 5 }), (rounds) => {
        const commit = createCommitter();
        const objects = new Map<string, KubernetesObject>();
        for (const round of rounds) {
          const list = round.map((one) => {
            const key = JSON.stringify(one);
            const object = objects.get(key) ?? deployment(one.name, one.generation, one.uid, one.replicas);
            objects.set(key, object);
            return object;
          });
          for (const count of list.keys()) commit(held, settings, list.slice(0, count));
          const { pending: counted, total } = commit(held, settings, list);
          const fresh = createCommitter()(held, settings, list);
          expect(total.size).toBe(2);
          expect([total, [...counted.keys()]]).toEqual([fresh.total, [...fresh.pending.keys()]]);
        }
      }),
    );
  });
});
