import { describe, expect, it } from 'vitest';
import { validateService } from '../../../src/admission/service-validation.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

const service = (spec: JsonObject) =>
  objectOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }], ...spec } });

describe('a Service', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['with a port', {}, []],
    ['without ports', { ports: [] }, ['spec.ports: Required value']],
    ['headless, without ports', { clusterIP: 'None', ports: [] }, []],
    ['of another name', { type: 'ExternalName', externalName: 'example.com', ports: [] }, []],
    ['of no other name', { type: 'ExternalName' }, ['spec.externalName: Required value']],
    [
      'headless, and open on nodes',
      { type: 'NodePort', clusterIPs: ['None'] },
      [`spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`],
    ],
  ])('%s', (_, spec, errors) => {
    expect(validateService(service(spec), undefined)).toEqual(errors);
  });

  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ['keeps its address', { clusterIP: '10.0.0.7' }, {}, []],
    [
      'cannot become headless',
      { clusterIP: '10.0.0.7' },
      { clusterIP: 'None' },
      ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'],
    ],
    [
      'stays headless, and so cannot be balanced',
      { clusterIP: 'None' },
      { type: 'LoadBalancer' },
      [`spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for LoadBalancer services`],
    ],
    ['gets an address once it is no other name', { type: 'ExternalName', externalName: 'a' }, { type: 'NodePort' }, []],
    ['loses its address to another name', { clusterIP: 'None' }, { type: 'ExternalName', externalName: 'a' }, []],
  ])('%s', (_, old, spec, errors) => {
    expect(validateService(service(spec), service(old))).toEqual(errors);
  });
});
