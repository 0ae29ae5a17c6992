import { printQuantity } from '../quantity/print.ts';
import { zero, type Quantity, type ResourceList } from '../quantity/quantity.ts';
import { addLists, growthOf, maskList, multiplyList, sortedNames, withoutZeros } from '../quantity/resource-list.ts';
import type { Charge } from './charge.ts';
import { coversKey } from './covered-keys.ts';
import type { LimitedResource, QuotaState } from './quota-state.ts';
import { meetsScope, meetsScopes } from './scope.ts';

export type RefusalReason = 'exceeded-quota' | 'invalid' | 'limit-range' | 'must-specify' | 'other';

/** One quota and one resource of it that stand in the way. */
export interface Blocker {
  readonly quota: string;
  readonly resource: string;
  /** What this request adds; `null` where the quota only demands that the resource be specified. */
  readonly requested: Quantity | null;
  readonly used: Quantity | null;
  readonly hard: Quantity | null;
}

/**
 * `message` is the server's text without its `pods "web" is forbidden: ` front.
 * When several quotas refuse, the server names an arbitrary one: `message` has the first, `blockedBy` all.
 */
export type QuotaVerdict =
  | {
      readonly kind: 'admitted';
      /** What each quota that counts the object adds to its `used`, by quota name. */
      readonly charges: ReadonlyMap<string, ResourceList>;
    }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      readonly message: string;
      readonly blockedBy: readonly Blocker[];
    }
  /** A quota that matters has no known usage, or whether it covers the object is not known. */
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

export interface QuotaRequest {
  readonly charge: Charge;
  /** The stored object's charge on an update, so that only growth is counted; `null` on a create. */
  readonly old: Charge | null;
}

/** A quota that concerns an object, and those of its keys that do. */
interface Concerned {
  readonly quota: QuotaState;
  readonly keys: readonly string[];
}

/** What a quota would be charged; only names that grow. */
interface Demand extends Concerned {
  readonly requested: ResourceList;
}

/**
 * What all quotas of a namespace say to one write, in the server's order: containers that specify too little, quotas
 * without counted usage, resources that need a covering quota, then amounts. Exactly full is allowed, and what the
 * write does not raise is not looked at.
 * @see k8s.io/apiserver/pkg/admission/plugin/resourcequota `CheckRequest`
 */
export function judgeQuotas(
  quotas: readonly QuotaState[],
  { charge, old }: QuotaRequest,
  limited: readonly LimitedResource[] = [],
): QuotaVerdict {
  const missing = new Set<string>();
  const concerned = listConcerned(quotas, charge, missing);
  const early = refuseUnspecified(concerned, charge) ?? refuseUncounted(concerned);
  if (early !== null) return early;

  const growth = old === null ? charge.usage : growthOf(charge.usage, old.usage);
  const demands = concerned.map(({ quota, keys }): Demand => {
    const wasCovered = old !== null && meetsScopes(quota.scopes, old) === 'yes';
    return { quota, keys, requested: withoutZeros(wasCovered ? growth : charge.usage) };
  });
  const isIdle =
    concerned.length === 0 ? withoutZeros(growth).size === 0 : demands.every((d) => d.requested.size === 0);
  if (isIdle) return missing.size > 0 ? unknown(missing) : { kind: 'admitted', charges: new Map() };

  const uncovered = limited.length === 0 ? null : refuseUncovered(quotas, concerned, charge, limited);
  if (uncovered !== null) return uncovered;
  return judgeAmounts(demands, missing);
}

/**
 * How many further objects with the same charge all quotas let in, at most `wanted`, without looping over them;
 * `null` where that is not known.
 */
