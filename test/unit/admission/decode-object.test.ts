import { describe, expect, it } from 'vitest';
import { decodeObject } from '../../../src/admission/decode-object.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

function pod(container: JsonObject, spec: JsonObject = {}): JsonObject {
  const containers = [{ name: 'web', image: 'web:1', ...container }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers, ...spec } };
}

const deployment = (spec: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
});

const decode = (value: JsonObject) => decodeObject(objectOf(value));

/** Words as a server of release 1.37.2 answered them for the same objects. */
describe('the server cannot decode', () => {
  it.each<[string, JsonObject, string]>([
    ['a text for a number', deployment({ replicas: '3' }), 'string … DeploymentSpec.spec.replicas of type int32'],
    ['a fraction', deployment({ replicas: 3.5 }), 'number 3.5 … DeploymentSpec.spec.replicas of type int32'],
    [
      'more than 32 bits',
      deployment({ replicas: 99_999_999_999 }),
      'number 99999999999 … DeploymentSpec.spec.replicas of type int32',
    ],
    ['a boolean for a number', deployment({ replicas: true }), 'bool … DeploymentSpec.spec.replicas of type int32'],
    [
      'a number for a text',
      pod({ env: [{ name: 'PORT', value: 8080 }] }),
      'number … EnvVar.spec.containers.env.value of type string',
    ],
    ['a text for a list', pod({ args: 'run it' }), 'string … Container.spec.containers.args of type []string'],
    [
      'a map for a list',
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: { name: 'web' } } },
      'object … PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'a list for a map',
      pod({ resources: { limits: ['cpu'] } }),
      'array … ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList',
    ],
    [
      'a type with a name',
      pod({ ports: [{ containerPort: 80, protocol: 6 }] }),
      'number … ContainerPort.spec.containers.ports.protocol of type v1.Protocol',
    ],
    [
      'a boolean for a number or text',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { ports: [{ port: 80, targetPort: true }] },
      },
      'bool … ServicePort.spec.ports.targetPort of type int32',
    ],
    [
      'what Go takes from another struct',
      pod({ livenessProbe: { httpGet: '/' } }),
      'string … Probe.spec.containers.livenessProbe.ProbeHandler.httpGet of type v1.HTTPGetAction',
    ],
  ])('%s', (_, value, words) => {
    const [first] = decode(value)?.faults ?? [];
    expect(first?.message).toBe(`json: cannot unmarshal ${words.replace('…', 'into Go struct field')}`);
  });

  it('two values, and tells first of the one that comes first by name', () => {
    const pointers = decode(pod({ image: 5, args: [true] }, { hostNetwork: 'x' }))?.faults.map(
      ({ pointer }) => pointer,
    );
    expect(pointers).toEqual(['/spec/containers/0/args/0', '/spec/containers/0/image', '/spec/hostNetwork']);
  });
});

describe('fields that a type does not have', () => {
  it('are told with those that it has', () => {
    const unknown = decode(pod({ resources: { limit: { cpu: '1' } } }))?.unknownFields;
    expect(unknown).toEqual([
      { pointer: '/spec/containers/0/resources/limit', field: 'limit', known: ['claims', 'limits', 'requests'] },
    ]);
  });

  it('are taken by their letters, upper and lower', () => {
    const unknown = decode(pod({ Image: 'web:2' }))?.unknownFields;
    expect(unknown?.map(({ pointer }) => pointer)).toEqual(['/spec/containers/0/Image']);
  });

  it.each<[string, JsonObject]>([
    ['directives of a patch', pod({ $patch: 'delete' })],
    ['names in a map', pod({}, { nodeSelector: { anything: 'goes' } })],
    ['nothing at all', pod({ resources: null }, { volumes: null })],
    ['what inherits a name', pod({ resources: { limits: { constructor: '1' } } })],
  ])('are not %s', (_, value) => {
    expect(decode(value)).toEqual({ faults: [], unknownFields: [] });
  });

  it.each(['toString', '__proto__', 'constructor'])('may be called %s', (field) => {
    const value = JSON.parse(`{"apiVersion":"v1","kind":"ConfigMap","${field}":{"a":1}}`) as JsonObject;
    expect(decode(value)?.unknownFields.map((one) => one.field)).toEqual([field]);
  });
});

it.each([
  ['argoproj.io/v1alpha1', 'Rollout'],
  ['resource.k8s.io/v1beta1', 'ResourceClaim'],
])('nothing is known of %s %s', (apiVersion, kind) => {
  expect(decode({ apiVersion, kind, spec: { anything: 'goes' } })).toBeNull();
});
