import type { AdmissionOptions, AdmissionRequest, Preparation, Refusal } from '../admission/admission.ts';
import { admitObject, chargeStored, prepareObject } from '../admission/admission.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { makeQuantity } from '../quantity/quantity.ts';
import type { Charge } from '../quota/charge.ts';
import { judgeQuotas } from '../quota/judge.ts';
import type { QuotaState } from '../quota/quota-state.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import { quotasOf, type Billed, type Ledger } from './ledger.ts';
import { billCharge } from './bill.ts';
import { keyOf, type OwnerIndex } from './owned.ts';

/** One namespace while a release is played through it. */
export interface World {
  readonly namespace: NamespaceState;
  readonly cluster: ClusterState;
  /** PersistentVolumes of the cluster; `null` when not known. */
  readonly volumes: readonly KubernetesObject[] | null;
  readonly options: AdmissionOptions;
  /** Containers that admission webhooks of the cluster add to every pod. */
  readonly injected: readonly JsonObject[];
  readonly ledger: Ledger;
  /** The quotas without bounds: they tell what counts an object, not whether it fits. */
  readonly boundless: readonly QuotaState[];
  /** What is stored now, of the state and of the release as far as it was played, by `keyOf`. */
  readonly stored: Map<string, KubernetesObject>;
  /** What controllers own in the state. */
  readonly owned: OwnerIndex;
}

/** A write of which its author tells what came of it: a controller puts the server's words into an event of its own. */
export interface Attempt {
  readonly request: AdmissionRequest;
  /** @param message - the server's words */
  readonly tell: (message: string) => string;
}

/** An object that a person or a controller asks the API server to store, with what it costs. */
export interface Item extends Attempt, Billed {
  /** What was not known; the bill holds without it, unless `unknown`. */
  readonly missing: readonly string[];
  /** The bill is not known at all. */
  readonly unknown: boolean;
  /** Of a claim; `null` for other kinds. */
  readonly storageClassName: string | null;
}

/** The object as it is stored now: by the release, else in the state. */
export function findStored(
  world: World,
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'name'>,
): KubernetesObject | null {
  return world.stored.get(keyOf(object)) ?? null;
}

/** More than any amount that anybody writes. */
const boundless = makeQuantity(1n << 256n, 'DecimalSI');

export function removeBounds(quotas: readonly QuotaState[]): readonly QuotaState[] {
  const none = makeQuantity(0n, 'DecimalSI');
  return quotas.map((quota) => ({
    ...quota,
    hard: new Map([...quota.hard.keys()].map((resource) => [resource, boundless])),
    used: new Map([...quota.hard.keys()].map((resource) => [resource, none])),
  }));
}

/** Works out once what an object costs, so that any number of its like can be stored without asking again. */
export function priceObject(world: World, request: AdmissionRequest, tell: Attempt['tell'] = asItIs): Item {
  const { namespace, cluster, options } = world;
  return priceCharge(world, { request, tell }, prepareObject(request, namespace, cluster, options));
}

/** The same for what a controller makes of an object that was let in, where it is as valid as that one. */
export function priceMade(world: World, object: KubernetesObject, tell: Attempt['tell']): Item {
  const charge = chargeStored(object, world.cluster, world.options);
  const prepared: Preparation = { kind: 'ready', charge, pod: null, storageClassName: null, missing: [] };
  return priceCharge(world, { request: { object }, tell }, prepared);
}

const asItIs = (message: string): string => message;

function priceCharge(world: World, attempt: Attempt, prepared: Preparation): Item {
  const { request, tell } = attempt;
  switch (prepared.kind) {
    case 'refused':
      return { request, tell, bill: [], barred: true, missing: [], unknown: false, storageClassName: null };
    case 'unknown': {
      const { missing } = prepared;
      return { request, tell, bill: [], barred: true, missing, unknown: true, storageClassName: null };
    }
    case 'ready': {
      const { charge, storageClassName } = prepared;
      const verdict = isPlain(charge, world.options.limitedResources)
        ? { kind: 'admitted' as const }
        : judgeQuotas(world.boundless, { charge, old: null }, world.options.limitedResources);
      const bill = billCharge(world.namespace.quotas, charge);
      return {
        request,
        tell,
        bill,
        barred: verdict.kind !== 'admitted',
        missing: [...prepared.missing, ...(verdict.kind === 'unknown' ? verdict.missing : [])],
        unknown: verdict.kind === 'unknown',
        storageClassName,
      };
    }
  }
}

/** Whether nothing but the amounts could be held against an object: mostly so, and then no quota need be asked. */
function isPlain({ of, traits }: Charge, limited: AdmissionOptions['limitedResources'] = []): boolean {
  if (limited.length > 0 || of.resource === null) return false;
  return traits.kind !== 'pod' || (traits.unspecified.size === 0 && traits.priorityClassName !== null);
}

/** Equal for items that cost the same, in all quotas. */
export function printCost({ barred, unknown, bill }: Item): string {
  return `${barred} ${unknown} ${bill.map(({ slot, amount }) => `${slot}=${amount}`).join(' ')}`;
}

/** An object that exists already, at what the quota controller counts for it: no admission, no defaults. */
export function priceStored(world: World, object: KubernetesObject): Item {
  const bill = billCharge(world.namespace.quotas, chargeStored(object, world.cluster, world.options));
  return {
    request: { object },
    tell: asItIs,
    bill,
    barred: false,
    missing: [],
    unknown: false,
    storageClassName: null,
  };
}

/**
 * Why the API server refuses an object, in its words and with all that stands in the way; `null` if it does not.
 * @param ledger - what quotas hold at that moment
 */
export function explainRefusal(world: World, request: AdmissionRequest, ledger: Ledger = world.ledger): Refusal | null {
  const quotas = quotasOf(ledger, world.namespace.quotas);
  const admission = admitObject(request, { ...world.namespace, quotas }, world.cluster, world.options);
  return admission.kind === 'refused' ? admission : null;
}
