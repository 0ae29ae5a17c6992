/**
 * Of what the processor time of one review is made, in one process without network: prints Markdown rows. Run by
 * main.ts, as a bundle like the webhook itself. Each figure is the least of many short runs, so that what else the
 * machine does weighs little.
 */
import { createBuiltInEngine } from '../../../src/built-in-rules.ts';
import { emptyLayer } from '../../../src/config/layer.ts';
import { describeObject } from '../../../src/facts/describe-object.ts';
import { createCommitter } from '../../../src/fit/commitment.ts';
import type { KubernetesObject } from '../../../src/manifest/document.ts';
import { stringAt } from '../../../src/manifest/fields.ts';
import { defaultSettings } from '../../../src/policy/catalog.ts';
import { readState } from '../../../src/state/state.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { createJudge, type JudgeDeps } from '../../../webhook/judge.ts';
import { createModeResolver } from '../../../webhook/mode.ts';
import { createReservations } from '../../../webhook/reservations.ts';
import { parseReviewBody } from '../../../webhook/review-body.ts';
import { createReviewReader } from '../../../webhook/read-review.ts';
import { parseReview, type ParsedReview, type ReviewRequest } from '../../../webhook/review.ts';
import { loadRules } from '../../../webhook/rules.ts';
import { builtInWorkloads } from '../../../webhook/scope.ts';
import { listCluster, reviewOf } from './cluster.ts';

const BODIES = 4096;
const ROUNDS = 60;
const CALLS = 300;
const LIFETIME_MS = 15_000;
const DEADLINE_MS = 1000;

const bodies = Array.from({ length: BODIES }, (_, index) => Buffer.from(reviewOf(`new-${index % 64}`, 1, index)));
const again = bodies.slice(0, 64);
const readReview = createReviewReader();
const requests = bodies.map(readRequest);
const objects = requests.map(objectOf);
const clock = (): number => performance.now();

const { state } = readState(listCluster().map(stateOf), 'team');
const held = pick([...state.namespaces.values()], 0);
// As watches have them where there are none.
const cluster = { ...state.cluster, priorityClasses: [], runtimeClasses: [] };
const rules = await loadRules({
  organisation: emptyLayer,
  kubernetesVersion: '1.37',
  now: () => new Date(),
  own: null,
  onFailure: () => undefined,
  nodeAgents: () => [],
});
const engine = createBuiltInEngine();
const settings = defaultSettings(engine.catalog);
const facts = objects.map(describe);
const judgeAll = openJudge({});
const judgeFit = openJudge({ checkRules: () => [], checkBeside: () => [] });

const rows: readonly (readonly [string, (index: number) => unknown])[] = [
  ['the whole body by `JSON.parse`', (index) => JSON.parse(pick(bodies, index).toString())],
  ['the body without managedFields', (index) => readRequest(pick(bodies, index))],
  ['facts of the object', (index) => describe(pick(objects, index))],
  ['all rules in wasm', (index) => engine.evaluate(pick(facts, index), settings)],
  ['fit, and its reservation', (index) => judgeFit({ ...pick(requests, index) }, clock() + DEADLINE_MS)],
  ['from body to decision', (index) => judgeAll(readRequest(pick(bodies, index)), clock() + DEADLINE_MS)],
  ['the same of what is sent again and again', (index) => judgeAll(readAgain(index), clock() + DEADLINE_MS)],
];
const least = rows.map(() => Number.POSITIVE_INFINITY);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [row, [, run]] of rows.entries()) {
    const before = cpuMicroseconds();
    for (let index = 0; index < CALLS; index += 1) await run(round * CALLS + index);
    least[row] = Math.min(least[row] ?? 0, (cpuMicroseconds() - before) / CALLS);
  }
}
for (const [row, [name]] of rows.entries()) console.log(`| ${name} | ${(least[row] ?? 0).toFixed(0)} |`);

function openJudge(instead: Partial<JudgeDeps>): ReturnType<typeof createJudge> {
  const options = { kubernetesMinor: 37, kinds: rules.kinds, decoded: true } as const;
  const world = { cluster, volumes: null, injected: [], options };
  return createJudge({
    ...rules,
    commit: createCommitter(),
    state: {
      namespace: () => held,
      settings: () => world,
      fault: () => null,
      reread: () => Promise.reject(new Error('nothing is denied here')),
    },
    reservations: createReservations(LIFETIME_MS, clock),
    modeOf: createModeResolver({ mode: 'deny' }),
    scope: { controllers: [], workloadKinds: new Set(builtInWorkloads) },
    failure: 'open',
    now: clock,
    observe: () => undefined,
    ...instead,
  });
}

function readAgain(index: number): ReviewRequest {
  return requestOf(readReview(pick(again, index)));
}

function readRequest(body: Buffer): ReviewRequest {
  return requestOf(parseReview(parseReviewBody(body)));
}

function requestOf(parsed: ParsedReview): ReviewRequest {
  if (parsed.kind === 'malformed') throw new Error(parsed.message);
  return parsed.request;
}

function objectOf({ name, namespace, object }: ReviewRequest): KubernetesObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name, value: object ?? {}, source: null };
}

function stateOf(value: KubernetesObject['value']): KubernetesObject {
  const kind = stringAt(value, 'kind');
  const apiVersion = kind === 'Deployment' || kind === 'ReplicaSet' ? 'apps/v1' : 'v1';
  const [namespace, name] = [stringAt(value, 'metadata', 'namespace'), stringAt(value, 'metadata', 'name')];
  return { apiVersion, kind, namespace, name, value, source: null };
}

function describe(object: KubernetesObject) {
  const context = { kubernetesMinor: 37, limitRanges: [], namespace: '', decoded: true } as const;
  return describeObject(object, readWorkload(object, rules.kinds), context);
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('the list is empty');
  return item;
}
