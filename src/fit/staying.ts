import { fieldAt, integerAt, isTrueAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { addAmounts, amountsOf, type SlotAmounts } from './ledger.ts';
import { generationOf, isActivePod, isTerminating, ownerOf } from './owned.ts';
import type { Priced } from './steady-price.ts';
import { priceStored, type World } from './world.ts';

/** What there is of one workload that its controller leaves alone. */
export interface Staying {
  /** How many pods. */
  readonly count: number;
  /** What they hold as they are. */
  readonly pods: SlotAmounts;
  /** What ReplicaSets hold that are kept for rollbacks, with the present one. */
  readonly sets: SlotAmounts;
}

interface Sum {
  count: number;
  readonly pods: Map<number, bigint>;
  sets: SlotAmounts;
}

/**
 * What stays as it is, by root owner. Pods hold what they were made with, whatever a pod of the present template would be:
 * that is another one while a rollout is held back, and defaults, limit ranges, in-place resizes and vertical autoscalers
 * tell the same template and its pods apart. What a rollout replaces is not among them.
 * @param bills - what was worked out for objects by the same bounds
 */
export function listStaying(
  world: World,
  bills: WeakMap<KubernetesObject, SlotAmounts>,
): ReadonlyMap<KubernetesObject, Staying> {
  const { namespace, stored } = world;
  const staying = new Map<KubernetesObject, Sum>();
  const sumOf = (root: KubernetesObject): Sum => {
    const sum = staying.get(root) ?? { count: 0, pods: new Map<number, bigint>(), sets: noAmounts };
    staying.set(root, sum);
    return sum;
  };
  const billOf = (object: KubernetesObject): SlotAmounts => {
    const bill = bills.get(object) ?? amountsOf(priceStored(world, object).bill);
    bills.set(object, bill);
    return bill;
  };
  /** `null` where pods are about to be replaced. */
  const roots = new Map<KubernetesObject, KubernetesObject | null>();
  const findRoot = (owner: KubernetesObject): KubernetesObject | null => {
    const known = roots.get(owner);
    if (known !== undefined) return known;
    const root = climb(world, owner);
    const kept = leavesPods(root) ? root : null;
    roots.set(owner, kept);
    return kept;
  };
  for (const pod of namespace.objects.get('Pod') ?? []) {
    const owner = ownerOf(stored, pod);
    const root = owner === undefined || !isActivePod(pod) ? null : findRoot(owner);
    if (root === null) continue;
    const sum = sumOf(root);
    addAmounts(sum.pods, billOf(pod), 1n);
    sum.count += 1;
  }
  const sets = new Map<KubernetesObject, number>();
  for (const set of namespace.objects.get('ReplicaSet.apps') ?? []) {
    const owner = isTerminating(set) || billOf(set).size === 0 ? undefined : ownerOf(stored, set);
    if (owner?.kind !== 'Deployment') continue;
    const count = (sets.get(owner) ?? 0) + 1;
    sets.set(owner, count);
    if (count <= mostSets(owner)) sumOf(owner).sets = multiply(billOf(set), BigInt(count));
  }
  return staying;
}

const noAmounts: SlotAmounts = new Map();

/** ReplicaSets that a Deployment at rest has at most; all of them count alike. */
const mostSets = ({ value }: KubernetesObject): number => (integerAt(value, 'spec', 'revisionHistoryLimit') ?? 10) + 1;

const multiply = (amounts: SlotAmounts, times: bigint): SlotAmounts =>
  new Map([...amounts].map(([slot, amount]) => [slot, amount * times]));

function climb({ stored }: World, owner: KubernetesObject): KubernetesObject {
  const seen = new Set<KubernetesObject>();
  let root = owner;
  for (let next = ownerOf(stored, root); next !== undefined && !seen.has(next); next = ownerOf(stored, root)) {
    seen.add(next);
    root = next;
  }
  return root;
}

/** Whether a controller is done with its pods, or is kept from replacing them. Of custom kinds nobody knows. */
function leavesPods(root: KubernetesObject): boolean {
  const { spec, status } = { spec: objectAt(root.value, 'spec'), status: objectAt(root.value, 'status') };
  const strategy = fieldAt(spec, 'updateStrategy');
  const isDone = (all: string, updated: string): boolean =>
    generationOf(root) === integerAt(status, 'observedGeneration') &&
    (integerAt(status, all) ?? 0) === (integerAt(status, updated) ?? 0);
  switch (root.kind) {
    case 'Job':
    case 'ReplicaSet':
    case 'ReplicationController':
      return true;
    case 'Deployment':
      return isTrueAt(spec, 'paused') || isDone('replicas', 'updatedReplicas');
    case 'StatefulSet':
      return (
        stringAt(strategy, 'type') === 'OnDelete' ||
        (integerAt(strategy, 'rollingUpdate', 'partition') ?? 0) > 0 ||
        isDone('replicas', 'updatedReplicas')
      );
    case 'DaemonSet':
      return stringAt(strategy, 'type') === 'OnDelete' || isDone('currentNumberScheduled', 'updatedNumberScheduled');
    default:
      return false;
  }
}

/** Of each resource the more: what stays of a workload as it is, or what it asks for once nothing does. */
export function keepStaying({ price, wanted }: Priced, staying: Staying | undefined): SlotAmounts {
  if (staying === undefined) return wanted;
  // Of more pods than it asks for some are about to go.
  const isShrinking = price.kind === 'priced' && staying.count > price.replicas;
  const held = [...(isShrinking ? [] : staying.pods), ...staying.sets];
  const more = held.filter(([slot, amount]) => amount > (wanted.get(slot) ?? 0n));
  return more.length === 0 ? wanted : new Map([...wanted, ...more]);
}
