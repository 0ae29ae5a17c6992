import type { KubernetesObject } from '../src/manifest/document.ts';
import { keyOf } from '../src/fit/owned.ts';

/**
 * Objects that were admitted and are not in the state yet. Each stands for itself, however often it was reviewed, until
 * the state shows it or its time is over: the API server may still have refused it after us.
 */
export interface Reservations {
  readonly reserve: (object: KubernetesObject) => void;
  /** The state shows a write of this object. */
  readonly settle: (object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'name' | 'namespace'>) => void;
  /** Reserved in a namespace, oldest first. */
  readonly pending: (namespace: string) => readonly KubernetesObject[];
  readonly size: () => number;
}

interface Reservation {
  readonly object: KubernetesObject;
  readonly until: number;
}

export function createReservations(lifetimeMs: number, now: () => number): Reservations {
  const namespaces = new Map<string, Map<string, Reservation>>();

  const dropLapsed = (namespace: string): ReadonlyMap<string, Reservation> => {
    const held = namespaces.get(namespace) ?? new Map<string, Reservation>();
    for (const [key, { until }] of held) if (until <= now()) held.delete(key);
    if (held.size === 0) namespaces.delete(namespace);
    return held;
  };

  return {
    reserve(object) {
      const held = namespaces.get(object.namespace) ?? new Map<string, Reservation>();
      namespaces.set(object.namespace, held);
      const key = keyOf(object);
      held.delete(key);
      held.set(key, { object, until: now() + lifetimeMs });
    },
    settle(object) {
      const held = namespaces.get(object.namespace);
      held?.delete(keyOf(object));
      if (held?.size === 0) namespaces.delete(object.namespace);
    },
    pending: (namespace) => [...dropLapsed(namespace).values()].map(({ object }) => object),
    size: () => [...namespaces.keys()].reduce((sum, namespace) => sum + dropLapsed(namespace).size, 0),
  };
}
