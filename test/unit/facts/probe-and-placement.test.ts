import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { factsOf } from '../../rules/shipped-policy.ts';

function pod(container: JsonObject, spec: JsonObject = {}, labels: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: { ...spec, containers: [{ name: 'web', ...container }] },
  };
}

function probesOf(container: JsonObject) {
  return factsOf(pod(container)).containers[0]?.probes;
}

describe('a probe', () => {
  it('has the defaults of the API server, and zero counts as absent', () => {
    expect(probesOf({ livenessProbe: { failureThreshold: 0, exec: { command: ['a'] } } })?.liveness).toEqual({
      path: '/spec/containers/0/livenessProbe',
      action: '["exec",["a"]]',
      failureThreshold: 3,
      patienceSeconds: 30,
      graceSeconds: 30,
    });
  });

  it.each([
    ['what the server fills in', { httpGet: { port: 80 } }, { httpGet: { path: '/', port: 80, scheme: 'HTTP' } }],
    ['a name and its number', { tcpSocket: { port: 'http' } }, { tcpSocket: { port: 8080 } }],
    ['a number as text', { tcpSocket: { port: '8080' } }, { tcpSocket: { port: 8080 } }],
    ['an empty service', { grpc: { port: 1 } }, { grpc: { port: 1, service: '' } }],
  ])('asks the same with %s', (_, livenessProbe, readinessProbe) => {
    const ports = [{ name: 'http', containerPort: 8080 }];
    const probes = probesOf({ ports, livenessProbe, readinessProbe });
    expect(probes?.liveness?.action).toBe(probes?.readiness?.action);
  });

  it.each([
    ['another path', { httpGet: { path: '/a', port: 80 } }, { httpGet: { path: '/b', port: 80 } }],
    ['another scheme', { httpGet: { port: 80 } }, { httpGet: { port: 80, scheme: 'HTTPS' } }],
    ['a header', { httpGet: { port: 80 } }, { httpGet: { port: 80, httpHeaders: [{ name: 'a', value: 'b' }] } }],
    ['another way', { httpGet: { port: 80 } }, { tcpSocket: { port: 80 } }],
  ])('asks something else with %s', (_, livenessProbe, readinessProbe) => {
    const probes = probesOf({ livenessProbe, readinessProbe });
    expect(probes?.liveness?.action).not.toBe(probes?.readiness?.action);
  });

  it.each([
    ['http', 'yes'],
    ['web', 'no-such-name'],
    [8080, 'yes'],
    [9090, 'no-such-number'],
    ['8080', 'yes'],
  ])('with port %s: %s', (port, declared) => {
    const ports = [{ name: 'http', containerPort: 8080 }];
    expect(probesOf({ ports, readinessProbe: { tcpSocket: { port } } })?.readiness?.port?.declared).toBe(declared);
  });

  it('says when the container declares no port', () => {
    expect(probesOf({ readinessProbe: { grpc: { port: 1 } } })?.readiness?.port?.declared).toBe('no-ports');
  });
});

const spreadOf = (spec: JsonObject) => factsOf(pod({}, spec, { app: 'web' })).pods[0]?.spread;

describe('what spreads pods', () => {
  const selector = { matchLabels: { app: 'web' } };
  it.each([
    ['its own labels', selector, true],
    ['an expression', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    ['everything', {}, true],
    ['nothing', undefined, false],
    ['others', { matchLabels: { app: 'shop' } }, false],
    ['an operator that there is not', { matchExpressions: [{ key: 'app', operator: 'Like' }] }, false],
  ])('a constraint that selects %s', (_, labelSelector, selects) => {
    const constraint = {
      maxSkew: 2,
      topologyKey: 'zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      ...(labelSelector && { labelSelector }),
    };
    expect(spreadOf({ topologySpreadConstraints: [constraint] })).toEqual([
      {
        path: '/spec/topologySpreadConstraints/0',
        form: 'constraint',
        topologyKey: 'zone',
        selects,
        hard: false,
        maxSkew: 2,
      },
    ]);
  });

  it('anti-affinity, required and preferred', () => {
    const term = { topologyKey: 'zone', labelSelector: selector };
    const podAntiAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [term],
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { ...term, namespaces: ['other'] } },
      ],
    };
    expect(spreadOf({ affinity: { podAntiAffinity } })?.map(({ hard, selects }) => [hard, selects])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

it.each([
  [{ type: 'NodePort', ports: [{ port: 1 }, { port: 2 }] }, [2, 0]],
  [{ type: 'LoadBalancer', ports: [{ port: 1 }] }, [1, 1]],
  [{ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 1 }] }, [0, 1]],
  [{ ports: [{ port: 1 }] }, [0, 0]],
])('a Service %j charges node ports and balancers %j', (spec, charges) => {
  const { service } = factsOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec });
  expect([service?.nodePorts, service?.loadBalancers]).toEqual(charges);
});

it('claims: those of a StatefulSet, of ephemeral volumes, and a claim itself', () => {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'fast',
    resources: { requests: { storage: '1536Mi' } },
  };
  const claim = { name: 'data', accessModes: ['ReadWriteOnce'], storageClass: 'fast' };
  const size = { written: '1536Mi', gibibytes: 1.5 };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'a' },
    spec: {
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }],
      template: { spec: { volumes: [{ name: 'data', ephemeral: { volumeClaimTemplate: { spec } } }] } },
    },
  };
  const itself = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec };
  const paths = [
    '/spec/volumeClaimTemplates/0/spec',
    '/spec/template/spec/volumes/0/ephemeral/volumeClaimTemplate/spec',
    '/spec',
  ];
  expect([...(factsOf(set).claims ?? []), ...(factsOf(itself).claims ?? [])]).toEqual(
    paths.map((path) => ({ ...claim, path, size: { ...size, path: `${path}/resources/requests/storage` } })),
  );
});
