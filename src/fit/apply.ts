import { admitObject, type Refusal } from '../admission/admission.ts';
import type { Room } from '../demand/room.ts';
import { objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { readWorkload, type Workload } from '../workload/workload.ts';
import { isAutoscaler, readAutoscaler, scaleWithin, targetOf, type Autoscaler } from './autoscaler.ts';
import { billCharge } from './bill.ts';
import { charge, forkLedger, quotasOf, roomIn, type Bill, type Ledger } from './ledger.ts';
import { findMaxReplicas } from './max-replicas.ts';
import { keepNodePorts } from './keep-node-ports.ts';
import { keyOf } from './owned.ts';
import type { Holdings, Play, Settlement } from './play.ts';
import { castWorkload, keepReplicas, type Casting } from './play-workload.ts';
import { childrenOf } from './side-objects.ts';
import {
  explainRefusal,
  findStored,
  priceObject,
  priceStored,
  printCost,
  type Attempt,
  type Item,
  type World,
} from './world.ts';

/** A workload whose controller was played. */
export interface Played {
  readonly play: Play;
  replicas: number;
  settlement: Settlement;
  /** As it stood before, to ask what else could have come of it. */
  readonly start: Play;
  /** What existed of it before. */
  readonly before: Holdings;
  readonly maxReplicas: number | null;
  autoscaler: Autoscaler | null;
  /** The last refusal that the controller met; its events stay, also when it got its pods in the end. */
  lastRefusal: MetRefusal | null;
}

/** An object that was refused, and what quotas held then. */
interface MetRefusal {
  readonly attempt: Attempt;
  readonly ledger: Ledger;
}

/** What came of one object of the release. */
export interface Applied {
  /** As the release has it. */
  readonly written: KubernetesObject;
  /** As it is stored then. */
  readonly object: KubernetesObject;
  readonly outcome: 'refused' | 'stored' | 'unknown';
  readonly refusal: Refusal | null;
  readonly missing: readonly string[];
  readonly workload: Workload | null;
  readonly casting: Casting | null;
  readonly played: Played | null;
  /** What a refused object would have added itself. */
  readonly refusedBill: Bill;
}

/** A namespace, and what was played in it so far. */
export interface Stage {
  readonly world: World;
  /** In the order of the release. */
  readonly applied: Applied[];
  /** Workloads of the state that the release set in motion, by `keyOf`. */
  readonly others: Map<string, Played>;
  /** By the `keyOf` of what they scale. */
  readonly autoscalers: Map<string, Autoscaler>;
  /** How many nodes a DaemonSet finds; `null` to count those of the state. */
  readonly nodes: number | null;
}

export function openStage(world: World, nodes: number | null): Stage {
  const scalers = [...world.stored.values()].filter(isAutoscaler);
  const autoscalers = new Map(scalers.map((object) => [targetOf(object), readAutoscaler(object)]));
  return { world, applied: [], others: new Map(), autoscalers, nodes };
}

/** Writes one object, and plays its controller until it has settled. */
export function applyObject(stage: Stage, written: KubernetesObject): void {
  const { world } = stage;
  const before = findStored(world, written);
  const object = keepStatus(keepNodePorts(keepReplicas(written, before), before), before);
  const workload = readWorkload(object, world.options.kinds ?? new Map());
  const admission = before === null ? admitNew(world, object) : admitUpdate(world, object, before);
  const casting = workload === null ? null : castWorkload(world, workload, before, stage.nodes);
  const earlier = before === null ? null : meetEarlierRefusal(stage, before, casting);
  const isStored = admission.outcome === 'stored';
  if (isStored) {
    world.stored.set(keyOf(object), object);
    if (before === null) storeChildren(world, object, workload);
  }
  const played =
    isStored && casting?.kind === 'play' ? playCast(stage, object, casting, before === null, earlier) : null;
  stage.applied.push({ written, object, ...admission, workload, casting, played });
  if (isStored && isAutoscaler(object)) scaleTarget(stage, object);
}

/** Who writes an object says nothing about its status: what controllers said stays, and a new object has none. */
function keepStatus(object: KubernetesObject, before: KubernetesObject | null): KubernetesObject {
  const status = before?.value['status'];
  return object.value['status'] === status ? object : { ...object, value: { ...object.value, status } };
}

type Admitted = Pick<Applied, 'missing' | 'outcome' | 'refusal' | 'refusedBill'>;

function admitNew(world: World, object: KubernetesObject): Admitted {
  const item = priceObject(world, { object });
  const { missing } = item;
  if (item.unknown) return { outcome: 'unknown', refusal: null, missing, refusedBill: [] };
  if (roomIn<Item>(world.ledger).create([item], 1) === 1) {
    return { outcome: 'stored', refusal: null, missing, refusedBill: [] };
  }
  return { outcome: 'refused', refusal: explainRefusal(world, { object }), missing, refusedBill: item.bill };
}

/** Only growth is asked for, but what shrinks is given back. */
function admitUpdate(world: World, object: KubernetesObject, old: KubernetesObject): Admitted {
  const { namespace, ledger, cluster, options } = world;
  const item = priceObject(world, { object, old });
  // Mostly nothing that quota counts has changed, and then it has nothing to say.
  if (!item.barred && printCost(item) === printCost(priceStored(world, old))) {
    return { outcome: 'stored', refusal: null, missing: item.missing, refusedBill: [] };
  }
  const held = { ...namespace, quotas: quotasOf(ledger, namespace.quotas) };
  const admission = admitObject({ object, old }, held, cluster, options);
  switch (admission.kind) {
    case 'admitted': {
      const bill = billCharge(namespace.quotas, admission.charge);
      charge(ledger, givenBack(object, old, bill, priceStored(world, old).bill), -1);
      charge(ledger, bill, 1);
      return { outcome: 'stored', refusal: null, missing: admission.missing, refusedBill: [] };
    }
    case 'refused':
      return { outcome: 'refused', refusal: admission, missing: [], refusedBill: [] };
    case 'unknown':
      return { outcome: 'unknown', refusal: null, missing: admission.missing, refusedBill: [] };
  }
}

/**
 * What a quota counts less for a stored object once another version takes its place. Admission only ever adds; a Service that gets fewer
 * ports is counted anew where its type changes, else with the next full count, minutes later.
 * @see k8s.io/kubernetes/pkg/controller/resourcequota `DefaultUpdateFilter`
 */
function givenBack(object: KubernetesObject, old: KubernetesObject, bill: Bill, before: Bill): Bill {
  if (object.kind !== 'Service' || countedType(object) !== countedType(old)) return before;
  const now = new Map(bill.map(({ slot, amount }) => [slot, amount]));
  return before.map((entry) => {
    const amount = now.get(entry.slot) ?? 0n;
    return amount < entry.amount ? { ...entry, amount } : entry;
  });
}

/** @see k8s.io/kubernetes/pkg/quota/v1/evaluator/core `GetQuotaServiceType` */
function countedType({ value }: KubernetesObject): string {
  const type = stringAt(value, 'spec', 'type');
  return type === 'NodePort' || type === 'LoadBalancer' ? type : '';
}

function playCast(
  stage: Stage,
  object: KubernetesObject,
  { play, replicas: own, scales }: Extract<Casting, { kind: 'play' }>,
  isNew: boolean,
  earlier: MetRefusal | null,
): Played {
  const { ledger } = stage.world;
  const autoscaler = (scales ? stage.autoscalers.get(keyOf(object)) : undefined) ?? null;
  const replicas = autoscaler === null ? own : scaleWithin(autoscaler, own);
  const start = play.copy();
  const before = isNew ? [] : play.held();
  const maxReplicas = scales && !play.unknown ? findMaxReplicas(start, ledger, isNew) : null;
  const { room, met } = watchRoom(ledger);
  const settlement = play.settle(replicas, room);
  const lastRefusal = met() ?? earlier;
  return { play, replicas, settlement, start, before, maxReplicas, autoscaler, lastRefusal };
}

/** A room that remembers the last refusal. */
function watchRoom(ledger: Ledger): { readonly room: Room<Item>; readonly met: () => MetRefusal | null } {
  let met: MetRefusal | null = null;
  const room = roomIn<Item>(ledger, (attempt) => {
    met = { attempt, ledger: forkLedger(ledger) };
  });
  return { room, met: () => met };
}

/** What was refused to a workload of the state that lacks pods there. */
function meetEarlierRefusal(stage: Stage, before: KubernetesObject, now: Casting | null): MetRefusal | null {
  if (now?.kind !== 'play') return null;
  const { world, nodes } = stage;
  const stored = readWorkload(before, world.options.kinds ?? new Map());
  const [template] = stored?.templates ?? [];
  if (stored === null || template?.replicas.kind === 'unknown') return null;
  if (template?.replicas.kind === 'count' && now.play.count() >= template.replicas.count) return null;
  const casting = castWorkload(world, stored, before, nodes);
  if (casting.kind !== 'play' || now.play.count() >= casting.replicas) return null;
  const { room, met } = watchRoom(forkLedger(world.ledger));
  casting.play.settle(casting.replicas, room);
  return met();
}

/** Objects that controllers make beside pods are made if there is room; nobody waits for them. */
function storeChildren(world: World, object: KubernetesObject, workload: Workload | null): void {
  const room = roomIn<Item>(world.ledger);
  for (const child of childrenOf(object, workload)) room.create([priceStored(world, child)], 1);
}

function scaleTarget(stage: Stage, object: KubernetesObject): void {
  const target = targetOf(object);
  const autoscaler = readAutoscaler(object);
  stage.autoscalers.set(target, autoscaler);
  const played = stage.applied.find((one) => keyOf(one.object) === target)?.played ?? findOther(stage, target);
  if (played === null) return;
  played.autoscaler = autoscaler;
  settleAgain(stage, played, scaleWithin(autoscaler, played.replicas));
}

function settleAgain({ world }: Stage, played: Played, replicas: number): void {
  played.replicas = replicas;
  const { rolls } = played.settlement;
  const { room, met } = watchRoom(world.ledger);
  const settlement = played.play.settle(replicas, room);
  played.lastRefusal = met() ?? played.lastRefusal;
  played.settlement = { ...settlement, rolls: rolls || settlement.rolls };
}

/** A workload of the state, as it stands there. */
function findOther(stage: Stage, key: string): Played | null {
  const known = stage.others.get(key);
  const object = stage.world.stored.get(key);
  if (known !== undefined || object === undefined) return known ?? null;
  const workload = readWorkload(object, stage.world.options.kinds ?? new Map());
  const casting = workload === null ? null : castWorkload(stage.world, workload, object, stage.nodes);
  if (casting?.kind !== 'play' || workload?.family === 'Pod') return null;
  const played = playCast(stage, object, casting, false, null);
  stage.others.set(key, played);
  return played;
}

/** Controllers that were refused try again, and again: room that came free later on is taken at last. */
export function retryBlocked(stage: Stage): void {
  const { world } = stage;
  for (const key of listNeighbours(stage)) findOther(stage, key);
  for (;;) {
    const used = world.ledger.used.join(' ');
    const all = [...stage.applied.map(({ played }) => played), ...stage.others.values()];
    for (const played of all) {
      if (played !== null && played.settlement.refused !== null) settleAgain(stage, played, played.replicas);
    }
    if (world.ledger.used.join(' ') === used) return;
  }
}

/** Workloads of the state that nobody owns and the release does not write. */
function listNeighbours({ world, applied }: Stage): readonly string[] {
  const written = new Set(applied.map(({ object }) => keyOf(object)));
  return [...world.stored]
    .filter(([key, object]) => !written.has(key) && objectAt(object.value, 'metadata')['ownerReferences'] === undefined)
    .map(([key]) => key);
}
