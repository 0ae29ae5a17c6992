import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { originalOf } from '../recurring.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { readAutoscaler, isAutoscaler, targetOf, type Autoscaler } from './autoscaler.ts';
import { learnInjected } from './learn-injected.ts';
import { addAmounts, type SlotAmounts } from './ledger.ts';
import { openWorld, type WorldSettings } from './open-world.ts';
import { isActivePod, isOwned, isTerminating, keyOf } from './owned.ts';
import { createClaimTest, findSetClaims } from './set-claims.ts';
import { keepStaying, listStaying } from './staying.ts';
import type { SteadyCast } from './steady-cast.ts';
import { findPrice, priceSteady, sumCommitment, type Priced, type SteadyPrice } from './steady-price.ts';
import { countAdmitted, findOwner, type Tally } from './tally.ts';
import type { World } from './world.ts';

/** What one root owner has promised: everything that exists because of it once its controller has what it asks for. */
export interface Commitment {
  readonly object: KubernetesObject;
  readonly wanted: SlotAmounts;
}

/**
 * The steady demand of a namespace: of each object that nobody owns what it asks for, whether it exists yet or not. So
 * pods that are still missing are not forgotten, and a rollout is not counted twice.
 */
export interface Commitments {
  readonly world: World;
  readonly roots: ReadonlyMap<string, Commitment>;
  /** Admitted, but not in the state yet; they take the place of their like, also among `roots`. */
  readonly pending: ReadonlyMap<string, Commitment>;
  /** By the `keyOf` of what they scale. */
  readonly autoscalers: ReadonlyMap<string, Autoscaler>;
  readonly total: SlotAmounts;
  /** What a workload asks for beside itself, in the steady state. */
  readonly price: (object: KubernetesObject) => SteadyPrice;
  /** What an object asks for with itself. */
  readonly wanted: (object: KubernetesObject) => SlotAmounts;
  /** What was worked out elsewhere for an object, by the same bounds; `undefined` for all others. */
  readonly foretold: (object: KubernetesObject) => SteadyCast | undefined;
  /** Takes it over; it is believed for as long as these bounds hold. */
  readonly foretell: (object: KubernetesObject, cast: SteadyCast) => void;
}

/** Works out what a namespace has promised, and remembers what it worked out for as long as it holds. */
export interface Committer {
  (namespace: NamespaceState, settings: WorldSettings, pending: readonly KubernetesObject[]): Commitments;
  /**
   * The prices that the next call needs for this state, one a step, for whoever cannot wait for all of them at once; `null`
   * where they are known, or few.
   */
  readonly prepare: (namespace: NamespaceState, settings: WorldSettings) => Iterable<void> | null;
}

/** What was worked out for a namespace as long as its bounds hold: a price hangs on nothing else beside the object. */
interface PriceBook {
  readonly bounds: unknown;
  readonly settings: WorldSettings;
  /** The state by which it was last found to hold. */
  checked: NamespaceState;
  /** Of what the state held the last time. */
  prices: Map<KubernetesObject, Priced>;
  /** The object that was priced last: what is judged now is what is reserved next. */
  recent: readonly [KubernetesObject, Priced] | null;
  readonly recurring: WeakMap<JsonObject, Priced>;
  readonly foretold: WeakMap<KubernetesObject, SteadyCast>;
  /** Of pods and ReplicaSets, what they hold. */
  readonly bills: WeakMap<KubernetesObject, SlotAmounts>;
  /** What states held that were the same object. */
  readonly bases: WeakMap<NamespaceState, Commitments>;
  tally: Tally | null;
}

/** Earlier revisions are kept for rollbacks, and nobody follows them: only their quota knows how many there are. */
const UNSEEN = 'count/controllerrevisions.apps';

/** How many namespaces are remembered. */
const MEMORY = 256;
/** To price fewer objects takes some milliseconds. */
const FEW = 100;

/**
 * A namespace whose state is the same object as the last time costs nothing but its pending objects; one that changed
 * costs the prices of what changed, unless its quotas or limit ranges did.
 */
export function createCommitter(): Committer {
  const books = new Map<string, PriceBook>();
  const bookOf = (namespace: NamespaceState, settings: WorldSettings): PriceBook => {
    const known = books.get(namespace.name);
    const isChecked = known?.checked === namespace || isKnown(known, namespace);
    if (known !== undefined && isChecked && isSameSettings(known.settings, settings)) return known;
    const bounds = boundsOf(namespace);
    if (known !== undefined && isSameSettings(known.settings, settings) && isDeepStrictEqual(known.bounds, bounds)) {
      known.checked = namespace;
      return known;
    }
    books.delete(namespace.name);
    for (const [oldest] of books) {
      if (books.size < MEMORY) break;
      books.delete(oldest);
    }
    const book: PriceBook = {
      bounds,
      settings,
      checked: namespace,
      prices: new Map(),
      recent: null,
      recurring: new WeakMap(),
      foretold: new WeakMap(),
      bills: new WeakMap(),
      bases: new WeakMap(),
      tally: null,
    };
    books.set(namespace.name, book);
    return book;
  };
  const prepare: Committer['prepare'] = (namespace, settings) => {
    if (isKnown(books.get(namespace.name), namespace) || countObjects(namespace) <= FEW) return null;
    const book = bookOf(namespace, settings);
    // What is new since the last state is little.
    return book.prices.size > 0 ? null : priceInSteps(namespace, settings, book);
  };
  const commit = (...[namespace, settings, pending]: Parameters<Committer>): Commitments => {
    const book = bookOf(namespace, settings);
    const base = book.bases.get(namespace) ?? commitState(namespace, settings, book);
    book.bases.set(namespace, base);
    if (pending.length === 0) return base;
    book.tally = countAdmitted(book.tally, base, pending);
    return book.tally.commitments;
  };
  return Object.assign(commit, { prepare });
}

