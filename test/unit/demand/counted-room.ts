import type { Room } from '../../../src/demand/room.ts';

/** A room for tests: each item has a size, and all together may not pass the bound. */
export interface CountedRoom extends Room<string> {
  readonly used: () => number;
  readonly highest: () => number;
  /** How many times it was asked. */
  readonly asked: () => number;
}

export function createRoom(bound: number, sizes: Readonly<Record<string, number>>, used = 0): CountedRoom {
  let [now, most, asked] = [used, used, 0];
  const sizeOf = (items: readonly string[]): number => items.reduce((sum, item) => sum + (sizes[item] ?? 0), 0);
  const add = (amount: number): void => {
    now += amount;
    most = Math.max(most, now);
  };
  const room: CountedRoom = {
    used: () => now,
    highest: () => most,
    asked: () => asked,
    create: (items, count) => {
      asked += 1;
      const size = sizeOf(items);
      const fitting = size === 0 ? count : Math.max(0, Math.min(count, Math.floor((bound - now) / size)));
      add(size * fitting);
      return fitting;
    },
    remove: (items, count) => add(-sizeOf(items) * count),
    exchange: (out, into, group, times) => {
      let done = 0;
      while (done < times) {
        const after = now + group * (sizeOf(into) - sizeOf(out));
        if (after > bound) break;
        add(after - now);
        done += 1;
      }
      return done;
    },
  };
  return room;
}
