import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { fieldAt, isJsonObject, listAt, objectAt } from '../manifest/fields.ts';

/*
 * What is kept of an object of a cluster: the fields that verdicts read, and nothing that could hold a secret. No
 * environment, arguments, commands or annotations; the exceptions are annotations of Kubernetes' own and of Knative's scale.
 */

const keptAnnotations: readonly string[] = [
  'autoscaling.knative.dev/min-scale',
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
  'volume.beta.kubernetes.io/storage-class',
];

const metadataFields: readonly string[] = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'labels',
  'name',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'uid',
];

const podSpecFields: readonly string[] = [
  'activeDeadlineSeconds',
  'affinity',
  'hostNetwork',
  'nodeName',
  'nodeSelector',
  'overhead',
  'priorityClassName',
  'resourceClaims',
  'resources',
  'restartPolicy',
  'runtimeClassName',
  'tolerations',
];

const containerFields: readonly string[] = ['image', 'name', 'resources', 'restartPolicy'];
const statusFields: readonly string[] = ['allocatedResources', 'name', 'resources'];
const conditionFields: readonly string[] = ['reason', 'status', 'type'];

/** Keeps what is needed of an object whose kind the caller knows; items of a list do not say it themselves. */
export function reduceObject(object: JsonObject, apiVersion: string, kind: string): JsonObject {
  return { apiVersion, kind, metadata: reduceMetadata(objectAt(object, 'metadata')), ...reduceBody(object, kind) };
}

function reduceBody(object: JsonObject, kind: string): JsonObject {
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  switch (kind) {
    case 'Pod': {
      return { spec: reducePodSpec(spec), status: reducePodStatus(status) };
    }
    case 'Node': {
      return { spec: pick(spec, ['taints', 'unschedulable']) };
    }
    case 'Namespace': {
      return {};
    }
    case 'Service': {
      return { spec: pick(spec, ['allocateLoadBalancerNodePorts', 'ports', 'type']) };
    }
    case 'HorizontalPodAutoscaler': {
      return { spec: pick(spec, ['maxReplicas', 'minReplicas', 'scaleTargetRef']) };
    }
    case 'PriorityClass': {
      return pick(object, ['globalDefault', 'preemptionPolicy', 'value']);
    }
    case 'RuntimeClass': {
      return pick(object, ['handler', 'overhead']);
    }
    case 'StorageClass': {
      return pick(object, ['allowVolumeExpansion', 'provisioner', 'volumeBindingMode']);
    }
    case 'CronJob': {
      const job = objectAt(spec, 'jobTemplate');
      return {
        spec: { ...spec, jobTemplate: { spec: reduceWorkloadSpec(objectAt(job, 'spec')) } },
        status: pick(status, ['active']),
      };
    }
    default: {
      return { spec: reduceWorkloadSpec(spec), status };
    }
  }
}

function reduceWorkloadSpec(spec: JsonObject): JsonObject {
  const template = fieldAt(spec, 'template');
  const claims = listAt(spec, 'volumeClaimTemplates');
  return {
    ...spec,
    ...(isJsonObject(template) ? { template: reduceTemplate(template, reducePodSpec) } : {}),
    ...(claims.length === 0
      ? {}
      : { volumeClaimTemplates: claims.map((claim) => reduceTemplate(objectAt(claim), (claimSpec) => claimSpec)) }),
  };
}

function reduceTemplate(template: JsonObject, reduceSpec: (spec: JsonObject) => JsonObject): JsonObject {
  return { metadata: reduceMetadata(objectAt(template, 'metadata')), spec: reduceSpec(objectAt(template, 'spec')) };
}

function reducePodSpec(spec: JsonObject): JsonObject {
  return {
    ...pick(spec, podSpecFields),
    ...pickEach(spec, 'containers', containerFields),
    ...pickEach(spec, 'initContainers', containerFields),
    ...pickEach(spec, 'volumes', ['emptyDir', 'ephemeral', 'name', 'persistentVolumeClaim']),
  };
}

function reducePodStatus(status: JsonObject): JsonObject {
  return {
    ...pick(status, ['phase', 'qosClass', 'resources']),
    ...pickEach(status, 'conditions', conditionFields),
    ...pickEach(status, 'containerStatuses', statusFields),
    ...pickEach(status, 'initContainerStatuses', statusFields),
  };
}

function reduceMetadata(metadata: JsonObject): JsonObject {
  const annotations = pick(objectAt(metadata, 'annotations'), keptAnnotations);
  return { ...pick(metadata, metadataFields), ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = fieldAt(object, name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function pickEach(object: JsonObject, list: string, names: readonly string[]): JsonObject {
  const items = listAt(object, list);
  return items.length === 0 ? {} : { [list]: items.map((item) => pick(objectAt(item), names)) };
}
