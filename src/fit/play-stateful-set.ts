import { countRuns, endOf, joinRuns, within, type Run } from '../demand/ordinal-runs.ts';
import { statefulSetPeaks } from '../demand/peak.ts';
import { isSameTemplate } from '../demand/same-template.ts';
import { readStatefulSetSpec, type StatefulSetSpec } from '../demand/stateful-set-spec.ts';
import { settleStatefulSet, type OrdinalPod, type StatefulPods, type StatefulRefusal } from '../demand/stateful-set.ts';
import { fieldAt, integerAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { countAssumedPods } from './assumed-pods.ts';
import { claimBinds } from './claim-binding.ts';
import { addClaimVolumes } from './made-template.ts';
import { isActivePod, isReadyPod, ownedBy, templateOf } from './owned.ts';
import type { Holdings, Play } from './play.ts';
import { claimOf, makePod, pricePod, type PodParts } from './pod-parts.ts';
import {
  findRevision,
  heldRevisions,
  readRevisions,
  storeRevision,
  wantedRevisions,
  type Revisions,
} from './revisions.ts';
import { priceObject, priceStored, printCost, type Attempt, type Item, type World } from './world.ts';

export function playStatefulSet(world: World, object: KubernetesObject, before: KubernetesObject | null): Play {
  const pods = readPods(world, object, before);
  return createPlay(world, object, pods, readRevisions(world, object, before));
}

function createPlay(world: World, object: KubernetesObject, pods: StatefulPods<Item>, revisions: Revisions): Play {
  const specOf = (replicas: number): StatefulSetSpec =>
    readStatefulSetSpec(object.value, replicas, world.options.kubernetesMinor);
  return {
    settle: (replicas, room) => {
      const spec = specOf(replicas);
      const rolls = countOutdated(spec, pods) > 0;
      const stored = storeRevision(revisions, room);
      const refusal = stored ? settleStatefulSet(spec, pods, room).refused : null;
      const lacking = pods.runs.find((run) => run.lacking.length > 0)?.lacking[0] ?? null;
      const created = countRuns(pods.runs);
      const complete = stored && refusal === null && created === replicas && countOutdated(spec, pods) === 0;
      const refused = stored ? (refusal === null ? lacking : attemptOf(world, object, refusal)) : revisions.revision;
      return { desired: replicas, created, complete, rolls, refused };
    },
    copy: () => {
      const claims = new Map([...pods.claims].map(([ordinal, held]) => [ordinal, new Map(held)]));
      return createPlay(world, object, { ...pods, claims }, { ...revisions });
    },
    unit: [pods.updated.pod, ...pods.updated.ephemeral, ...pods.claimItems],
    count: () => countRuns(pods.runs),
    held: () => [
      ...pods.runs.flatMap(({ items, count }) => items.map((item) => [item, count] as const)),
      ...heldClaims(pods),
      ...heldRevisions(revisions),
    ],
    wanted: (replicas) => [
      ...wholePods(pods.updated, replicas),
      ...heldClaims(pods),
      ...missingClaims(specOf(replicas), pods),
      ...wantedRevisions(revisions),
    ],
    peaks: (replicas) => {
      const spec = specOf(replicas);
      const old = countRuns(pods.runs);
      const moved = replicas - countRuns(within(pods.runs, spec.start, spec.start + replicas));
      if (old === 0 || (countOutdated(spec, pods) === 0 && moved <= replicas - old)) return [];
      const claims = [...heldClaims(pods), ...missingClaims(spec, pods), ...wantedRevisions(revisions)];
      return statefulSetPeaks({ old, updated: 0, desired: replicas }, moved).map((mix) => ({
        pods: mix.old + mix.updated,
        holdings: [...oldPods(pods, mix.old), ...wholePods(pods.updated, mix.updated), ...claims],
      }));
    },
    missing: pods.updated.pod.missing,
    unknown: pods.updated.pod.unknown,
  };
}

function wholePods({ pod, ephemeral }: OrdinalPod<Item>, count: number): Holdings {
  return [pod, ...ephemeral].map((item) => [item, count]);
}

function oldPods(pods: StatefulPods<Item>, count: number): Holdings {
  let left = count;
  return pods.runs.flatMap((run) => {
    const some = Math.min(left, run.count);
    left -= some;
    return run.items.map((item) => [item, some] as const);
  });
}

/** Pods that an update is to replace. */
function countOutdated(spec: StatefulSetSpec, pods: StatefulPods<Item>): number {
  if (spec.strategy.kind === 'OnDelete') return 0;
  const replaced = within(pods.runs, spec.start + spec.strategy.partition, spec.start + spec.replicas);
  return countRuns(replaced.filter((run) => !run.updated));
}

function heldClaims(pods: StatefulPods<Item>): Holdings {
  const named = [...pods.claims.values()].flatMap((held) => [...held.values()].map((item) => [item, 1] as const));
  const ordinals = [...pods.claims.keys()];
  const covered = pods.runs.map(
    (run) => run.count - ordinals.filter((ordinal) => run.first <= ordinal && ordinal < endOf(run)).length,
  );
  const unnamed = covered.reduce((sum, count) => sum + count, 0);
  return [...named, ...pods.claimItems.map((item) => [item, unnamed] as const)];
}

function missingClaims(spec: StatefulSetSpec, pods: StatefulPods<Item>): Holdings {
  const [from, to] = [spec.start, spec.start + spec.replicas];
  const covered = within(pods.runs, from, to);
  const bare = [...pods.claims].filter(
    ([ordinal]) =>
      from <= ordinal && ordinal < to && !covered.some((run) => run.first <= ordinal && ordinal < endOf(run)),
  );
  return pods.claimItems.map((item, template) => {
    const held = bare.filter(([, claims]) => claims.has(template)).length;
    return [item, Math.max(0, spec.replicas - countRuns(covered) - held)];
  });
}

/** The pod or claim of one ordinal, as the event on the StatefulSet has it. */
function attemptOf(world: World, object: KubernetesObject, refusal: StatefulRefusal): Attempt {
  const namespace = world.namespace.name;
  const podName = `${object.name}-${refusal.ordinal}`;
  const verb = world.options.kubernetesMinor >= 35 ? 'Create' : 'create';
  const event = (message: string): string =>
    `${verb} Pod ${podName} in StatefulSet ${object.name} failed error: ${message}`;
  if (refusal.kind === 'pod') {
    return { request: { object: makePod(world, addClaimVolumes(object, templateOf(object)), podName) }, tell: event };
  }
  const template = templatesOf(object)[refusal.template] ?? {};
  const claim = claimOf(template, `${stringAt(template, 'metadata', 'name')}-${podName}`, namespace);
  return { request: { object: claim }, tell: (message) => event(`failed to create PVC ${claim.name}: ${message}`) };
}

const templatesOf = (object: KubernetesObject): readonly JsonObject[] =>
  listAt(object.value, 'spec', 'volumeClaimTemplates').map((template) => objectAt(template));

function readPods(world: World, object: KubernetesObject, before: KubernetesObject | null): StatefulPods<Item> {
  const claimItems = templatesOf(object).map((template) => {
    const name = `${stringAt(template, 'metadata', 'name')}-${object.name}-*`;
    return priceObject(world, { object: claimOf(template, name, world.namespace.name) });
  });
  const binds = claimItems.every((item) => claimBinds(world, item));
  const price = (template: JsonObject): OrdinalPod<Item> => {
    const { pod, claims, becomesReady } = priceOrdinal(world, object, template);
    return { pod, ephemeral: claims, becomesReady: becomesReady && binds };
  };
  const updated = price(templateOf(object));
  const claims = readClaims(world, object);
  if (before === null) return { runs: [], claims, claimItems, updated, current: updated };
  const same = isSameTemplate(templateOf(before), templateOf(object));
  const current = same ? updated : price(templateOf(before));
  return { runs: readRuns(world, object, before, same ? updated : current), claims, claimItems, updated, current };
}

function priceOrdinal(world: World, object: KubernetesObject, template: JsonObject): PodParts {
  return pricePod(world, addClaimVolumes(object, template), `${object.name}-0`, (message) => message);
}

/** Claims that exist: those of ordinals that were scaled away, too. */
function readClaims(world: World, object: KubernetesObject): Map<number, Map<number, Item>> {
  const claims = new Map<number, Map<number, Item>>();
  const names = templatesOf(object).map((template) => `${stringAt(template, 'metadata', 'name')}-${object.name}-`);
  for (const claim of world.namespace.objects.get('PersistentVolumeClaim') ?? []) {
    const template = names.findIndex((name) => claim.name.startsWith(name) && isOrdinal(claim.name.slice(name.length)));
    if (template === -1) continue;
    const ordinal = Number(claim.name.slice(names[template]?.length));
    const held = claims.get(ordinal) ?? new Map<number, Item>();
    claims.set(ordinal, held.set(template, priceStored(world, claim)));
  }
  return claims;
}

const isOrdinal = (text: string): boolean => /^\d{1,10}$/u.test(text);

function readRuns(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject,
  version: OrdinalPod<Item>,
): readonly Run<Item>[] {
  const isUpdated = isUpdatedPod(world, object, before);
  const listed = ownedBy(world.owned, before, 'Pod').filter(isActivePod);
  const alike = new Map([[printCost(version.pod), version.pod]]);
  const runs = listed.flatMap((pod): Run<Item>[] => {
    const ordinal = pod.name.slice(before.name.length + 1);
    if (!isOrdinal(ordinal)) return [];
    const priced = priceStored(world, pod);
    const cost = printCost(priced);
    const item = alike.get(cost) ?? priced;
    alike.set(cost, item);
    const items = [item, ...version.ephemeral];
    return [
      { first: Number(ordinal), count: 1, items, lacking: [], becomesReady: isReadyPod(pod), updated: isUpdated(pod) },
    ];
  });
  const assumed = runs.length === 0 ? countAssumedPods(world, before) : 0;
  if (assumed === 0) return joinRuns(runs);
  const first = integerAt(before.value, 'spec', 'ordinals', 'start') ?? 0;
  const updated = isSameTemplate(templateOf(before), templateOf(object));
  const items = [version.pod, ...version.ephemeral];
  return [{ first, count: assumed, items, lacking: [], becomesReady: true, updated }];
}

/** Pods carry the name of their revision; with a changed template none is of the present one, unless it was rolled back. */
function isUpdatedPod(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject,
): (pod: KubernetesObject) => boolean {
  const revision = findRevision(world, object, before)?.name;
  const same = isSameTemplate(templateOf(before), templateOf(object));
  const name = revision ?? (same ? stringAt(fieldAt(before.value, 'status'), 'updateRevision') : null);
  if (name === null) return () => false;
  return (pod) => name === '' || stringAt(pod.value, 'metadata', 'labels', 'controller-revision-hash') === name;
}
