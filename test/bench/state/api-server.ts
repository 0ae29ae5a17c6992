/**
 * An API server that holds a large cluster: lists by pages, watches with bookmarks. A process of its own:
 * `api-server NAMESPACES KEY CERTIFICATE` prints its port. `POST /bench/expire` ends all watches of pods with 410;
 * `POST /bench/touch?count=N` tells of N pods whose status changed.
 */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { deployment, namespace, node, pod, quota, replicaSet } from './objects.ts';
import { PODS_EACH, WORKLOADS_EACH } from './size.ts';

const NODES = 500;

const [namespaces = 2000, key = '', cert = ''] = process.argv.slice(2);
const COUNT = Number(namespaces);

type Place = Readonly<Record<string, string>>;

/** Cuts a text at its places once, so that each object is only joined. */
function compile(object: JsonObject): (place: Place) => string {
  const parts = JSON.stringify(object).split('@');
  return (place) => parts.map((part, index) => (index % 2 === 0 ? part : (place[part] ?? '@'))).join('');
}

const pad = (number: number, digits: number): string => String(number).padStart(digits, '0');

function placeOf(team: number, workload = 0, ordinal = 0): Place {
  const app = `application-${pad(workload, 3)}`;
  const hash = pad((team * 7919 + workload * 104_729) % 1_000_000_000, 9);
  const suffix = pad((ordinal * 7877 + workload) % 100_000, 5);
  const number = (team * WORKLOADS_EACH + workload) * PODS_EACH + ordinal;
  return {
    namespace: `team-${pad(team, 4)}`,
    app,
    hash,
    set: `${app}-${hash}`,
    suffix,
    cpu: `${200 + 50 * ((team + workload) % 8)}m`,
    node: `ip-10-0-${number % NODES}.example.internal`,
    version: String(1000 + number),
    uid: `00000000-1111-4222-8333-${pad(number, 12)}`,
  };
}

interface Kind {
  readonly kind: string;
  readonly count: number;
  readonly print: (place: Place) => string;
  readonly place: (index: number) => Place;
}

const perWorkload = (index: number): Place => placeOf(Math.floor(index / WORKLOADS_EACH), index % WORKLOADS_EACH);
const perPod = (index: number): Place =>
  placeOf(
    Math.floor(index / (WORKLOADS_EACH * PODS_EACH)),
    Math.floor(index / PODS_EACH) % WORKLOADS_EACH,
    index % PODS_EACH,
  );

const printPod = compile(pod);
const kinds: Readonly<Record<string, Kind>> = {
  '/api/v1/namespaces': { kind: 'Namespace', count: COUNT, print: compile(namespace), place: placeOf },
  '/api/v1/nodes': {
    kind: 'Node',
    count: NODES,
    print: compile(node),
    place: (index) => ({ ...placeOf(0), node: `ip-10-0-${index}.example.internal` }),
  },
  '/api/v1/resourcequotas': { kind: 'ResourceQuota', count: COUNT, print: compile(quota), place: placeOf },
  '/api/v1/pods': { kind: 'Pod', count: COUNT * WORKLOADS_EACH * PODS_EACH, print: printPod, place: perPod },
  '/apis/apps/v1/deployments': {
    kind: 'Deployment',
    count: COUNT * WORKLOADS_EACH,
    print: compile(deployment),
    place: perWorkload,
  },
  '/apis/apps/v1/replicasets': {
    kind: 'ReplicaSet',
    count: COUNT * WORKLOADS_EACH,
    print: compile(replicaSet),
    place: perWorkload,
  },
};

let version = 1_000_000;
const podWatches = new Set<ServerResponse>();

/** A page, or the part of it that stands in one namespace. */
function list(path: string, search: URLSearchParams): string {
  const [, team] = /\/namespaces\/team-(\d+)\//u.exec(path) ?? [];
  const resource = kinds[path.replace(/\/namespaces\/[^/]+\//u, '/')];
  const head = `"apiVersion":"v1","metadata":{"resourceVersion":"${version}"`;
  if (resource === undefined) return `{"kind":"List",${head}},"items":[]}\n`;
  const each = resource.count / COUNT;
  const first = team === undefined ? 0 : Number(team) * each;
  const last = team === undefined ? resource.count : first + each;
  const from = Number(search.get('continue') ?? first);
  const to = Math.min(last, from + Number(search.get('limit') ?? last));
  const items = Array.from({ length: to - from }, (_, index) => resource.print(resource.place(from + index)));
  const next = to < last ? `,"continue":"${to}","remainingItemCount":${last - to}` : '';
  return `{"kind":"${resource.kind}List",${head}${next}},"items":[${items.join()}]}\n`;
}

function send(type: string, object: string): void {
  for (const watch of podWatches) watch.write(`{"type":"${type}","object":${object}}\n`);
}

/** Pods that begin to fail their probe, or recover: what quotafit keeps of them changes. */
function touch(count: number, isReady: boolean): void {
  for (let index = 0; index < count; index += 1) {
    version += 1;
    const place = { ...perPod((index * 7919) % (COUNT * WORKLOADS_EACH * PODS_EACH)), version: String(version) };
    const text = printPod(place);
    send(
      'MODIFIED',
      isReady ? text : text.replace('"type":"Ready","status":"True"', '"type":"Ready","status":"False"'),
    );
  }
}

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const url = new URL(request.url ?? '/', 'https://fake');
  response.setHeader('content-type', 'application/json');
  if (url.pathname === '/bench/expire') {
    version += 1;
    send('ERROR', '{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}');
    for (const watch of podWatches) watch.end();
    response.end('{}');
  } else if (url.pathname === '/bench/touch') {
    touch(Number(url.searchParams.get('count')), url.searchParams.has('ready'));
    response.end('{}');
  } else if (url.pathname === '/version') response.end('{"major":"1","minor":"37"}');
  else if (url.pathname === '/apis') response.end('{"kind":"APIGroupList","groups":[]}');
  else if (url.searchParams.has('watch')) {
    response.flushHeaders();
    setTimeout(() => response.end(), Number(url.searchParams.get('timeoutSeconds')) * 1000);
    if (!url.pathname.endsWith('/pods')) return;
    podWatches.add(response);
    response.once('close', () => podWatches.delete(response));
  } else response.end(list(url.pathname, url.searchParams));
});
// As API servers written in Go have it.
server.keepAliveTimeout = 90_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
