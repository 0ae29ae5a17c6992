import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';

const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  CronJob: 'cronjobs',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Job: 'jobs',
  LimitRange: 'limitranges',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Pod: 'pods',
  ReplicaSet: 'replicasets',
  ReplicationController: 'replicationcontrollers',
  ResourceQuota: 'resourcequotas',
  Secret: 'secrets',
  Service: 'services',
  StatefulSet: 'statefulsets',
};

/** @throws RangeError for a kind that no scenario has */
export function pluralOf(kind: string): string {
  const plural = PLURALS[kind];
  if (plural === undefined) throw new RangeError(`no scenario has a ${kind}`);
  return plural;
}

/** Where objects of this version and kind are created. */
export function collectionPath(object: JsonObject, namespace: string): string {
  const version = stringAt(object, 'apiVersion');
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  return `${root}/namespaces/${namespace}/${pluralOf(stringAt(object, 'kind'))}`;
}

/** Kinds whose pods a controller makes, by plural: those that are asked whether they have finished. */
export const CONTROLLERS = [
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'replicationcontrollers',
] as const;

export type ControllerPlural = (typeof CONTROLLERS)[number];