export function countFitting(quotas: readonly QuotaState[], charge: Charge, wanted: bigint): bigint | null {
  const missing = new Set<string>();
  const concerned = listConcerned(quotas, charge, missing);
  if (refuseUnspecified(concerned, charge) !== null || refuseUncounted(concerned) !== null) return 0n;
  let count = wanted;
  for (const { quota } of concerned) {
    for (const [name, amount] of charge.usage) {
      const hard = quota.hard.get(name);
      if (hard === undefined || amount.nano <= 0n) continue;
      if (quota.used === null) missing.add('quota status');
      const room = hard.nano - (quota.used?.get(name)?.nano ?? 0n);
      const fitting = room <= 0n ? 0n : room / amount.nano;
      if (fitting < count) count = fitting;
    }
  }
  return missing.size > 0 && count > 0n ? null : count;
}

/** The quotas after `times` objects with these charges were stored; negative for objects that went. */
export function applyCharges(
  quotas: readonly QuotaState[],
  charges: ReadonlyMap<string, ResourceList>,
  times: bigint,
): readonly QuotaState[] {
  return quotas.map((quota) => {
    const added = charges.get(quota.name);
    if (added === undefined || quota.used === null || times === 0n) return quota;
    return { ...quota, used: addLists(quota.used, multiplyList(added, times)) };
  });
}

function listConcerned(quotas: readonly QuotaState[], charge: Charge, missing: Set<string>): Concerned[] {
  const concerned: Concerned[] = [];
  for (const quota of quotas) {
    const keys = [...quota.hard.keys()].filter((key) => coversKey(charge, key));
    if (keys.length === 0) {
      if (mayCount(quota, charge)) missing.add(`plural of the kinds of ${charge.of.group}`);
      continue;
    }
    const match = meetsScopes(quota.scopes, charge);
    if (match === 'unknown') missing.add('priority classes');
    if (match === 'yes') concerned.push({ quota, keys });
    if (match === 'yes' && mayCountClass(keys, charge)) missing.add('storage classes');
  }
  return concerned;
}

/** Whether a quota counts some kind of a group of which we do not know how its kinds are called in the plural. */
function mayCount(quota: QuotaState, { of: { group, resource } }: Charge): boolean {
  return (
    resource === null && [...quota.hard.keys()].some((key) => key.startsWith('count/') && key.endsWith(`.${group}`))
  );
}

function mayCountClass(keys: readonly string[], { traits }: Charge): boolean {
  return (
    traits.kind === 'claim' && !traits.isClassKnown && keys.some((key) => key.includes('.storageclass.storage.k8s.io/'))
  );
}

function refuseUnspecified(concerned: readonly Concerned[], { traits }: Charge): QuotaVerdict | null {
  if (traits.kind !== 'pod' || traits.unspecified.size === 0) return null;
  const failed = concerned.flatMap(({ quota, keys }) => {
    const lacking = keys.filter((key) => traits.unspecified.has(key)).sort();
    return lacking.length === 0 ? [] : [{ quota, lacking }];
  });
  const [first] = failed;
  if (first === undefined) return null;
  const parts = first.lacking.map((key) => `${key} for: ${(traits.unspecified.get(key) ?? []).join(',')}`);
  return {
    kind: 'refused',
    reason: 'must-specify',
    message: `failed quota: ${first.quota.name}: must specify ${parts.join('; ')}`,
    blockedBy: failed.flatMap(({ quota, lacking }) => lacking.map((key) => blocker(quota, key, null))),
  };
}

function refuseUncounted(concerned: readonly Concerned[]): QuotaVerdict | null {
  const failed = concerned.filter(
    ({ quota, keys }) => quota.used !== null && keys.some((key) => !quota.used?.has(key)),
  );
  const [first] = failed;
  if (first === undefined) return null;
  return {
    kind: 'refused',
    reason: 'other',
    message: `status unknown for quota: ${first.quota.name}, resources: ${first.keys.toSorted().join(',')}`,
    blockedBy: failed.flatMap(({ quota, keys }) =>
      keys.filter((key) => !quota.used?.has(key)).map((key) => blocker(quota, key, null)),
    ),
  };
}

