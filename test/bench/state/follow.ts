/** `follow KUBECONFIG NAMESPACES`: follows a cluster as the webhook does, makes it list anew, and prints what that cost as JSON. */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../../../src/cluster/api.ts';
import { openCluster } from '../../../src/cluster/connect.ts';
import { startLiveState } from '../../../webhook/live-state.ts';
import { PODS_EACH, WORKLOADS_EACH } from './size.ts';

/** Milliseconds, and mebibytes of the process as the kernel saw it at most. */
interface Stage {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The longest time between two rounds of the event loop; on a machine that does other work, too long. */
  readonly stallMs: number;
  /** Of the main thread between two rounds, garbage collection included: what of a stall is our own. */
  readonly turnMs: number;
  readonly peakMebibytes: number;
}

export interface Followed {
  readonly sync: Stage;
  readonly relist: Stage;
  /** What lives on the heap after all garbage was collected. */
  readonly heldMebibytes: number;
  readonly pods: number;
  /** Of a namespace that changed, and of one that did not. */
  readonly changedMicroseconds: number;
  readonly knownMicroseconds: number;
  /** Processor time of a watch event. */
  readonly eventMicroseconds: number;
}

const EVENTS = 5000;
const LOOKUPS = 200;
const [kubeconfig = '', count = '0'] = process.argv.slice(2);
const namespaces = Number(count);

let podLists = 0;
let seen = 0;
const opened = await openCluster({ kubeconfig, requestTimeoutMs: 30_000 });
const api: ClusterApi = {
  ...opened.api,
  async list(path, query, onItem) {
    const page = await opened.api.list(path, query, onItem);
    const { continue: next } = page['metadata'] as { continue?: string };
    if (path === '/api/v1/pods' && next === undefined) podLists += 1;
    return page;
  },
};
// The first request loads what the client needs.
await api.get('/version');
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let turnMs = 0;
let spentMs = threadMs();
setInterval(() => {
  const now = threadMs();
  turnMs = Math.max(turnMs, now - spentMs);
  spentMs = now;
}, 1);
await sleep(100);

const state = await measure(() => {
  const started = startLiveState(api, {
    customResources: [],
    kinds: new Map(),
    kubernetesMinor: 37,
    pageSize: 500,
    staleMs: 120_000,
    now: () => performance.now(),
    onSeen: () => (seen += 1),
    onGone: () => undefined,
    onError: (resource, error) => console.error(resource, String(error)),
  });
  return started.synced.then(() => started);
});
const live = state.value;
const relist = await measure(async () => {
  await api.send('POST', '/bench/expire', {});
  await until(() => podLists === 2);
});

const before = cpuMs();
const expected = seen + EVENTS;
await api.send('POST', '/bench/touch', {}, { count: EVENTS });
await until(() => seen >= expected);
const eventMicroseconds = ((cpuMs() - before) * 1000) / EVENTS;

const names = Array.from({ length: namespaces }, (_, index) => `team-${String(index).padStart(4, '0')}`);
let pods = 0;
for (const name of names) pods += live.namespace(name).objects.get('Pod')?.length ?? 0;
const known = timeLookups();
const touched = seen + LOOKUPS;
await api.send('POST', '/bench/touch', {}, { count: LOOKUPS, ready: true });
await until(() => seen >= touched);
const changed = timeLookups();
(globalThis as { gc?: () => void }).gc?.();
const followed: Followed = {
  sync: state.stage,
  relist: relist.stage,
  heldMebibytes: process.memoryUsage().heapUsed / 2 ** 20,
  pods,
  changedMicroseconds: changed,
  knownMicroseconds: known,
  eventMicroseconds,
};
console.log(JSON.stringify(followed));
process.exit(0);

/** Of the namespaces whose pods the server touches, each once; the median. */
function timeLookups(): number {
  const each = WORKLOADS_EACH * PODS_EACH;
  const touched = Array.from({ length: LOOKUPS }, (_, index) => (index * 7919) % (namespaces * each));
  const times = [...new Set(touched.map((pod) => names[Math.floor(pod / each)] ?? ''))].map((name) => {
    const began = performance.now();
    live.namespace(name);
    return (performance.now() - began) * 1000;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function measure<Value>(run: () => Promise<Value>): Promise<{ readonly value: Value; readonly stage: Stage }> {
  delay.reset();
  turnMs = 0;
  const [wallBegan, cpuBegan] = [performance.now(), cpuMs()];
  const value = await run();
  const stage = {
    wallMs: performance.now() - wallBegan,
    cpuMs: cpuMs() - cpuBegan,
    stallMs: delay.max / 1e6,
    turnMs,
    peakMebibytes: Number(/^VmHWM:\s+(\d+)/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024,
  };
  return { value, stage };
}

async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error('nothing came of it');
    await sleep(5);
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor time of the main thread, whose id is the process's. */
function threadMs(): number {
  const nanoseconds = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0];
  return Number(nanoseconds) / 1e6;
}
