import type { Room } from '../demand/room.ts';
import { makeQuantity, type Quantity, type QuantityFormat } from '../quantity/quantity.ts';
import type { QuotaState } from '../quota/quota-state.ts';

/** One resource of one quota, by its place in the ledger. */
interface Slot {
  readonly quota: string;
  readonly resource: string;
  readonly hard: Quantity;
}

/** How much one object adds to one slot, in nano-units. */
export interface Entry {
  readonly slot: number;
  readonly amount: bigint;
  readonly format: QuantityFormat;
}

/** What one object adds to all quotas, by slot; without slots that it leaves alone. */
export type Bill = readonly Entry[];

/** Something that can be stored if quota lets it. */
export interface Billed {
  readonly bill: Bill;
  /** Refused whatever quotas hold. */
  readonly barred: boolean;
}

/** Bundles of equal objects with their number. */
export type Amounts = readonly (readonly [item: Billed, count: number])[];

/**
 * What the quotas of one namespace hold while a release is played through. Amounts are kept flat, so that a charge
 * costs the few slots that it touches, however many quotas there are.
 */
export interface Ledger {
  readonly slots: readonly Slot[];
  readonly used: bigint[];
  /** The highest that `used` was. */
  readonly highest: bigint[];
  readonly formats: QuantityFormat[];
}

/** @param quotas - with known `used` */
export function openLedger(quotas: readonly QuotaState[]): Ledger {
  const slots = quotas.flatMap(({ name, hard }) =>
    [...hard].map(([resource, amount]) => ({ quota: name, resource, hard: amount })),
  );
  const used = quotas.flatMap((quota) =>
    [...quota.hard.keys()].map((resource) => quota.used?.get(resource) ?? makeQuantity(0n, 'DecimalSI')),
  );
  const amounts = used.map(({ nano }): bigint => nano);
  return { slots, used: amounts, highest: [...amounts], formats: used.map(({ format }) => format) };
}

/** A ledger of its own to try things out in. */
export function forkLedger(ledger: Ledger): Ledger {
  return {
    slots: ledger.slots,
    used: [...ledger.used],
    highest: [...ledger.used],
    formats: [...ledger.formats],
  };
}

/** The quotas with what the ledger says that they hold. */
export function quotasOf(ledger: Ledger, quotas: readonly QuotaState[]): readonly QuotaState[] {
  const used = new Map<string, Map<string, Quantity>>();
  for (const [slot, { quota, resource }] of ledger.slots.entries()) {
    const list = used.get(quota) ?? new Map<string, Quantity>();
    used.set(quota, list.set(resource, usedOf(ledger, slot)));
  }
  return quotas.map((quota) => ({ ...quota, used: used.get(quota.name) ?? new Map<string, Quantity>() }));
}

export function usedOf(ledger: Ledger, slot: number): Quantity {
  return makeQuantity(ledger.used[slot] ?? 0n, ledger.formats[slot] ?? 'DecimalSI');
}

/** Adds, or with a negative count takes away, without asking. */
export function charge(ledger: Ledger, bill: Bill, count: number): void {
  const times = BigInt(count);
  for (const { slot, amount, format } of bill) {
    const before = ledger.used[slot] ?? 0n;
    // A sum has the notation of its left side, or of the other where that is zero.
    if (before === 0n) ledger.formats[slot] = format;
    const after = count === 1 ? before + amount : before + amount * times;
    ledger.used[slot] = after;
    if (after > (ledger.highest[slot] ?? 0n)) ledger.highest[slot] = after;
  }
}

/**
 * The namespace as a controller meets it.
 * @param onRefused - is told the object that was refused, while the ledger stands as it did then
 */
export function roomIn<Item extends Billed>(ledger: Ledger, onRefused?: (item: Item) => void): Room<Item> {
  return {
    create(items, count) {
      if (count <= 0) return 0;
      const barred = items.find((item) => item.barred);
      const bill = bundle(items);
      const fitting = barred === undefined ? howMany(ledger, bill, count) : 0;
      if (fitting > 0) charge(ledger, bill, fitting);
      const refused = barred ?? items.at(-1);
      if (fitting < count && refused !== undefined) onRefused?.(refused);
      return fitting;
    },
    remove(items, count) {
      if (count > 0) charge(ledger, bundle(items), -count);
    },
    exchange(out, into, group, times) {
      if (times <= 0 || into.some(({ barred }) => barred)) return 0;
      const step = difference(bundle(into), bundle(out), BigInt(group));
      const done = howManySteps(ledger, bundle(into), step, times);
      if (done > 0) charge(ledger, step, done);
      return done;
    },
  };
}

function bundle(items: readonly Billed[]): Bill {
  const [only, ...others] = items;
  if (only === undefined) return [];
  return others.length === 0 ? only.bill : sumBills(items.map((item) => [item, 1]));
}

/** What several objects add together. */
export function sumBills(amounts: Amounts): Bill {
  const sum = new Map<number, Entry>();
  for (const [{ bill }, count] of amounts) {
    const times = BigInt(count);
    for (const entry of bill) {
      const before = sum.get(entry.slot);
      sum.set(entry.slot, { ...(before ?? entry), amount: (before?.amount ?? 0n) + entry.amount * times });
    }
  }
  return [...sum.values()];
}

/** In nano-units, by slot of the ledger. */
export type SlotAmounts = ReadonlyMap<number, bigint>;

export function amountsOf(bill: Bill): Map<number, bigint> {
  return new Map(bill.map(({ slot, amount }) => [slot, amount]));
}

export function addAmounts(total: Map<number, bigint>, amounts: SlotAmounts, times: 1n | -1n): void {
  for (const [slot, amount] of amounts) total.set(slot, (total.get(slot) ?? 0n) + times * amount);
}

function difference(into: Bill, out: Bill, group: bigint): Bill {
  const sum = new Map(into.map((entry) => [entry.slot, { ...entry, amount: entry.amount * group }]));
  for (const entry of out) {
    const amount = (sum.get(entry.slot)?.amount ?? 0n) - entry.amount * group;
    sum.set(entry.slot, { ...entry, amount });
  }
  return [...sum.values()];
}

/** Only what an object adds is checked, and being exactly full is fine. */
function howMany(ledger: Ledger, bill: Bill, wanted: number): number {
  let fitting = BigInt(wanted);
  for (const { slot, amount } of bill) {
    const free = (ledger.slots[slot]?.hard.nano ?? 0n) - (ledger.used[slot] ?? 0n);
    const count = free < amount ? 0n : free / amount;
    if (count < fitting) fitting = count;
    if (fitting === 0n) return 0;
  }
  return Number(fitting);
}

/** @param into - what is asked for in each step; only its slots are checked */
function howManySteps(ledger: Ledger, into: Bill, step: Bill, wanted: number): number {
  const checked = new Set(into.map(({ slot }) => slot));
  let fitting = BigInt(wanted);
  for (const { slot, amount } of step) {
    if (!checked.has(slot)) continue;
    const free = (ledger.slots[slot]?.hard.nano ?? 0n) - (ledger.used[slot] ?? 0n);
    if (free < amount) return 0;
    if (amount > 0n && free / amount < fitting) fitting = free / amount;
  }
  return Number(fitting);
}
