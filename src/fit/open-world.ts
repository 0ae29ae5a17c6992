import type { KubernetesObject } from '../manifest/document.ts';
import type { Quantity } from '../quantity/quantity.ts';
import type { QuotaState } from '../quota/quota-state.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { readWorkload } from '../workload/workload.ts';
import { countAssumedPods } from './assumed-pods.ts';
import { charge, forkLedger, openLedger, usedOf, type Ledger } from './ledger.ts';
import { completeTemplate } from './made-template.ts';
import { indexOwners, isTerminating, keyOf } from './owned.ts';
import { pricePod, wholePods } from './pod-parts.ts';
import { priceStored, removeBounds, type World } from './world.ts';

/** A namespace ready to have a release played through it, and what its quotas hold before. */
export interface OpenedWorld {
  readonly world: World;
  /** As `World.ledger` was when it was opened. */
  readonly before: Ledger;
}

/** What a world needs beside the namespace itself. */
export type WorldSettings = Pick<World, 'cluster' | 'injected' | 'options' | 'volumes'>;

/**
 * @param namespace - whose quotas may have no counted usage, or not for all resources: what is missing is counted here
 */
export function openWorld(namespace: NamespaceState, settings: WorldSettings): OpenedWorld {
  const uncounted = createWorld(namespace, settings);
  const counted = namespace.quotas.every(isCounted)
    ? uncounted
    : createWorld({ ...namespace, quotas: countUsage(uncounted) }, settings);
  const before = forkLedger(counted.ledger);
  // Pods that are told to stop still count, but not for long.
  for (const pod of namespace.objects.get('Pod') ?? []) {
    if (isTerminating(pod)) charge(counted.ledger, priceStored(counted, pod).bill, -1);
  }
  return { world: counted, before };
}

const isCounted = ({ hard, used }: QuotaState): boolean => [...hard.keys()].every((key) => used?.has(key) === true);

function createWorld(namespace: NamespaceState, settings: WorldSettings): World {
  const objects = [...namespace.objects.values()].flat();
  return {
    ...settings,
    namespace,
    ledger: openLedger(namespace.quotas),
    boundless: removeBounds(namespace.quotas),
    stored: new Map(objects.map((object) => [keyOf(object), object])),
    owned: indexOwners(namespace),
  };
}

/** What every namespace has of its own; a state that was made of manifests does not list it. */
function builtInObjects(namespace: string): readonly KubernetesObject[] {
  return [['ConfigMap', 'kube-root-ca.crt'] as const, ['ServiceAccount', 'default'] as const].map(([kind, name]) => {
    const value = { apiVersion: 'v1', kind, metadata: { name, namespace } };
    return { apiVersion: 'v1', kind, namespace, name, value, source: null };
  });
}

/** The quotas with their usage counted as the quota controller does, where it was not known. */
function countUsage(world: World): readonly QuotaState[] {
  const { namespace } = world;
  const sums = forkLedger(openLedger(namespace.quotas.map((quota) => ({ ...quota, used: null }))));
  for (const object of builtInObjects(namespace.name)) {
    if (!world.stored.has(keyOf(object))) charge(sums, priceStored(world, object).bill, 1);
  }
  for (const object of world.stored.values()) {
    charge(sums, priceStored(world, object).bill, 1);
    const count = countAssumedPods(world, object);
    const workload = count === 0 ? null : readWorkload(object, world.options.kinds ?? new Map());
    if (workload === null || workload.family === 'Pod') continue;
    for (const template of workload.templates) {
      const parts = pricePod(world, completeTemplate(workload, template), `${object.name}-*`, String);
      for (const [{ bill }, pods] of wholePods(parts, count)) charge(sums, bill, pods);
    }
  }
  let slot = 0;
  return namespace.quotas.map((quota) => {
    const used = new Map<string, Quantity>();
    for (const resource of quota.hard.keys()) {
      used.set(resource, quota.used?.get(resource) ?? usedOf(sums, slot));
      slot += 1;
    }
    return { ...quota, used };
  });
}
