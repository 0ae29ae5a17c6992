import { podOf } from '../admission/admission.ts';
import { createGroup, type PodGroup, type PodSet } from '../demand/pod-set.ts';
import { fieldAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { claimBinds } from './claim-binding.ts';
import { nameMetadata } from './generated-name.ts';
import { injectedInto, learnInjected } from './learn-injected.ts';
import { isReadyPod } from './owned.ts';
import type { Holdings } from './play.ts';
import { priceObject, priceStored, printCost, type Attempt, type Item, type World } from './world.ts';

/** What a controller makes for one pod of a template. */
export interface PodParts {
  readonly pod: Item;
  /** Claims of generic ephemeral volumes, in the order of the volumes. */
  readonly claims: readonly Item[];
  /** False when a claim can never be bound, so that the pod waits for it forever. */
  readonly becomesReady: boolean;
}

/** @param name - of the pods; the generated part is `*` */
export function pricePod(world: World, template: JsonObject, name: string, tell: Attempt['tell']): PodParts {
  const spec = objectAt(template, 'spec');
  const pod = priceObject(world, { object: makePod(world, template, name) }, tell);
  const claims = listAt(spec, 'volumes').flatMap((volume) => {
    const claim = fieldAt(volume, 'ephemeral', 'volumeClaimTemplate');
    if (!isJsonObject(claim)) return [];
    const volumeName = stringAt(volume, 'name');
    const object = claimOf(claim, `${name}-${volumeName}`, world.namespace.name);
    return priceObject(
      world,
      { object },
      (message) => `ephemeral volume ${volumeName}: create PVC ${object.name}: ${message}`,
    );
  });
  return { pod, claims, becomesReady: claims.every((claim) => claimBinds(world, claim)) };
}

/**
 * The pod that a controller makes of a template, with what the cluster's webhooks add.
 * @param name - that of its maker and `-*`, or an ordinal
 */
export function makePod({ namespace, injected }: World, template: JsonObject, name: string): KubernetesObject {
  const [metadata, spec] = [objectAt(template, 'metadata'), objectAt(template, 'spec')];
  const learned = injectedInto(learnInjected(namespace), template, name.replace(/-(?:\*|\d+)$/u, ''));
  const own = listAt(spec, 'containers');
  const containers = addContainers(addContainers(own, injected), learned.containers);
  const ownInits = listAt(spec, 'initContainers');
  const inits = addContainers(addContainers(ownInits, learned.before, 'before'), learned.after);
  if (containers === own && inits === ownInits) return podOf({ metadata, spec }, name, namespace.name);
  const initContainers = inits.length === 0 ? {} : { initContainers: inits };
  return podOf({ metadata, spec: { ...spec, containers, ...initContainers } }, name, namespace.name);
}

type Containers = readonly JsonValue[];

/** Of the same name the one that is there already counts. */
function addContainers(own: Containers, more: readonly JsonObject[], place: 'after' | 'before' = 'after'): Containers {
  if (more.length === 0) return own;
  const names = new Set(own.map((container) => stringAt(container, 'name')));
  // Only amounts matter of what is injected; the image may be left out, as it is from what was learned.
  const added = more
    .filter((container) => !names.has(stringAt(container, 'name')))
    .map((container) => ({ image: 'injected', ...container }));
  return place === 'before' ? [...added, ...own] : [...own, ...added];
}

/** The claim that a controller makes of a template. */
export function claimOf(template: JsonObject, name: string, namespace: string): KubernetesObject {
  const metadata = { ...objectAt(template, 'metadata'), ...nameMetadata(name), namespace };
  const value = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: objectAt(template, 'spec') };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, value, source: null };
}

/** A set that grows by pods of these parts, and has none yet. */
export function createSet({ pod, claims, becomesReady }: PodParts, count = 0): PodSet<Item> {
  return { groups: [createGroup(pod, claims, { count, becomesReady })] };
}

/** A set of the pods that exist, at what they cost now; new ones are made of the parts. */
export function adoptPods(world: World, pods: readonly KubernetesObject[], parts: PodParts): PodSet<Item> {
  const growing = createGroup(parts.pod, parts.claims, { becomesReady: parts.becomesReady });
  const alike = new Map<string, PodGroup<Item>>();
  const newCost = printCost(parts.pod);
  for (const pod of pods) {
    const item = priceStored(world, pod);
    const ready = isReadyPod(pod);
    const held = countHeldClaims(world, pod, parts);
    const cost = printCost(item);
    const isLikeNew = cost === newCost && ready === parts.becomesReady;
    const key = `${String(ready)} ${cost}`;
    const group = isLikeNew ? growing : (alike.get(key) ?? createGroup(item, parts.claims, { becomesReady: ready }));
    group.held[held] = (group.held[held] ?? 0) + 1;
    if (!isLikeNew) alike.set(key, group);
  }
  return { groups: [...alike.values(), growing] };
}

/** How many of a pod's ephemeral claims exist, as far as the state lists claims at all. */
function countHeldClaims(world: World, pod: KubernetesObject, { claims }: PodParts): number {
  if (claims.length === 0 || !world.namespace.objects.has('PersistentVolumeClaim')) return claims.length;
  const names = listAt(pod.value, 'spec', 'volumes')
    .filter((volume) => fieldAt(volume, 'ephemeral') !== undefined)
    .map((volume) => `PersistentVolumeClaim/${pod.name}-${stringAt(volume, 'name')}`);
  const missing = names.findIndex((name) => !world.stored.has(name));
  return Math.min(claims.length, missing === -1 ? claims.length : missing);
}

/** What the pods of a set are made of. */
export function holdingsOf({ groups }: PodSet<Item>): Holdings {
  return groups.flatMap(({ pod, claims, held }) =>
    held.flatMap((count, have): Holdings =>
      count === 0 ? [] : [pod, ...claims.slice(0, have)].map((item) => [item, count]),
    ),
  );
}

/** So many pods with everything that belongs to them. */
export function wholePods({ pod, claims }: PodParts, count: number): Holdings {
  return [pod, ...claims].map((item) => [item, count]);
}

/** So many of the pods of sets, the youngest first: what a rollout has left of its old pods. */
export function takePods(sets: readonly PodSet<Item>[], count: number): Holdings {
  const taken: [Item, number][] = [];
  let left = count;
  for (const { pod, claims, held } of sets.flatMap(({ groups }) => groups).toReversed()) {
    const pods = Math.min(
      left,
      held.reduce((sum, some) => sum + some, 0),
    );
    left -= pods;
    if (pods > 0) taken.push(...[pod, ...claims].map((item): [Item, number] => [item, pods]));
  }
  return taken;
}

/** The claim that pods of a set wait for, if any. */
export function lackingClaim({ groups }: PodSet<Item>): Item | null {
  for (const { claims, held } of groups) {
    const have = claims.findIndex((_, index) => (held[index] ?? 0) > 0);
    if (have !== -1) return claims[have] ?? null;
  }
  return null;
}
