import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { fieldAt, isJsonObject, listAt, objectAt } from '../manifest/fields.ts';
import {
  pick,
  pickEach,
  reduceClaimTemplate,
  reduceMetadata,
  reducePodSpec,
  reduceTemplate,
} from '../demand/reduced-template.ts';

/*
 * What is kept of an object of a cluster: the fields that verdicts read, and nothing that could hold a secret. No
 * environment, arguments, commands or annotations, and no messages of conditions, which quote what others wrote.
 */

const statusFields: readonly string[] = ['allocatedResources', 'name', 'resources'];
const chargedVolumes: readonly string[] = ['emptyDir', 'ephemeral', 'persistentVolumeClaim'];
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
      return { spec: reducePodSpec({ ...spec, volumes: listCharged(spec) }), status: reducePodStatus(status) };
    }
    case 'Node': {
      return { spec: pick(spec, ['taints', 'unschedulable']) };
    }
    // Of what else governs a namespace it is enough that it is there.
    case 'AppliedClusterResourceQuota':
    case 'HierarchicalResourceQuota':
    case 'LocalQueue':
    case 'Namespace': {
      return {};
    }
    // Which namespaces it covers: its controller says so, and for new ones its selector.
    case 'ClusterResourceQuota': {
      return { spec: pick(spec, ['selector']), status: pickEach(status, 'namespaces', ['namespace']) };
    }
    case 'PersistentVolume': {
      return { spec: pick(spec, ['storageClassName']), status: pick(status, ['phase']) };
    }
    case 'Service': {
      return { spec: pick(spec, ['allocateLoadBalancerNodePorts', 'ports', 'type']) };
    }
    case 'HorizontalPodAutoscaler': {
      return { spec: pick(spec, ['maxReplicas', 'minReplicas', 'scaleTargetRef']) };
    }
    case 'PodDisruptionBudget': {
      return { spec: pick(spec, ['maxUnavailable', 'minAvailable', 'selector']) };
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
      return {
        spec: reduceWorkloadSpec(spec),
        status: Object.assign({ ...status }, pickEach(status, 'conditions', conditionFields)),
      };
    }
  }
}

/** Volumes that cost something. Each pod has one for its token, and each of those a name of its own. */
function listCharged(spec: JsonObject): readonly JsonValue[] {
  const volumes = listAt(spec, 'volumes');
  return volumes.filter((volume) => chargedVolumes.some((field) => fieldAt(volume, field) !== undefined));
}

/** Here and below one object is copied and then changed: spread together of several it would take three times the memory. */
function reduceWorkloadSpec(spec: JsonObject): JsonObject {
  const kept: Record<string, JsonValue | undefined> = { ...spec };
  const template = fieldAt(spec, 'template');
  if (isJsonObject(template)) kept['template'] = reduceTemplate(template);
  const claims = listAt(spec, 'volumeClaimTemplates');
  if (claims.length > 0) kept['volumeClaimTemplates'] = claims.map((claim) => reduceClaimTemplate(objectAt(claim)));
  return kept;
}

function reducePodStatus(status: JsonObject): JsonObject {
  return Object.assign(
    pick(status, ['phase', 'qosClass', 'resources']),
    pickEach(status, 'conditions', conditionFields),
    pickEach(status, 'containerStatuses', statusFields),
    pickEach(status, 'initContainerStatuses', statusFields),
  );
}
