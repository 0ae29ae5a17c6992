import type { JsonValue } from '../../src/manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { Recording } from './scenario.ts';

/** Members that no verdict needs and that make a vector large. */
const NEEDLESS = new Set([
  'allocatable',
  'annotations',
  'capacity',
  'containerStatuses',
  'creationTimestamp',
  'daemonEndpoints',
  'declaredFeatures',
  'dnsPolicy',
  'enableServiceLinks',
  'hostIP',
  'hostIPs',
  'imagePullPolicy',
  'initContainerStatuses',
  'nodeInfo',
  'podIP',
  'podIPs',
  'resourceVersion',
  'schedulerName',
  'securityContext',
  'serviceAccount',
  'serviceAccountName',
  'startTime',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'volumeMounts',
]);

/** Conditions that verdicts look at: whether a pod is placed and ready, and whether its resize waits. */
const CONDITIONS = new Set(['PodScheduled', 'Ready', 'PodResizePending']);

/** A recording as one line, small enough to be kept in the tree. */
export function printVector(recording: Recording): string {
  const { state } = recording;
  const items = listAt(state, 'items').map((item) => objectAt(slim(item)));
  return `${JSON.stringify({ ...recording, state: { ...state, items } })}\n`;
}

function slim(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => slim(item) ?? null);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name, member]) => !isNeedless(name, member));
  return Object.fromEntries(
    kept.map(([name, member]) => [name, name === 'conditions' ? slimConditions(member) : slim(member)]),
  );
}

function slimConditions(conditions: JsonValue | undefined): readonly JsonValue[] {
  const kept = listAt({ conditions }, 'conditions').filter((condition) => CONDITIONS.has(stringAt(condition, 'type')));
  return kept.map((condition) => {
    const reason = stringAt(condition, 'reason');
    return {
      type: stringAt(condition, 'type'),
      status: stringAt(condition, 'status'),
      ...(reason !== '' && { reason }),
    };
  });
}

/** A default class is one by its annotation: those stay. */
function isNeedless(name: string, member: JsonValue | undefined): boolean {
  if (!NEEDLESS.has(name)) return false;
  return name !== 'annotations' || !Object.keys(objectAt(member)).some((key) => key.endsWith('is-default-class'));
}
