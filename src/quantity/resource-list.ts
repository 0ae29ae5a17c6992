import { addQuantities, compareQuantities, multiplyQuantity, subtractQuantities } from './arithmetic.ts';
import { zero, type Quantity, type ResourceList } from './quantity.ts';

// Counterparts of k8s.io/apiserver/pkg/quota/v1 resources.go. They never change their arguments.

/** Sum by name; a name that only one list has keeps its amount, written text included. */
export function addLists(a: ResourceList, b: ResourceList): ResourceList {
  const sum = new Map(a);
  for (const [name, amount] of b) {
    const other = a.get(name);
    sum.set(name, other === undefined ? amount : addQuantities(other, amount));
  }
  return sum;
}

/** The larger amount by name; on a tie that of `a`, whose notation and text then stay. */
export function maxLists(a: ResourceList, b: ResourceList): ResourceList {
  const most = new Map(a);
  for (const [name, amount] of b) {
    const other = a.get(name);
    if (other === undefined || compareQuantities(amount, other) > 0) most.set(name, amount);
  }
  return most;
}

/** `a - b` by name, negative results as zero; names of either list. */
export function growthOf(a: ResourceList, b: ResourceList): ResourceList {
  const growth = new Map<string, Quantity>();
  for (const [name, amount] of a) {
    const before = b.get(name);
    const more = before === undefined ? amount : subtractQuantities(amount, before);
    growth.set(name, more.nano > 0n ? more : zero);
  }
  for (const name of b.keys()) {
    if (!a.has(name)) growth.set(name, zero);
  }
  return growth;
}

/** Every amount `factor` times, for that many equal objects. */
export function multiplyList(list: ResourceList, factor: bigint): ResourceList {
  return factor === 1n ? list : new Map([...list].map(([name, amount]) => [name, multiplyQuantity(amount, factor)]));
}

/** Only the names that `names` has. */
export function maskList(list: ResourceList, names: { has: (name: string) => boolean }): ResourceList {
  return new Map([...list].filter(([name]) => names.has(name)));
}

export function withoutZeros(list: ResourceList): ResourceList {
  return new Map([...list].filter(([, amount]) => amount.nano !== 0n));
}

/** By code unit, which for resource names is the order of Go's sort.Strings. */
export function sortedNames(list: { keys: () => Iterable<string> }): string[] {
  return [...list.keys()].sort();
}
