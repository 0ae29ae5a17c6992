import type { AdmissionOptions, AdmissionRequest, Preparation, Refusal } from '../admission/admission.ts';
import { admitObject, prepareObject } from '../admission/admission.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { makeQuantity } from '../quantity/quantity.ts';
import { judgeQuotas } from '../quota/judge.ts';
import type { QuotaState } from '../quota/quota-state.ts';
import { objectKind } from '../quota/resource-name.ts';
import type { ClusterState, NamespaceState } from '../state/namespace-state.ts';
import { billOf, quotasOf, type Billed, type Ledger } from './ledger.ts';

/** One namespace while a release is played through it. */
export interface World {
  readonly namespace: NamespaceState;
  readonly cluster: ClusterState;
  /** PersistentVolumes of the cluster; `null` when not known. */
  readonly volumes: readonly KubernetesObject[] | null;
  readonly options: AdmissionOptions;
  readonly ledger: Ledger;
  /** The quotas without bounds: they tell what counts an object, not whether it fits. */
  readonly boundless: readonly QuotaState[];
  /** Objects of the release that were stored so far, by `keyOf`. */
  readonly stored: Map<string, KubernetesObject>;
}

/** An object that a person or a controller asks the API server to store, with what it costs. */
export interface Item extends Billed {
  /** Equal for items that cost the same, in all quotas. */
  readonly key: string;
  readonly request: AdmissionRequest;
  /** What was not known; the bill holds without it, unless `unknown`. */
  readonly missing: readonly string[];
  /** The bill is not known at all. */
  readonly unknown: boolean;
  /** Of a claim; `null` for other kinds. */
  readonly storageClassName: string | null;
}

export function keyOf(object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'name'>): string {
  return `${objectKind(object)}/${object.name}`;
}

/** The object as it is stored now: by the release, else in the state. */
export function findStored(world: World, object: KubernetesObject): KubernetesObject | null {
  const stored = world.stored.get(keyOf(object));
  if (stored !== undefined) return stored;
  const listed = world.namespace.objects.get(objectKind(object));
  return listed?.find(({ name }) => name === object.name) ?? null;
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
export function priceObject(world: World, request: AdmissionRequest): Item {
  const { namespace, cluster, options } = world;
  return priceCharge(world, request, prepareObject(request, namespace, cluster, options));
}

function priceCharge(world: World, request: AdmissionRequest, prepared: Preparation): Item {
  const barred: Item = {
    key: 'barred',
    request,
    bill: [],
    barred: true,
    missing: [],
    unknown: false,
    storageClassName: null,
  };
  switch (prepared.kind) {
    case 'refused':
      return barred;
    case 'unknown':
      return { ...barred, key: 'unknown', missing: prepared.missing, unknown: true };
    case 'ready': {
      const { storageClassName } = prepared;
      const verdict = judgeQuotas(
        world.boundless,
        { charge: prepared.charge, old: null },
        world.options.limitedResources,
      );
      const missing = [...prepared.missing, ...(verdict.kind === 'unknown' ? verdict.missing : [])];
      if (verdict.kind === 'refused') return { ...barred, missing, storageClassName };
      if (verdict.kind === 'unknown') return { ...barred, key: 'unknown', missing, unknown: true, storageClassName };
      const bill = billOf(world.ledger, verdict.charges);
      const key = bill.map(({ slot, amount }) => `${slot}=${amount}`).join(' ');
      return { key, request, bill, barred: false, missing, unknown: false, storageClassName };
    }
  }
}

/** Why the API server would refuse an object now, in its words and with all that stands in the way; `null` if it would not. */
export function explainRefusal(world: World, request: AdmissionRequest): Refusal | null {
  const quotas = quotasOf(world.ledger, world.namespace.quotas);
  const admission = admitObject(request, { ...world.namespace, quotas }, world.cluster, world.options);
  return admission.kind === 'refused' ? admission : null;
}
