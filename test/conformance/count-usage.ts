import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { openWorld } from '../../src/fit/open-world.ts';
import { printQuantity } from '../../src/quantity/print.ts';
import { usedOf } from '../../src/fit/ledger.ts';
import { emptyNamespace, readState } from '../../src/state/state.ts';
import type { Mirror } from './mirror.ts';

const COUNTED = [
  'resourcequotas',
  'limitranges',
  'pods',
  'services',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
] as const;

/**
 * What there is in a namespace, as its quotas should count it: their own count may be wrong for minutes
 * (kubernetes/kubernetes#141904).
 * @param which - only what is over its bound, or all
 * @returns amounts as Kubernetes prints them, by quota and resource
 */
export function countUsage(mirror: Mirror, namespace: string, which: 'all' | 'excess' = 'all'): Map<string, string> {
  const objects = COUNTED.flatMap((plural) => mirror.list(plural, namespace)).map((object) => ({
    apiVersion: stringAt(object, 'apiVersion'),
    kind: stringAt(object, 'kind'),
    name: stringAt(object, 'metadata', 'name'),
    namespace,
    value: uncounted(object),
    source: null,
  }));
  const { state } = readState(objects, namespace);
  const { world } = openWorld(state.namespaces.get(namespace) ?? emptyNamespace(namespace), {
    cluster: state.cluster,
    volumes: null,
    injected: [],
    options: { kubernetesMinor: 37, kinds: new Map() },
  });
  const { ledger } = world;
  const wanted = [...ledger.slots.entries()].filter(
    ([slot, { hard }]) => which === 'all' || (ledger.used[slot] ?? 0n) > hard.nano,
  );
  return new Map(
    wanted.map(([slot, { quota, resource }]) => [`${quota} ${resource}`, printQuantity(usedOf(ledger, slot))]),
  );
}

function uncounted(object: JsonObject): JsonObject {
  if (stringAt(object, 'kind') !== 'ResourceQuota') return object;
  const { status: _, ...rest } = object;
  return rest;
}
