import type { Termination } from '../demand/peak.ts';
import type { Room } from '../demand/room.ts';
import type { Attempt, Item } from './world.ts';

/** Objects with their number. */
export type Holdings = readonly (readonly [item: Item, count: number])[];

/** A workload with what its controller has, ready to be played. */
export interface Play {
  /** Plays the controller until nothing moves, from where it stands. */
  readonly settle: (replicas: number, room: Room<Item>) => Settlement;
  /** One of its own to try things out with. */
  readonly copy: () => Play;
  /** What one more replica is made of. */
  readonly unit: readonly Item[];
  /** Pods that exist now. */
  readonly count: () => number;
  /** All objects that exist because of the workload, now. */
  readonly held: () => Holdings;
  /** All objects that would exist with so many replicas if nothing was refused. */
  readonly wanted: (replicas: number) => Holdings;
  /** The moments at which most of them would exist on the way there; none when nothing rolls. */
  readonly peaks: (replicas: number, termination: Termination) => readonly Moment[];
  /** What was not known about its pods. */
  readonly missing: readonly string[];
  /** Nothing can be said about its pods. */
  readonly unknown: boolean;
}

/** What exists at some moment of a rollout. */
interface Moment {
  readonly pods: number;
  readonly holdings: Holdings;
}

/** How a controller ended. */
export interface Settlement {
  readonly desired: number;
  readonly created: number;
  /** Every pod exists, and is of the present template as far as the strategy wants it. */
  readonly complete: boolean;
  /** Whether pods of an earlier template were, or are still, to be replaced. */
  readonly rolls: boolean;
  /** The object that is refused again and again, the present template's first. */
  readonly refused: Attempt | null;
}
