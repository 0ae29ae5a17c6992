/**
 * How long the thread that answers everybody stands still for one review of an object that was made to hurt, by shape and
 * size, when it reads such reviews itself and when a thread of their own does: prints Markdown rows. Run by main.ts, as a
 * bundle like the webhook itself. What counts is the processor time of this thread in one turn, garbage collection
 * included; what else the machine does weighs nothing.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyLayer } from '../../../src/config/layer.ts';
import { createCommitter } from '../../../src/fit/commitment.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../../src/manifest/fields.ts';
import { readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { buildApp } from '../../../webhook/app.ts';
import { createMetrics } from '../../../webhook/metrics.ts';
import { createReservations } from '../../../webhook/reservations.ts';
import { runJudge } from '../../../webhook/running.ts';
import { fillShape, hostileShapes } from '../../helpers/hostile-objects.ts';
import { objectOf } from '../../helpers/kube-objects.ts';
import { listCluster } from './cluster.ts';

const SIZES = [100, 1024, 3072];
const TIMEOUT = '30s';
const ROUNDS = 3;
/** What takes longer is measured once. */
const SLOW_MS = 3000;
const clock = (): number => performance.now();

const { state } = readState(
  listCluster().map((value) => objectOf(withVersion(value))),
  'team',
);
const [held] = [...state.namespaces.values()];
if (held === undefined) throw new Error('the cluster is empty');
// As watches have them where there are none.
const cluster = { ...state.cluster, priorityClasses: [], runtimeClasses: [] };
const options = { kubernetesMinor: 37, kinds: shippedKinds, decoded: true } as const;
const settings = { cluster, volumes: null, injected: [], options };
const running = await runJudge(
  {
    file: {
      apiVersion: 'quotafit.dev/v1',
      kind: 'WebhookConfig',
      tls: { mode: 'files', certFile: '-', keyFile: '-' },
      mode: 'deny',
    },
    organisation: emptyLayer,
    policies: new Map(),
  },
  {
    commit: createCommitter(),
    state: {
      namespace: () => held,
      settings: () => settings,
      fault: () => null,
      reread: () => Promise.resolve(held),
    },
    reservations: createReservations(1, clock),
    now: clock,
    observe: () => undefined,
  },
  {
    kubernetesVersion: '1.37',
    kinds: shippedKinds,
    nodeAgents: () => [],
    now: () => new Date(),
    onRuleFailure: () => undefined,
  },
);
const deps = { metrics: createMetrics(), readiness: { missing: () => [] }, logger: false, tls: null, now: clock };
const apps = [
  buildApp({ ...deps, judge: running.judge }),
  buildApp({ ...deps, judge: running.judge, judgeLarge: running.judgeLarge }),
];

let longestMs = 0;
let spentMs = threadMs();
setInterval(() => {
  const now = threadMs();
  longestMs = Math.max(longestMs, now - spentMs);
  spentMs = now;
}, 1);

for (const shape of hostileShapes) {
  const cells: string[] = [];
  for (const size of SIZES) {
    const body = reviewOf(fillShape(shape, size * 1024));
    for (const app of apps) {
      let least = Number.POSITIVE_INFINITY;
      let answeredMs = Number.POSITIVE_INFINITY;
      for (let round = 0; round < ROUNDS && (round === 0 || answeredMs < SLOW_MS); round += 1) {
        await sleep(20);
        longestMs = 0;
        const began = clock();
        const { statusCode, body: answer } = await app.inject({
          method: 'POST',
          url: `/validate?timeout=${TIMEOUT}`,
          headers: { 'content-type': 'application/json' },
          payload: body,
        });
        answeredMs = Math.min(answeredMs, clock() - began);
        await sleep(5);
        if (statusCode !== 200) throw new Error(`${shape.name}: ${answer}`);
        if (answer.includes('could not judge')) answeredMs = Number.NaN;
        least = Math.min(least, longestMs);
      }
      cells.push(least.toFixed(0));
      if (size === SIZES.at(-1)) cells.push(Number.isNaN(answeredMs) ? 'too late' : answeredMs.toFixed(0));
    }
  }
  console.log(`| ${shape.name} | ${cells.join(' | ')} |`);
}
await running.close();
process.exit(0);

function reviewOf(object: JsonObject): Buffer {
  const apiVersion = stringAt(object, 'apiVersion');
  const kind = stringAt(object, 'kind');
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const request = {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    name: stringAt(object, 'metadata', 'name'),
    namespace: 'team',
    operation: 'UPDATE',
    userInfo: { username: 'alice', groups: ['developers'] },
    object,
    // Small, so that the size of the object is that of the body, and everything is news.
    oldObject: {
      ...object,
      metadata: { ...objectAt(object, 'metadata'), labels: {}, annotations: {} },
      spec: {},
      data: {},
    },
    dryRun: true,
  };
  return Buffer.from(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }));
}

function withVersion(value: JsonObject): JsonObject {
  const kind = stringAt(value, 'kind');
  return { ...value, apiVersion: kind === 'Deployment' || kind === 'ReplicaSet' ? 'apps/v1' : 'v1' };
}

/** Processor time of the main thread, whose id is the process's. */
function threadMs(): number {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1);
  return Number(nanoseconds) / 1e6;
}
