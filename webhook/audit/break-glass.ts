import { Gauge, type Registry } from 'prom-client';
import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import { eventReasons } from '../../src/denial/event.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { fieldAt } from '../../src/manifest/fields.ts';
import { buildEvent } from '../events.ts';

/** With it on a namespace, whatever its value, the API server asks the webhook nothing about what is in there. */
const breakGlassLabel = 'quotafit.dev/break-glass';

/** What replicas see within so long is the same; at the edge of it there are two Events. */
const SAME_MS = 10_000;

export interface BreakGlassSettings {
  readonly instance: string;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/**
 * Leaves a trace of namespaces that are not judged: an Event on each when the label comes and when it goes, and a metric
 * for as long as it is there.
 * @returns what is to be told of each object that a watch shows
 */
export function watchBreakGlass(
  api: ClusterApi,
  registry: Registry,
  settings: BreakGlassSettings,
  namespaces: () => readonly KubernetesObject[],
): (object: KubernetesObject) => void {
  const open = new Set<string>();
  registry.registerMetric(
    new Gauge({
      name: 'quotafit_break_glass',
      help: 'Namespaces whose break-glass label keeps the webhook from judging anything in them',
      labelNames: ['namespace'],
      registers: [],
      collect() {
        this.reset();
        for (const object of namespaces()) if (isOpen(object)) this.set({ namespace: object.name }, 1);
      },
    }),
  );
  return (object) => {
    if (object.kind !== 'Namespace' || isOpen(object) === open.has(object.name)) return;
    if (isOpen(object)) open.add(object.name);
    else open.delete(object.name);
    const path = `/api/v1/namespaces/${object.name}/events`;
    api.send('POST', path, describeEvent(object, settings)).catch((error: unknown) => {
      // Another replica saw the same and was faster.
      if (!(error instanceof ApiError) || error.status !== 409) settings.onError(error);
    });
  };
}

function isOpen({ value }: KubernetesObject): boolean {
  return fieldAt(value, 'metadata', 'labels', breakGlassLabel) !== undefined;
}

function describeEvent(object: KubernetesObject, { instance, now }: BreakGlassSettings) {
  const { name } = object;
  const text = isOpen(object)
    ? `break-glass: quotafit judges nothing in ${name} any more; to end it: kubectl label namespace ${name} ${breakGlassLabel}-`
    : `break-glass was ended: quotafit judges in ${name} again`;
  const time = now();
  const event = buildEvent(name, eventReasons.breakGlass, text, { instance, now: time, annotations: {} });
  // The same change has the same name, whichever replica tells of it: they see it within moments.
  const moment = Math.floor(time.getTime() / SAME_MS).toString(36);
  const change = `quotafit.break-glass.${isOpen(object) ? 'set' : 'ended'}.${moment}`;
  return {
    ...event,
    metadata: { name: change, namespace: name },
    involvedObject: { apiVersion: 'v1', kind: 'Namespace', name, namespace: name },
    type: isOpen(object) ? 'Warning' : 'Normal',
  };
}
