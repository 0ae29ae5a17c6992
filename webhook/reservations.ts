import type { KubernetesObject } from '../src/manifest/document.ts';
import { integerAt } from '../src/manifest/fields.ts';
import { keyOf } from '../src/fit/owned.ts';

/**
 * Objects that were admitted and are not in the state yet. Each stands for itself, however often it was reviewed, until
 * the state shows it or its time is over: the API server may still have refused it after us.
 */
export interface Reservations {
  readonly reserve: (object: KubernetesObject) => void;
  /** The state shows this object: its reservation is over, unless it is of a later generation. */
  readonly settle: (object: KubernetesObject) => void;
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
      const reserved = held?.get(keyOf(object))?.object;
      if (reserved === undefined || generationOf(object) < generationOf(reserved)) return;
      held?.delete(keyOf(object));
      if (held?.size === 0) namespaces.delete(object.namespace);
    },
    pending: (namespace) => [...dropLapsed(namespace).values()].map(({ object }) => object),
    size: () => [...namespaces.keys()].reduce((sum, namespace) => sum + dropLapsed(namespace).size, 0),
  };
}

/** The API server counts it up with each change of the spec, before it asks us; 0 for kinds that have none. */
function generationOf({ value }: KubernetesObject): number {
  return integerAt(value, 'metadata', 'generation') ?? 0;
}
