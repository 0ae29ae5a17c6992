import { isDeepStrictEqual } from 'node:util';
import { isTrueAt, listAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { readWorkload } from '../workload/workload.ts';
import { readAutoscaler, isAutoscaler, scaleWithin, targetOf, type Autoscaler } from './autoscaler.ts';
import { learnInjected } from './learn-injected.ts';
import { sumBills, type Bill } from './ledger.ts';
import { openWorld, type WorldSettings } from './open-world.ts';
import { generationOf, isActivePod, isTerminating, keyOf, uidOf } from './owned.ts';
import { castWorkload } from './play-workload.ts';
import { priceStored, type World } from './world.ts';

/** In nano-units, by slot of the ledger. */
export type SlotAmounts = ReadonlyMap<number, bigint>;

/** What one root owner has promised: everything that exists because of it once its controller has what it asks for. */
interface Commitment {
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
}

/** What a workload asks for beside itself in the steady state, as if it were new: what it holds already counts once. */
type SteadyPrice =
  | { readonly kind: 'priced'; readonly wanted: SlotAmounts; readonly isBarred: boolean }
  /** Nothing of it runs in the steady state. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/** Works out what a namespace has promised, and remembers what it worked out for as long as it holds. */
export type Committer = (
  namespace: NamespaceState,
  settings: WorldSettings,
  pending: readonly KubernetesObject[],
) => Commitments;

/** What the price of an object hangs on beside itself. */
interface PriceBook {
  readonly bounds: unknown;
  readonly settings: WorldSettings;
  readonly prices: WeakMap<KubernetesObject, { readonly scaler: Autoscaler | undefined; readonly price: SteadyPrice }>;
  readonly bills: WeakMap<KubernetesObject, Bill>;
  /** What states held that were the same object. */
  readonly bases: WeakMap<NamespaceState, Commitments>;
  /** What was admitted only grows most of the time: what was worked out for the first of it still holds. */
  latest: {
    readonly base: Commitments;
    readonly admitted: readonly KubernetesObject[];
    readonly commitments: Commitments;
  } | null;
}

/** How many namespaces are remembered. */
const MEMORY = 256;

/**
 * A namespace whose state is the same object as the last time costs nothing but its pending objects; one that changed
 * costs the prices of what changed, unless its quotas or limit ranges did.
 */
export function createCommitter(): Committer {
  const books = new Map<string, PriceBook>();
  const bookOf = (namespace: NamespaceState, settings: WorldSettings): PriceBook => {
    const known = books.get(namespace.name);
    if (known?.bases.has(namespace) === true && isSameSettings(known.settings, settings)) return known;
    const bounds = boundsOf(namespace);
    if (known !== undefined && isSameSettings(known.settings, settings) && isDeepStrictEqual(known.bounds, bounds)) {
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
      prices: new WeakMap(),
      bills: new WeakMap(),
      bases: new WeakMap(),
      latest: null,
    };
    books.set(namespace.name, book);
    return book;
  };
  return (namespace, settings, pending) => {
    const book = bookOf(namespace, settings);
    const base = book.bases.get(namespace) ?? commitState(namespace, settings, book);
    book.bases.set(namespace, base);
    return addPending(base, pending, book);
  };
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

function commitState(namespace: NamespaceState, settings: WorldSettings, book: PriceBook): Commitments {
  const { world } = openWorld(namespace, settings);
  const scalers = [...world.stored.values()].filter(isAutoscaler);
  const autoscalers = new Map(scalers.map((object) => [targetOf(object), readAutoscaler(object)]));
  const price = (object: KubernetesObject): SteadyPrice => priceSteady(world, object, autoscalers, book);
  const roots = new Map<string, Commitment>();
  const claimPrefixes = listClaimPrefixes(world);
  const total = new Map<number, bigint>();
  for (const [key, object] of world.stored) {
    if (isTerminating(object) || ownerOf(world.stored, object) !== undefined) continue;
    if (isClaimOf(claimPrefixes, object) || (object.kind === 'Pod' && !isActivePod(object))) continue;
    const wanted = sumCommitment(world, object, price(object), book);
    roots.set(key, { object, wanted });
    for (const [slot, amount] of wanted) total.set(slot, (total.get(slot) ?? 0n) + amount);
  }
  return { world, roots, pending: new Map(), autoscalers, total, price };
}

function addPending(base: Commitments, admitted: readonly KubernetesObject[], book: PriceBook): Commitments {
  const { latest } = book;
  const goesOn = latest?.base === base && latest.admitted.every((object, index) => object === admitted[index]);
  const start = goesOn ? latest.commitments : base;
  const added = (goesOn ? admitted.slice(latest.admitted.length) : admitted).filter(
    (object) => !isShown(base.world.stored.get(keyOf(object)), object),
  );
  const commitments = added.length === 0 ? start : addRoots(start, base.roots, added, book);
  book.latest = { base, admitted, commitments };
  return commitments;
}

function addRoots(
  start: Commitments,
  stored: Commitments['roots'],
  added: readonly KubernetesObject[],
  book: PriceBook,
): Commitments {
  const none: SlotAmounts = new Map();
  const pending = new Map(start.pending);
  for (const object of added) pending.set(keyOf(object), { object, wanted: none });
  const total = new Map(start.total);
  const commitments = { ...start, pending, total };
  for (const object of added) {
    if (findOwner(commitments, object) !== undefined) continue;
    const key = keyOf(object);
    const wanted = sumCommitment(start.world, object, start.price(object), book);
    pending.set(key, { object, wanted });
    for (const [slot, amount] of stored.get(key)?.wanted ?? []) total.set(slot, (total.get(slot) ?? 0n) - amount);
    for (const [slot, amount] of wanted) total.set(slot, (total.get(slot) ?? 0n) + amount);
  }
  return commitments;
}

/** Whether the state holds an object as it was admitted, or as somebody wrote it since. */
function isShown(stored: KubernetesObject | undefined, admitted: KubernetesObject): boolean {
  const generation = generationOf(admitted);
  return (
    stored !== undefined && generation > 0 && generationOf(stored) >= generation && uidOf(stored) === uidOf(admitted)
  );
}

/** What an autoscaler asks for is judged as if there were none: its bounds are about to change. */
export function withoutAutoscalers(commitments: Commitments): Commitments {
  const price = (object: KubernetesObject): SteadyPrice => castSteady(commitments.world, object, undefined);
  return { ...commitments, autoscalers: new Map(), price };
}

/** The object as it is stored, or soon will be. */
export function findCommitted({ world, pending }: Commitments, key: string): KubernetesObject | undefined {
  return pending.get(key)?.object ?? world.stored.get(key);
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

function findOwner(commitments: Commitments, object: KubernetesObject): KubernetesObject | undefined {
  return ownerOf({ get: (key) => findCommitted(commitments, key) }, object);
}

function priceSteady(
  world: World,
  object: KubernetesObject,
  autoscalers: Commitments['autoscalers'],
  { prices }: PriceBook,
): SteadyPrice {
  const scaler = autoscalers.get(keyOf(object));
  const known = prices.get(object);
  if (known !== undefined && isDeepStrictEqual(known.scaler, scaler)) return known.price;
  const price = castSteady(world, object, scaler);
  prices.set(object, { scaler, price });
  return price;
}

function castSteady(world: World, object: KubernetesObject, scaler: Autoscaler | undefined): SteadyPrice {
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  if (workload === null || workload.family === 'Pod') return { kind: 'idle' };
  const casting = castWorkload(world, workload, null, null);
  if (casting.kind !== 'play') return casting;
  const { play } = casting;
  if (play.unknown) return { kind: 'unknown', missing: play.missing };
  const wanted = play.wanted(scaler === undefined ? casting.replicas : scaleWithin(scaler, casting.replicas));
  return {
    kind: 'priced',
    wanted: amountsOf(sumBills(wanted)),
    isBarred: wanted.some(([item, count]) => item.barred && count > 0),
  };
}

/** An object with all that it asks for. */
function sumCommitment(world: World, object: KubernetesObject, price: SteadyPrice, { bills }: PriceBook): SlotAmounts {
  const bill = bills.get(object) ?? priceStored(world, object).bill;
  bills.set(object, bill);
  const wanted = amountsOf(bill);
  if (price.kind !== 'priced') return wanted;
  for (const [slot, amount] of price.wanted) wanted.set(slot, (wanted.get(slot) ?? 0n) + amount);
  return wanted;
}

export function amountsOf(bill: Bill): Map<number, bigint> {
  return new Map(bill.map(({ slot, amount }) => [slot, amount]));
}

/** The controller of an object, where it is there itself: then it speaks for what it owns. */
function ownerOf(
  stored: Pick<ReadonlyMap<string, KubernetesObject>, 'get'>,
  object: KubernetesObject,
): KubernetesObject | undefined {
  const owner = listAt(object.value, 'metadata', 'ownerReferences').find((one) => isTrueAt(one, 'controller'));
  return owner === undefined
    ? undefined
    : stored.get(
        keyOf({
          apiVersion: stringAt(owner, 'apiVersion'),
          kind: stringAt(owner, 'kind'),
          name: stringAt(owner, 'name'),
        }),
      );
}

/** How the claims of StatefulSets begin; nothing owns them, but their StatefulSet asks for them. */
function listClaimPrefixes({ stored }: World): readonly string[] {
  return [...stored.values()].flatMap(({ kind, name, value }) =>
    kind === 'StatefulSet'
      ? listAt(value, 'spec', 'volumeClaimTemplates').map((claim) => `${stringAt(claim, 'metadata', 'name')}-${name}-`)
      : [],
  );
}

function isClaimOf(prefixes: readonly string[], { kind, name }: KubernetesObject): boolean {
  return (
    kind === 'PersistentVolumeClaim' &&
    prefixes.some((prefix) => name.startsWith(prefix) && /^\d+$/u.test(name.slice(prefix.length)))
  );
}
