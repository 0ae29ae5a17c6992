import type { BlockedBy } from '../fit/fit-report.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';

/** What each pod asks for of a resource that is short, and the most that it may ask for if all pods are to exist. */
export interface PodShare {
  readonly asked: Quantity;
  readonly most: Quantity;
}

const podResource = /^(?:(?:requests|limits)\.)?(?:cpu|memory|ephemeral-storage)$/u;

/** `null` where lowering amounts cannot help: object counts, and quotas that are full without these pods. */
export function sharePods(
  { resource, requested, used, hard }: BlockedBy,
  created: number,
  desired: number,
): PodShare | null {
  const [asked, held, most] = [requested, used, hard].map(readAmount);
  if (!asked || !held || !most || desired === 0 || !podResource.test(resource)) return null;
  const room = most.nano - held.nano + asked.nano * BigInt(created);
  const share = roundDown(makeQuantity(room / BigInt(desired), asked.format), resource);
  return share.nano > 0n && share.nano < asked.nano ? { asked, most: share } : null;
}

function readAmount(text: string | null): Quantity | null {
  const amount = text === null ? null : parseQuantity(text);
  return amount?.kind === 'quantity' ? amount : null;
}

const milli = 1_000_000n;
const mebibyte = 1024n * 1024n * 1_000_000_000n;

/** To what people write: thousandths of a core, whole mebibytes. */
export function roundDown({ nano, format }: Quantity, resource: string): Quantity {
  if (resource.endsWith('cpu')) return makeQuantity(nano - (nano % milli), format);
  return nano < mebibyte ? makeQuantity(nano, format) : makeQuantity(nano - (nano % mebibyte), 'BinarySI');
}