const isKnown = (book: PriceBook | undefined, namespace: NamespaceState): boolean =>
  book?.bases.has(namespace) === true;

function countObjects({ objects }: NamespaceState): number {
  let count = 0;
  for (const list of objects.values()) count += list.length;
  return count;
}

/** Quotas without what is used of them, which a price does not hang on; limit ranges, and what webhooks inject. */
function boundsOf(namespace: NamespaceState): unknown {
  const { quotas, limitRanges } = namespace;
  return {
    limitRanges,
    quotas: quotas.map((quota) => ({ ...quota, used: null })),
    injection: learnInjected(namespace),
  };
}

function isSameSettings(a: WorldSettings, b: WorldSettings): boolean {
  return a.cluster === b.cluster && a.volumes === b.volumes && a.injected === b.injected && a.options === b.options;
}

function* priceInSteps(namespace: NamespaceState, settings: WorldSettings, book: PriceBook): Iterable<void> {
  const { owning, priceBy } = listOwning(namespace, settings, book);
  for (const object of owning.values()) {
    if (book.prices.has(object)) continue;
    book.prices.set(object, priceBy(undefined, object));
    yield;
  }
}

/** What nobody owns, by key, and what prices it. */
function listOwning(namespace: NamespaceState, settings: WorldSettings, book: PriceBook) {
  const { world } = openWorld(namespace, settings);
  const scalers = [...world.stored.values()].filter(isAutoscaler);
  const autoscalers = new Map(scalers.map((object) => [targetOf(object), readAutoscaler(object)]));
  const priceBy = (known: Priced | undefined, object: KubernetesObject): Priced =>
    findPrice(known, world, object, autoscalers, book.foretold.get(object));
  const isSetClaim = createClaimTest(world);
  const owning = new Map<string, KubernetesObject>();
  for (const [key, object] of world.stored) {
    if (isTerminating(object) || isOwned(world, object)) continue;
    if (isSetClaim(object) || (object.kind === 'Pod' && !isActivePod(object))) continue;
    owning.set(key, object);
  }
  return { world, autoscalers, owning, priceBy };
}

function commitState(namespace: NamespaceState, settings: WorldSettings, book: PriceBook): Commitments {
  const { world, autoscalers, owning, priceBy } = listOwning(namespace, settings, book);
  const prices = new Map<KubernetesObject, Priced>();
  const roots = new Map<string, Commitment>();
  const total = new Map<number, bigint>();
  const staying = listStaying(world, book.bills);
  for (const [key, object] of owning) {
    const priced = priceBy(book.prices.get(object), object);
    prices.set(object, priced);
    const wanted = keepStaying(priced, staying.get(object));
    roots.set(key, { object, wanted });
    addAmounts(total, wanted, 1n);
  }
  for (const [slot, { resource }] of world.ledger.slots.entries()) {
    const used = world.ledger.used[slot] ?? 0n;
    if (resource === UNSEEN && used > (total.get(slot) ?? 0n)) total.set(slot, used);
  }
  book.prices = prices;
  const find = (object: KubernetesObject): Priced => {
    if (book.recent?.[0] === object) return priceBy(book.recent[1], object);
    const original = originalOf(object.value);
    const known = prices.get(object) ?? (original === undefined ? undefined : book.recurring.get(original));
    const priced = priceBy(known, object);
    if (priced !== known && original !== undefined) book.recurring.set(original, priced);
    book.recent = [object, priced];
    return priced;
  };
  return {
    world,
    roots,
    pending: new Map(),
    autoscalers,
    total,
    price: (object) => find(object).price,
    wanted: (object) => find(object).wanted,
    foretold: (object) => book.foretold.get(object),
    foretell: (object, cast) => void book.foretold.set(object, cast),
  };
}

/** What an autoscaler asks for is judged as if there were none: its bounds are about to change. */
export function withoutAutoscalers(commitments: Commitments): Commitments {
  const { foretold, world } = commitments;
  const price = (object: KubernetesObject): SteadyPrice =>
    priceSteady(world, object, undefined, foretold(object), findSetClaims(world, object));
  const wanted = (object: KubernetesObject): SlotAmounts => sumCommitment(world, object, price(object));
  return { ...commitments, autoscalers: new Map(), price, wanted };
}

/** Who promised for an object: itself, or the one at the top of its owners. */
export function findRoot(commitments: Commitments, object: KubernetesObject): Commitment | undefined {
  const seen = new Set<string>();
  for (let key = keyOf(object), at = object; !seen.has(key);) {
    seen.add(key);
    const owner = findOwner(commitments, at);
    if (owner === undefined) return commitments.pending.get(key) ?? commitments.roots.get(key);
    at = owner;
    key = keyOf(owner);
  }
  return undefined;
}