/** Resources and scopes that the server's own configuration limits to namespaces with a quota for them. */
function refuseUncovered(
  quotas: readonly QuotaState[],
  concerned: readonly Concerned[],
  charge: Charge,
  limited: readonly LimitedResource[],
): QuotaVerdict | null {
  const limiting = limited.filter(
    (entry) => entry.apiGroup === charge.of.group && entry.resource === charge.of.resource,
  );
  const covered = new Set(concerned.flatMap(({ keys }) => keys));
  const consumed = [...charge.usage]
    .filter(([name, amount]) => amount.nano > 0n && !covered.has(name))
    .map(([name]) => name)
    .filter((name) => limiting.some((entry) => entry.matchContains.some((part) => name.includes(part))));
  if (consumed.length > 0) return refuse(`insufficient quota to consume: ${consumed.sort().join(',')}`);

  const met = new Set(
    quotas
      .flatMap(({ scopes }) => scopes)
      .filter((c) => meetsScope(c, charge) === 'yes')
      .map((c) => c.scope),
  );
  const open = limited
    .flatMap((entry) => entry.matchScopes)
    .filter((condition) => meetsScope(condition, charge) === 'yes' && !met.has(condition.scope));
  if (open.length === 0) return null;
  const printed = open.map(({ scope, operator, values }) => `{${scope} ${operator} [${values.join(' ')}]}`);
  return refuse(`insufficient quota to match these scopes: [${printed.join(' ')}]`);
}

function judgeAmounts(demands: readonly Demand[], missing: Set<string>): QuotaVerdict {
  const charges = new Map<string, ResourceList>();
  const failed: (Demand & { readonly exceeded: readonly string[] })[] = [];
  for (const demand of demands) {
    const { quota } = demand;
    const requested = maskList(demand.requested, quota.hard);
    if (requested.size === 0) continue;
    if (quota.used === null) missing.add('quota status');
    const exceeded = sortedNames(requested).filter((name) => exceeds(quota, name, requested));
    if (exceeded.length > 0) failed.push({ ...demand, requested, exceeded });
    charges.set(quota.name, requested);
  }
  const [first] = failed;
  if (first !== undefined) {
    return {
      kind: 'refused',
      reason: 'exceeded-quota',
      message: printExceeded(first.quota, first.exceeded, first.requested),
      blockedBy: failed.flatMap(({ quota, requested, exceeded }) =>
        exceeded.map((name) => blocker(quota, name, requested.get(name) ?? null)),
      ),
    };
  }
  return missing.size > 0 ? unknown(missing) : { kind: 'admitted', charges };
}

function exceeds({ used, hard }: QuotaState, name: string, requested: ResourceList): boolean {
  if (used === null) return false;
  const after = (used.get(name)?.nano ?? 0n) + (requested.get(name)?.nano ?? 0n);
  return after > (hard.get(name)?.nano ?? 0n);
}

function printExceeded(quota: QuotaState, exceeded: readonly string[], requested: ResourceList): string {
  const print = (list: ResourceList | null): string =>
    exceeded.flatMap((name) => (list?.has(name) ? [`${name}=${printQuantity(list.get(name) ?? zero)}`] : [])).join(',');
  const [added, used, limited] = [print(requested), print(quota.used), print(quota.hard)];
  return `exceeded quota: ${quota.name}, requested: ${added}, used: ${used}, limited: ${limited}`;
}

function blocker(quota: QuotaState, resource: string, requested: Quantity | null): Blocker {
  const used = quota.used?.get(resource) ?? null;
  return { quota: quota.name, resource, requested, used, hard: quota.hard.get(resource) ?? null };
}

function refuse(message: string): QuotaVerdict {
  return { kind: 'refused', reason: 'other', message, blockedBy: [] };
}

function unknown(missing: ReadonlySet<string>): QuotaVerdict {
  return { kind: 'unknown', missing: [...missing].sort() };
}
