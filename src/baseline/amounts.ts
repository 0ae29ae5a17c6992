import type { JsonObject } from '../manifest/document.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { compareText } from '../report/order.ts';
import type { Quantity } from '../quantity/quantity.ts';

/**
 * The names under which rules give amounts in a finding's data, and which way is worse. Everything else in the data
 * (a container, a tag that happens to read `1.25`) says what the finding is about, not how bad it is.
 * People's own rules get the same by using the same names.
 */
const worseWhen: ReadonlyMap<string, 'larger' | 'smaller'> = new Map([
  ...['amount', 'count', 'effective', 'max', 'request', 'requested', 'size', 'total', 'used', 'wanted'].map(
    (name): [string, 'larger'] => [name, 'larger'],
  ),
  ...['hard', 'limit', 'maxReplicas', 'replicas'].map((name): [string, 'smaller'] => [name, 'smaller']),
]);

/**
 * Weigh the amounts beside them already: the first that there is alone tells what is worse, the larger. When smaller pods
 * leave fewer of them missing, a quota is used up more and nothing is worse.
 */
const decisive = ['missing', 'over', 'percent', 'ratio'] as const;

/** The names under which rules say which of several amounts at one place a finding is about. */
const aspects = ['quota', 'resource', 'side'] as const;

/** What tells apart findings of one rule at one place: the resource that is missing, the quota that is full. */
export function readAspect(data: JsonObject): string {
  return aspects.flatMap((name) => (typeof data[name] === 'string' ? [data[name]] : [])).join(' ');
}

/** The amounts of a finding's data as they are printed, by name in alphabetical order. */
export function readAmounts(data: JsonObject): Readonly<Record<string, string>> {
  const amounts: [string, string][] = [];
  for (const [name, value] of Object.entries(data)) {
    if (!isAmount(name) || (typeof value !== 'string' && typeof value !== 'number')) continue;
    if (toQuantity(String(value)) !== null) amounts.push([name, String(value)]);
  }
  return Object.fromEntries(amounts.sort(([a], [b]) => compareText(a, b)));
}

/** Whether some amount went the worse way: more was asked for, or less is allowed. An amount given only once says nothing. */
export function areWorse(now: Readonly<Record<string, string>>, then: Readonly<Record<string, string>>): boolean {
  const weight = decisive.find((name) => name in now && name in then);
  const names = weight === undefined ? Object.keys(now) : [weight];
  return names.some((name) => {
    const [a, b] = [toQuantity(now[name]), toQuantity(then[name])];
    if (a === null || b === null) return false;
    const order = compareQuantities(a, b);
    return worseWhen.get(name) === 'smaller' ? order < 0 : order > 0;
  });
}

function isAmount(name: string): boolean {
  return worseWhen.has(name) || decisive.some((weight) => weight === name);
}

function toQuantity(text: string | undefined): Quantity | null {
  const quantity = text === undefined ? null : parseQuantity(text);
  return quantity?.kind === 'quantity' ? quantity : null;
}
