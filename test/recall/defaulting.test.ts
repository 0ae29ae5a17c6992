/**
 * The webhook sees objects after the API server has filled in its defaults, the command line sees them as they are written.
 * Rules must say the same of both.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { isJsonObject, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { catalog, defaults, judge, judgeRelease } from '../rules/shipped-policy.ts';

interface CaseFile {
  readonly rule: string;
  readonly params?: JsonObject;
  readonly cases: readonly { readonly name: string; readonly objects?: readonly JsonObject[] }[];
}

const folder = import.meta.dirname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => load(readFileSync(join(folder, name), 'utf8')) as CaseFile)
  // The namespace is not a default of the object but a part of the request; of what cannot be decoded nothing is filled in.
  .filter(({ rule }) => rule !== 'delivery/namespace-set' && rule !== 'delivery/undecodable')
  .filter(({ cases }) => cases.some(({ objects }) => objects !== undefined));

it.each(files)('$rule says the same of what the server has filled in', ({ rule, params = {}, cases }) => {
  const settings = { enabled: [rule], params: { [rule]: { ...defaults.params[rule], ...params } } };
  const isRelease = catalog.rules.find(({ id }) => id === rule)?.subject === 'release';
  const judgeAll = (objects: readonly JsonObject[]) =>
    isRelease ? judgeRelease(objects, settings) : objects.map((object) => judge(object, settings));
  for (const { name, objects = [] } of cases) {
    expect([name, judgeAll(objects.map(fillIn))]).toEqual([name, judgeAll(objects)]);
  }
});

/** Defaults of pkg/apis/{core,apps,batch,policy,storage}/v1 as far as a rule could look at them. */
function fillIn(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  switch (stringAt(object, 'kind')) {
    case 'Pod':
      return { ...object, spec: fillInPod(spec) };
    case 'Service':
      return { ...object, spec: { type: 'ClusterIP', sessionAffinity: 'None', ...spec, ports: fillInPorts(spec) } };
    case 'StorageClass':
      return { volumeBindingMode: 'Immediate', reclaimPolicy: 'Delete', ...object };
    case 'PersistentVolumeClaim':
      return { ...object, spec: { volumeMode: 'Filesystem', ...spec } };
    case 'HorizontalPodAutoscaler':
      return { ...object, spec: { minReplicas: 1, ...spec } };
    case 'CronJob': {
      const job = objectAt(spec, 'jobTemplate');
      const jobSpec = objectAt(job, 'spec');
      const template = { ...objectAt(jobSpec, 'template'), spec: fillInPod(objectAt(jobSpec, 'template', 'spec')) };
      return { ...object, spec: { suspend: false, ...spec, jobTemplate: { ...job, spec: { ...jobSpec, template } } } };
    }
    default:
      return isJsonObject(spec['template'])
        ? { ...object, spec: fillInWorkload(stringAt(object, 'kind'), spec) }
        : object;
  }
}

function fillInWorkload(kind: string, spec: JsonObject): JsonObject {
  const template = objectAt(spec, 'template');
  const filled = { ...spec, template: { ...template, spec: fillInPod(objectAt(template, 'spec')) } };
  if (kind === 'DaemonSet' || kind === 'Job') return filled;
  const rolling = { maxSurge: '25%', maxUnavailable: '25%' };
  const strategy = objectAt(spec, 'strategy');
  const isRolling = stringAt(strategy, 'type') !== 'Recreate';
  return {
    replicas: 1,
    ...filled,
    ...(kind === 'Deployment' &&
      isRolling && {
        strategy: { type: 'RollingUpdate', rollingUpdate: { ...rolling, ...objectAt(strategy, 'rollingUpdate') } },
      }),
  };
}

function fillInPod(spec: JsonObject): JsonObject {
  const containers = (field: string): readonly JsonValue[] => listAt(spec, field).map(fillInContainer);
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    ...(spec['initContainers'] !== undefined && { initContainers: containers('initContainers') }),
    containers: containers('containers'),
  };
}

function fillInContainer(container: JsonValue): JsonValue {
  if (!isJsonObject(container)) return container;
  const resources = objectAt(container, 'resources');
  const limits = objectAt(resources, 'limits');
  const filled: Record<string, JsonValue | undefined> = {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    resources: { ...resources, requests: { ...limits, ...objectAt(resources, 'requests') } },
  };
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[field];
    if (isJsonObject(probe)) filled[field] = fillInProbe(probe);
  }
  return filled;
}

function fillInProbe(probe: JsonObject): JsonObject {
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...probe,
    ...(isJsonObject(probe['httpGet']) && { httpGet: { path: '/', scheme: 'HTTP', ...probe['httpGet'] } }),
    ...(isJsonObject(probe['grpc']) && { grpc: { service: '', ...probe['grpc'] } }),
  };
}

function fillInPorts(spec: JsonObject): readonly JsonValue[] {
  return listAt(spec, 'ports').map((port) =>
    isJsonObject(port) ? { protocol: 'TCP', targetPort: port['port'] ?? null, ...port } : port,
  );
}
