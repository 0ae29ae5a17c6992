import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../../src/manifest/fields.ts';
import type { Random } from '../random.ts';

export type CountedKind = 'Service' | 'PersistentVolumeClaim' | 'ConfigMap' | 'Secret';

/** Objects that the server's own quota judges when they are stored. */
export function drawObject(random: Random, kind: CountedKind, name: string): JsonObject {
  const head = { apiVersion: 'v1', kind, metadata: { name } };
  switch (kind) {
    case 'Service':
      return { ...head, spec: { selector: { app: name }, ports: drawPorts(random), ...drawServiceType(random) } };
    case 'PersistentVolumeClaim':
      return { ...head, spec: drawClaimSpec(random) };
    case 'ConfigMap':
      return { ...head, data: { a: 'b' } };
    case 'Secret':
      return { ...head, stringData: { a: 'b' } };
  }
}

/** A next version of the object, as a person would change it. */
export function drawObjectChange(random: Random, object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  switch (stringAt(object, 'kind')) {
    case 'Service':
      return {
        ...object,
        spec: { selector: objectAt(spec, 'selector'), ports: drawPorts(random), ...drawServiceType(random) },
      };
    case 'PersistentVolumeClaim':
      return { ...object, spec: { ...spec, resources: { requests: { storage: random.pick(['1Gi', '3Gi', '8Gi']) } } } };
    case 'Secret':
      return { ...object, stringData: { a: 'c' } };
    default:
      return { ...object, data: { a: 'c' } };
  }
}

function drawPorts(random: Random): readonly JsonObject[] {
  return Array.from({ length: random.between(1, 3) }, (_, index) => ({ name: `p${index}`, port: 80 + index }));
}

function drawServiceType(random: Random): JsonObject {
  return random.pick<JsonObject>([
    {},
    { type: 'ClusterIP', clusterIP: 'None' },
    { type: 'NodePort' },
    { type: 'NodePort' },
    { type: 'LoadBalancer' },
    { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false },
    { type: 'ExternalName', externalName: 'example.com' },
  ]);
}

function drawClaimSpec(random: Random): JsonObject {
  const storage = random.pick(['500Mi', '1Gi', '1.1Gi', '2G', '3Gi', '6Gi']);
  const storageClassName = random.pick(['fast', 'fast', 'fast', 'slow', 'slow', 'slow', 'manual', '', null]);
  return {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
    ...(storageClassName !== null && { storageClassName }),
  };
}

/** A template of claims. */
export function drawClaim(random: Random, name: string): JsonObject {
  return { metadata: { name }, spec: drawClaimSpec(random) };
}

/** A volume whose claim is made with each pod. */
export function ephemeralVolume(random: Random): JsonObject {
  return { name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: drawClaimSpec(random) } } };
}
