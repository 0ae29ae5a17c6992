import { fieldAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { meetsRequirement } from '../workload/label-requirement.ts';

/** Whether a daemon pod is wanted on a node, and whether one that is there may stay. */
export interface NodeVerdict {
  readonly run: boolean;
  readonly stay: boolean;
}

interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
}

const noRun: NodeVerdict = { run: false, stay: false };
const toleratedAlways = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'];

/**
 * Whether a DaemonSet's pod of this `spec` belongs on a node: name, selector, required affinity, taints.
 * Nodes that are not ready, or cordoned, get one too.
 * @see k8s.io/kubernetes/pkg/controller/daemon `nodeShouldRunDaemonPod`
 */
export function matchNode(podSpec: JsonObject, node: JsonObject): NodeVerdict {
  const wanted = stringAt(podSpec, 'nodeName');
  const name = stringAt(node, 'metadata', 'name');
  if ((wanted !== '' && wanted !== name) || !fitsAffinity(podSpec, node, name)) return noRun;
  const tolerations = daemonTolerations(podSpec);
  const untolerated = new Set(
    listAt(node, 'spec', 'taints')
      .filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)))
      .map((taint) => stringAt(taint, 'effect')),
  );
  const evicted = untolerated.has('NoExecute');
  return { run: !evicted && !untolerated.has('NoSchedule'), stay: !evicted };
}

function fitsAffinity(podSpec: JsonObject, node: JsonObject, name: string): boolean {
  const labels = objectAt(node, 'metadata', 'labels');
  const selector = Object.entries(objectAt(podSpec, 'nodeSelector'));
  if (!selector.every(([key, value]) => fieldAt(labels, key) === value)) return false;
  const required = fieldAt(podSpec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  if (!isJsonObject(required)) return true;
  return listAt(required, 'nodeSelectorTerms').some((term) => {
    const expressions = listAt(term, 'matchExpressions');
    const fields = listAt(term, 'matchFields');
    if (expressions.length === 0 && fields.length === 0) return false;
    return (
      expressions.every((one) => meetsRequirement(one, fieldAt(labels, stringAt(one, 'key')))) &&
      fields.every((one) => stringAt(one, 'key') === 'metadata.name' && meetsRequirement(one, name))
    );
  });
}

const exists = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  value: '',
  effect,
});

/** @see k8s.io/kubernetes/pkg/controller/daemon/util `AddOrUpdateDaemonPodTolerations` */
function daemonTolerations(podSpec: JsonObject): readonly Toleration[] {
  return [
    ...listAt(podSpec, 'tolerations').map((one) => ({
      key: stringAt(one, 'key'),
      operator: stringAt(one, 'operator'),
      value: stringAt(one, 'value'),
      effect: stringAt(one, 'effect'),
    })),
    exists('not-ready', 'NoExecute'),
    exists('unreachable', 'NoExecute'),
    ...toleratedAlways.map((key) => exists(key, 'NoSchedule')),
    ...(fieldAt(podSpec, 'hostNetwork') === true ? [exists('network-unavailable', 'NoSchedule')] : []),
  ];
}

function tolerates(toleration: Toleration, taint: JsonValue): boolean {
  if (toleration.effect !== '' && toleration.effect !== stringAt(taint, 'effect')) return false;
  if (toleration.key !== '' && toleration.key !== stringAt(taint, 'key')) return false;
  if (toleration.operator === 'Exists') return true;
  return ['', 'Equal'].includes(toleration.operator) && toleration.value === stringAt(taint, 'value');
}
