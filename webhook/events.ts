import { createHash } from 'node:crypto';
import type { ClusterApi } from '../src/cluster/api.ts';
import type { Observation } from './judge.ts';

export interface EventSettings {
  /** Who reports: the pod's name. */
  readonly instance: string;
  /** The same is not told again within this time. */
  readonly quietMs: number;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/** How many observations are remembered as told. */
const MEMORY = 1000;
/** The API server takes no longer notes. */
const NOTE_LENGTH = 1024;

/**
 * Leaves Events where people look: on the namespace of a denial, on the workload that a controller scaled too far.
 * Nobody waits for them, and a failure to write one changes no answer.
 */
export function createEventWriter(api: ClusterApi, settings: EventSettings): (observation: Observation) => void {
  const told = new Map<string, number>();
  return (observation) => {
    const key = JSON.stringify(observation);
    const now = settings.now();
    if (now.getTime() - (told.get(key) ?? -Infinity) < settings.quietMs) return;
    told.delete(key);
    told.set(key, now.getTime());
    for (const [oldest] of told) {
      if (told.size <= MEMORY) break;
      told.delete(oldest);
    }
    const path = `/api/v1/namespaces/${observation.namespace}/events`;
    api.send('POST', path, describeEvent(observation, settings.instance, now)).catch(settings.onError);
  };
}

function describeEvent({ kind, namespace, object, user, text }: Observation, instance: string, now: Date) {
  const time = now.toISOString();
  const digest = createHash('sha256').update(`${object.kind} ${object.name} ${time}`).digest('hex').slice(0, 16);
  const isDenial = kind === 'denied';
  const message = isDenial
    ? `${user} was refused ${object.kind} ${object.name}: ${text}`
    : `${text} (written by ${user})`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `quotafit.${digest}`, namespace },
    involvedObject: isDenial
      ? { apiVersion: 'v1', kind: 'Namespace', name: namespace, namespace }
      : { apiVersion: object.apiVersion, kind: object.kind, name: object.name, namespace },
    type: 'Warning',
    reason: isDenial ? 'QuotafitDenied' : 'QuotafitDoesNotFit',
    action: 'Review',
    message: message.length > NOTE_LENGTH ? `${message.slice(0, NOTE_LENGTH - 1)}…` : message,
    source: { component: 'quotafit' },
    reportingComponent: 'quotafit.dev/webhook',
    reportingInstance: instance,
    firstTimestamp: time.replace(/\.\d+Z$/u, 'Z'),
    lastTimestamp: time.replace(/\.\d+Z$/u, 'Z'),
    count: 1,
  };
}
