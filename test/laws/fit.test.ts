import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRelease } from '../../src/fit/fit-release.ts';
import type { FitReport } from '../../src/fit/fit-report.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';
import { canonicalQuantity } from '../../src/quantity/print.ts';
import { makeQuantity } from '../../src/quantity/quantity.ts';
import { suggestQuotas } from '../../src/suggest/suggest-quota.ts';
import { objectOf } from '../helpers/kube-objects.ts';
import { createFitOptions } from '../helpers/fit-options.ts';

const options = createFitOptions({ namespace: 'a', kinds: new Map() });

interface Shape {
  readonly kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet';
  readonly replicas: number;
  readonly cpu: number;
  readonly memory: number;
  readonly strategy: JsonObject;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom('Deployment', 'ReplicaSet', 'StatefulSet'),
  replicas: fc.nat({ max: 12 }),
  cpu: fc.integer({ min: 1, max: 2000 }),
  memory: fc.integer({ min: 1, max: 512 }),
  strategy: fc.constantFrom<JsonObject>(
    {},
    { type: 'Recreate' },
    { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    { rollingUpdate: { maxSurge: 0, maxUnavailable: '50%' } },
  ),
});

function workload({ kind, replicas, cpu, memory, strategy }: Shape, name: string): JsonObject {
  const resources = {
    requests: { cpu: `${cpu}m`, memory: `${memory}Mi` },
    limits: { cpu: `${cpu}m`, memory: `${memory}Mi` },
  };
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'c', image: 'c:1', resources }] },
  };
  const spec = {
    replicas,
    selector: { matchLabels: { app: name } },
    template,
    ...(kind === 'Deployment' && { strategy }),
    ...(kind === 'StatefulSet' && { serviceName: name }),
  };
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'a' }, spec };
}

const quotaOf = (hard: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q', namespace: 'a' },
  spec: { hard },
});

const hards = fc
  .record({ pods: fc.nat({ max: 20 }), cpu: fc.nat({ max: 12_000 }), memory: fc.nat({ max: 4096 }) })
  .map(({ pods, cpu, memory }) => ({
    pods: String(pods),
    'limits.cpu': `${cpu}m`,
    'requests.memory': `${memory}Mi`,
  }));

function fit(release: readonly JsonObject[], state: readonly JsonObject[]): FitReport {
  const outcome = fitRelease(release.map(objectOf), state.map(objectOf), options);
  if (outcome.kind === 'bad-state') throw new Error('bad state');
  return outcome.report;
}

function nanoOf(text: string | undefined): bigint {
  const amount = parseQuantity(text ?? '');
  if (amount.kind !== 'quantity') throw new Error(text);
  return amount.nano;
}

const created = (report: FitReport): readonly (number | null | undefined)[] =>
  report.workloads.map(({ pods }) => pods?.created);
const runs = { numRuns: 150 };

/** How a workload looks in a cluster that has it, pods not listed. */
const deployed = (object: JsonObject, replicas: number): JsonObject => ({ ...object, status: { replicas } });

