import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clusterResources, listPath } from '../../../src/cluster/resources.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../../src/manifest/fields.ts';

const WORKLOADS = 200;
const PODS_EACH = 4;

/** What kubectl leaves in an object; half of what an API server sends, and nothing that a verdict needs. */
const managedFields = [
  {
    manager: 'kubectl-client-side-apply',
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: Object.fromEntries(
      Array.from({ length: 70 }, (_, index) => [`f:field-${index}`, { '.': {}, 'f:name': {}, 'f:value': {} }]),
    ),
  },
];

const probe = (path: string): JsonObject => ({
  httpGet: { path, port: 8080, scheme: 'HTTP' },
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
});

const ownedBy = (apiVersion: string, kind: string, name: string): JsonObject => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
});

/**
 * A Deployment as an API server stores it, with all its defaults.
 * @param version - another one has another image, other labels, other amounts
 */
export function deployment(name: string, replicas: number, version = 0): JsonObject {
  const amounts = (cpu: number, memory: number): JsonObject => ({
    cpu: `${cpu + (version % 89)}m`,
    memory: `${memory + (version % 97)}Mi`,
  });
  const labels = { app: name, version: `1.2.${version}` };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'team', uid: `uid-${name}`, generation: 1, labels, managedFields },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          terminationGracePeriodSeconds: 30,
          securityContext: {},
          containers: [
            {
              name: 'app',
              image: `registry.example.com/team/${name}:1.2.${version}`,
              imagePullPolicy: 'IfNotPresent',
              ports: [{ containerPort: 8080, protocol: 'TCP' }],
              env: Array.from({ length: 10 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
              resources: { requests: amounts(100, 128), limits: amounts(200, 256) },
              readinessProbe: probe('/ready'),
              livenessProbe: probe('/live'),
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
            },
          ],
        },
      },
    },
  };
}

/** What the API server sends when somebody creates a Deployment. */
export function reviewOf(name: string, replicas: number, version = 0): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      requestKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
      name,
      namespace: 'team',
      operation: 'CREATE',
      userInfo: { username: 'alice', groups: ['developers', 'system:authenticated'] },
      object: deployment(name, replicas, version),
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions', fieldManager: 'kubectl-client-side-apply' },
    },
  });
}

/** A namespace of 200 workloads with their pods, and a quota with room for as much again. */
export function listCluster(): readonly JsonObject[] {
  const names = Array.from({ length: WORKLOADS }, (_, index) => `app-${index}`);
  const workloads = names.flatMap((name): readonly JsonObject[] => {
    const owner = deployment(name, PODS_EACH);
    const { spec } = owner;
    const set = `${name}-7d4b`;
    return [
      owner,
      {
        kind: 'ReplicaSet',
        metadata: { name: set, namespace: 'team', ...ownedBy('apps/v1', 'Deployment', name) },
        spec,
      },
      ...Array.from({ length: PODS_EACH }, (_, index): JsonObject => ({
        kind: 'Pod',
        metadata: { name: `${set}-${index}`, namespace: 'team', ...ownedBy('apps/v1', 'ReplicaSet', set) },
        status: { phase: 'Running' },
      })),
    ];
  });
  const hard = { 'limits.cpu': '1000', 'requests.memory': '2000Gi', pods: '5000', 'count/deployments.apps': '5000' };
  const used = { 'limits.cpu': '160', 'requests.memory': '100Gi', pods: '800', 'count/deployments.apps': '200' };
  return [
    { kind: 'Namespace', metadata: { name: 'team' } },
    {
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace: 'team' },
      spec: { hard },
      status: { hard, used },
    },
    ...workloads,
  ];
}

/** Without its kind, and with a version before what may be long. */
function asListed({ apiVersion: _version, kind: _kind, metadata, ...rest }: JsonObject, index: number): JsonObject {
  const { name, namespace, uid, ...others } = objectAt(metadata);
  return { metadata: { name, namespace, uid, resourceVersion: String(1000 + index), ...others }, ...rest };
}

/** An API server that lists the cluster, and whose watches end without having told of anything new. */
export async function startFakeApiServer(): Promise<{ readonly url: string; readonly close: () => void }> {
  const objects = listCluster();
  const lists = new Map<string, string>();
  for (const resource of clusterResources) {
    const items = objects.filter((object) => stringAt(object, 'kind') === resource.kind).map(asListed);
    const list = JSON.stringify({ metadata: { resourceVersion: '1' }, items });
    lists.set(listPath(resource), list).set(listPath(resource, 'team'), list);
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-type', 'application/json');
    if (request.method !== 'GET') request.resume().on('end', () => response.writeHead(201).end('{}'));
    else if (pathname === '/version') response.end('{"major":"1","minor":"37"}');
    else if (searchParams.has('watch')) {
      response.flushHeaders();
      setTimeout(() => response.end(), Number(searchParams.get('timeoutSeconds')) * 1000).unref();
    } else if (lists.has(pathname)) response.end(lists.get(pathname));
    else response.writeHead(404).end('{"kind":"Status","code":404,"message":"not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
