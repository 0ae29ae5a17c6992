import type { KubernetesObject } from '../src/manifest/document.ts';
import { generationOf, keyOf, uidOf } from '../src/fit/owned.ts';

/** What came of judging a write beside all that is reserved. */
export interface Claim<Value> {
  readonly value: Value;
  /** What is admitted by that; `null` reserves nothing. */
  readonly object: KubernetesObject | null;
  /** It asks for more than the state shows of it: whoever else judges has to know before it is answered. */
  readonly raises: boolean;
}

export interface Claimed<Value> {
  readonly value: Value;
  /** Why other replicas could not be told; `null` when they were, or need not be. */
  readonly failure: string | null;
}

/**
 * Objects that were admitted and are not in the state yet. Each stands for itself, however often it was reviewed, until
 * the state shows it or its time is over: the API server may still have refused it after us.
 */
export interface Reservations {
  /**
   * Judges, and reserves what is admitted before anybody else is judged.
   * @param judge - given what is reserved at that moment, oldest first; may be asked again, when another replica was faster
   * @param deadlineMs - when the caller must have its answer, on the clock of the judge
   */
  readonly claim: <Value>(
    namespace: string,
    judge: (pending: readonly KubernetesObject[]) => Claim<Value>,
    deadlineMs: number,
  ) => Claimed<Value> | Promise<Claimed<Value>>;
  /** The state shows this object: its reservation is over, unless it is of a later generation. */
  readonly settle: (object: KubernetesObject) => void;
  /** The object is deleted: nothing that was admitted of it will come. One of the same name that is new stays reserved. */
  readonly release: (object: KubernetesObject) => void;
  readonly size: () => number;
  /** Half of whose time is over without the state showing them: it should have. Each is told of once. */
  readonly overdue: () => readonly KubernetesObject[];
}

/** Those of this process alone. */
export interface LocalReservations extends Reservations {
  readonly reserve: (object: KubernetesObject) => void;
  /** Reserved in a namespace, oldest first; the same array for as long as nothing changes. */
  readonly pending: (namespace: string) => readonly KubernetesObject[];
}

/** What is reserved in one namespace. All live equally long, so that they lapse in the order in which they stand. */
interface Shelf {
  readonly held: Map<string, { readonly object: KubernetesObject; readonly until: number; isTold: boolean }>;
  pending: readonly KubernetesObject[] | null;
}

const nothing: readonly KubernetesObject[] = [];

export function createReservations(lifetimeMs: number, now: () => number): LocalReservations {
  const shelves = new Map<string, Shelf>();

  const drop = (namespace: string, shelf: Shelf, key: string): void => {
    shelf.held.delete(key);
    shelf.pending = null;
    if (shelf.held.size === 0) shelves.delete(namespace);
  };
  const dropLapsed = (namespace: string): Shelf | undefined => {
    const shelf = shelves.get(namespace);
    if (shelf === undefined) return undefined;
    for (const [key, { until }] of shelf.held) {
      if (until > now()) return shelf;
      drop(namespace, shelf, key);
    }
    return undefined;
  };
  const reserve = (object: KubernetesObject): void => {
    const shelf: Shelf = shelves.get(object.namespace) ?? { held: new Map(), pending: null };
    shelves.set(object.namespace, shelf);
    const key = keyOf(object);
    shelf.held.delete(key);
    shelf.held.set(key, { object, until: now() + lifetimeMs, isTold: false });
    shelf.pending = null;
  };
  const pending = (namespace: string): readonly KubernetesObject[] => {
    const shelf = dropLapsed(namespace);
    if (shelf === undefined) return nothing;
    shelf.pending ??= [...shelf.held.values()].map(({ object }) => object);
    return shelf.pending;
  };
  /** Ends the reservation of an object when what is known of it says so. */
  const end = (object: KubernetesObject, isOver: (reserved: KubernetesObject) => boolean): void => {
    const shelf = shelves.get(object.namespace);
    const key = shelf === undefined ? '' : keyOf(object);
    const reserved = shelf?.held.get(key)?.object;
    if (shelf !== undefined && reserved !== undefined && isOver(reserved)) drop(object.namespace, shelf, key);
  };

  return {
    claim(namespace, judge) {
      const { value, object } = judge(pending(namespace));
      if (object !== null) reserve(object);
      return { value, failure: null };
    },
    reserve,
    settle: (object) => end(object, (reserved) => generationOf(object) >= generationOf(reserved)),
    release: (object) => end(object, (reserved) => uidOf(object) === uidOf(reserved)),
    pending,
    overdue: () => {
      const due = [...shelves.values()]
        .flatMap(({ held }) => [...held.values()])
        .filter(({ isTold, until }) => !isTold && until - now() <= lifetimeMs / 2);
      for (const one of due) one.isTold = true;
      // Nobody may ever ask about a namespace again.
      for (const namespace of shelves.keys()) dropLapsed(namespace);
      return due.map(({ object }) => object);
    },
    size: () => [...shelves.keys()].reduce((sum, namespace) => sum + (dropLapsed(namespace)?.held.size ?? 0), 0),
  };
}
