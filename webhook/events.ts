import { createHash } from 'node:crypto';
import type { ClusterApi } from '../src/cluster/api.ts';
import { annotateEvent, eventReasons } from '../src/denial/event.ts';
import type { Observation } from './judge.ts';

export interface EventSettings {
  /** Who reports: the pod's name. */
  readonly instance: string;
  /** The same is not told again within this time. */
  readonly quietMs: number;
  readonly now: () => Date;
  /** Milliseconds on a clock that nobody sets. */
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

/** How many observations are remembered as told. */
const MEMORY = 1000;
/** So many are being written at a time. An API server that is slow gets no more of them, and the record has all. */
const MOST_UNDER_WAY = 50;
/** The API server takes no longer notes. */
const NOTE_LENGTH = 1024;

/**
 * Leaves Events where people look: on the namespace of a denial, on the workload that a controller scaled too far.
 * Nobody waits for them, and a failure to write one changes no answer.
 */
export function createEventWriter(api: ClusterApi, settings: EventSettings): (observation: Observation) => void {
  const told = new Map<string, number>();
  let underWay = 0;
  return (observation) => {
    if (observation.kind === 'would-deny' || underWay === MOST_UNDER_WAY) return;
    const now = settings.clock();
    const event = describeEvent(observation, settings.instance, settings.now());
    const key = `${observation.namespace} ${event.message}`;
    if (now - (told.get(key) ?? -Infinity) < settings.quietMs) return;
    told.delete(key);
    told.set(key, now);
    for (const [oldest] of told) {
      if (told.size <= MEMORY) break;
      told.delete(oldest);
    }
    const path = `/api/v1/namespaces/${observation.namespace}/events`;
    underWay += 1;
    void api
      .send('POST', path, event)
      .catch(settings.onError)
      .finally(() => (underWay -= 1));
  };
}

function describeEvent({ kind, namespace, object, user, remarks }: Observation, instance: string, now: Date) {
  const subject = { apiVersion: object.apiVersion, kind: object.kind, name: object.name, namespace };
  const findings = remarks.map(({ rule, text, shortages = [] }) => ({ rule, message: text, shortages }));
  const annotations = annotateEvent(user, findings);
  if (kind === 'denied') {
    const text = remarks.map((remark) => `${remark.text} [${remark.rule}]`).join('; ');
    return {
      ...buildEvent(namespace, eventReasons.denied, `${user} was refused ${object.kind} ${object.name}: ${text}`, {
        instance,
        now,
        annotations,
      }),
      involvedObject: { apiVersion: 'v1', kind: 'Namespace', name: namespace, namespace },
      related: subject,
    };
  }
  const text = remarks.map((remark) => remark.text).join('; ');
  const message = `${text} (written by ${user})`;
  return {
    ...buildEvent(namespace, eventReasons.doesNotFit, message, { instance, now, annotations }),
    involvedObject: subject,
  };
}

export interface EventFrame {
  readonly instance: string;
  readonly now: Date;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An Event but for what it is about. */
export function buildEvent(
  namespace: string,
  reason: string,
  text: string,
  { instance, now, annotations }: EventFrame,
) {
  const time = now.toISOString();
  const digest = createHash('sha256').update(`${instance} ${text} ${time}`).digest('hex').slice(0, 16);
  const seconds = time.replace(/\.\d+Z$/u, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `quotafit.${digest}`, namespace, annotations },
    type: 'Warning',
    reason,
    action: 'Review',
    message: text.length > NOTE_LENGTH ? `${text.slice(0, NOTE_LENGTH - 1)}…` : text,
    source: { component: 'quotafit' },
    reportingComponent: 'quotafit.dev/webhook',
    reportingInstance: instance,
    firstTimestamp: seconds,
    lastTimestamp: seconds,
    count: 1,
  };
}