describe('of every release', () => {
  it('more replicas never want less', () => {
    fc.assert(
      fc.property(shapes, hards, fc.integer({ min: 1, max: 5 }), (shape, hard, more) => {
        const [less, many] = [shape.replicas, shape.replicas + more].map(
          (replicas) => fit([workload({ ...shape, replicas }, 'w')], [quotaOf(hard)]).quotas[0]?.resources ?? {},
        );
        for (const key of Object.keys(hard)) {
          expect(nanoOf(many?.[key]?.wanted) >= nanoOf(less?.[key]?.wanted)).toBe(true);
          expect(nanoOf(many?.[key]?.peak) >= nanoOf(less?.[key]?.peak)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('what is used after is what was used and what was made, and never above the bound', () => {
    fc.assert(
      fc.property(fc.array(shapes, { minLength: 1, maxLength: 4 }), hards, (given, hard) => {
        const report = fit(
          given.map((shape, index) => workload(shape, `w${index}`)),
          [quotaOf(hard)],
        );
        const cpu = given.reduce(
          (sum, shape, index) => sum + BigInt(shape.cpu) * BigInt(report.workloads[index]?.pods?.created ?? 0),
          0n,
        );
        const resources = report.quotas[0]?.resources ?? {};
        expect(nanoOf(resources['limits.cpu']?.after)).toBe(cpu * 1_000_000n);
        for (const one of Object.values(resources)) {
          expect(nanoOf(one.after) <= nanoOf(one.hard)).toBe(true);
          expect(nanoOf(one.after) <= nanoOf(one.peak)).toBe(true);
          expect(nanoOf(one.wanted) <= nanoOf(one.peak)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('a set that fits, fits in any order', () => {
    fc.assert(
      fc.property(fc.array(shapes, { minLength: 2, maxLength: 5 }), hards, (given, hard) => {
        const objects = given.map((shape, index) => workload(shape, `w${index}`));
        const there = fit(objects, [quotaOf(hard)]);
        const back = fit(objects.toReversed(), [quotaOf(hard)]);
        const fits = Object.values(there.quotas[0]?.resources ?? {}).every((one) => one.fits);
        fc.pre(fits);
        expect(created(back).toReversed()).toEqual(created(there));
        expect(back.quotas[0]?.resources['pods']?.wanted).toBe(there.quotas[0]?.resources['pods']?.wanted);
      }),
      runs,
    );
  });

  it('scaling down is never blocked, however full the quota', () => {
    fc.assert(
      fc.property(shapes, hards, fc.nat({ max: 12 }), (shape, hard, less) => {
        const before = workload(shape, 'w');
        const replicas = Math.max(0, shape.replicas - less);
        const report = fit([workload({ ...shape, replicas }, 'w')], [quotaOf(hard), deployed(before, shape.replicas)]);
        expect(report.workloads[0]?.pods?.created).toBe(replicas);
      }),
      runs,
    );
  });

  it('all pods exist with the largest number of replicas, and not with one more', () => {
    fc.assert(
      fc.property(shapes, hards, fc.nat({ max: 8 }), (shape, hard, existing) => {
        const state = [
          quotaOf({ ...hard, pods: '20' }),
          ...(existing > 0 ? [deployed(workload({ ...shape, replicas: existing, cpu: 500 }, 'w'), existing)] : []),
        ];
        const most = fit([workload(shape, 'w')], state).workloads[0]?.maxReplicas ?? 0;
        const createdWith = (replicas: number): number =>
          fit([workload({ ...shape, replicas }, 'w')], state).workloads[0]?.pods?.created ?? 0;
        expect(createdWith(most)).toBeGreaterThanOrEqual(most);
        expect(createdWith(most + 1)).toBeLessThan(most + 1);
      }),
      runs,
    );
  });
});

describe('a suggested quota', () => {
  it('lets the release run and roll, and with one unit less it would not', () => {
    fc.assert(
      fc.property(fc.array(shapes, { minLength: 1, maxLength: 3 }), fc.nat({ max: 10 }), (given, index) => {
        const objects = given.map((shape, position) => workload(shape, `w${position}`));
        const suggestion = suggestQuotas(objects.map(objectOf), [], options);
        if (suggestion.kind !== 'quotas') throw new Error('bad state');
        const amounts = suggestion.quotas[0]?.amounts ?? [];
        const hard = Object.fromEntries(amounts.map((one) => [one.resource, one.hard]));
        const next = objects.map(
          (object) => structuredClone(object) as { spec: { template: { metadata: JsonObject } } } & JsonObject,
        );
        for (const object of next)
          object.spec.template.metadata = { ...object.spec.template.metadata, annotations: { v: '2' } };
        const playWith = (bounds: JsonObject): boolean =>
          [fit(objects, [quotaOf(bounds)]), fit(next, [quotaOf(bounds), ...objects])].every(
            ({ quotas, workloads }) =>
              Object.values(quotas[0]?.resources ?? {}).every((one) => one.fitsPeak) &&
              workloads.every(({ pods }) => pods?.created === pods?.desired),
          );
        expect(playWith(hard)).toBe(true);
        const chosen = amounts[index % Math.max(1, amounts.length)];
        if (chosen === undefined) return;
        const milli = makeQuantity(
          nanoOf(chosen.hard) - (chosen.resource === 'pods' ? 1_000_000_000n : 1_000_000n),
          'DecimalSI',
        );
        expect(playWith({ ...hard, [chosen.resource]: canonicalQuantity(milli) })).toBe(false);
      }),
      { numRuns: 80 },
    );
  });
});
