import { isActive, isScalingEvent } from '../demand/deployment-scale.ts';
import { readDeploymentSpec, type DeploymentSpec } from '../demand/deployment-spec.ts';
import { settleDeployment, type DeploymentSets } from '../demand/deployment.ts';
import { deploymentPeaks, type PodMix, type Termination } from '../demand/peak.ts';
import { countPods, type PodSet } from '../demand/pod-set.ts';
import type { ReplicaSet } from '../demand/replica-set.ts';
import { isSameTemplate } from '../demand/same-template.ts';
import { fieldAt, integerAt, isTrueAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { countAssumedPods } from './assumed-pods.ts';
import { nameMetadata } from './generated-name.ts';
import { isActivePod, isTerminating, ownedBy, templateOf } from './owned.ts';
import type { Holdings, Play, Settlement } from './play.ts';
import {
  adoptPods,
  createSet,
  holdingsOf,
  lackingClaim,
  pricePod,
  takePods,
  wholePods,
  type PodParts,
} from './pod-parts.ts';
import { priceMade, priceStored, type Attempt, type Item, type World } from './world.ts';

type Sets = DeploymentSets<Item>;

/**
 * @param object - as it is stored after this write
 * @param before - as it was stored before; `null` on a create
 */
export function playDeployment(world: World, object: KubernetesObject, before: KubernetesObject | null): Play {
  const parts = priceReplicas(world, object);
  return createPlay(object, parts, readSets(world, object, before, parts));
}

const tellCreate = (message: string): string => `Error creating: ${message}`;

function priceReplicas(world: World, object: KubernetesObject): PodParts {
  return pricePod(world, templateOf(object), `${object.name}-*`, tellCreate);
}

function createPlay(object: KubernetesObject, parts: PodParts, sets: Sets): Play {
  const all = [...sets.old, sets.updated];
  const held = (): Holdings =>
    all.flatMap((set) => [
      ...holdingsOf(set.pods),
      ...(set.stored && set.object !== null ? [[set.object, 1] as const] : []),
    ]);
  const count = (): number => all.reduce((sum, set) => sum + countPods(set.pods), 0);
  const isRolling = (): boolean => !isTrueAt(object.value, 'spec', 'paused') && sets.old.some(isActive);
  return {
    settle: (replicas, room) => {
      const rolls = isRolling();
      const spec = readDeploymentSpec(object.value, replicas);
      const { complete, setRefused } = settleDeployment(spec, sets, room);
      const created = count();
      const refused = setRefused ? sets.updated.object : findMissing(all.toReversed());
      return { desired: replicas, created, complete, rolls, refused } satisfies Settlement;
    },
    copy: () => createPlay(object, parts, { old: sets.old.map(copySet), updated: copySet(sets.updated) }),
    unit: [parts.pod, ...parts.claims],
    count,
    held,
    wanted: (replicas) => [
      ...wholePods(parts, replicas),
      ...all.flatMap((set) =>
        set.object !== null && (set.stored || set === sets.updated) ? [[set.object, 1] as const] : [],
      ),
    ],
    peaks: (replicas, termination) => {
      if (!isRolling()) return [];
      const spec = readDeploymentSpec(object.value, replicas);
      const old = countOld(spec, sets, termination);
      const mixes = deploymentPeaks(spec, { old, updated: sets.updated.replicas, desired: replicas }, termination);
      return mixes.map((mix) => ({ pods: mix.old + mix.updated, holdings: mixedPods(sets, parts, mix) }));
    },
    missing: parts.pod.missing,
    unknown: parts.pod.unknown,
  };
}

/**
 * When the number of replicas changed too, old pods are scaled first, with their old template; those that scaling takes away
 * still count while the rollout begins, unless they are gone at once.
 */
function countOld(spec: DeploymentSpec, sets: Sets, termination: Termination): number {
  const old = sets.old.reduce((sum, set) => sum + set.replicas, 0);
  if (!isScalingEvent(spec, sets.old)) return old;
  const scaled = Math.max(0, spec.replicas - sets.updated.replicas);
  const existing = sets.old.reduce((sum, set) => sum + countPods(set.pods), 0);
  return termination === 'optimistic' ? scaled : Math.max(scaled, existing);
}

function mixedPods(sets: Sets, parts: PodParts, mix: PodMix): Holdings {
  const old = sets.old.map((set) => set.pods);
  const existing = old.reduce((sum, pods) => sum + countPods(pods), 0);
  const growing = old.findLast(({ groups }) => groups.length > 0)?.groups.at(-1);
  const grown = Math.max(0, mix.old - existing);
  const items = growing === undefined ? [] : [growing.pod, ...growing.claims];
  return [...takePods(old, mix.old), ...items.map((item) => [item, grown] as const), ...wholePods(parts, mix.updated)];
}

function findMissing(sets: readonly ReplicaSet<Item>[]): Attempt | null {
  const short = sets.find((set) => countPods(set.pods) < set.replicas)?.pods.groups.at(-1)?.pod;
  return short ?? sets.map((set) => lackingClaim(set.pods)).find((claim) => claim !== null) ?? null;
}

const copyPods = ({ groups }: PodSet<Item>): PodSet<Item> => ({
  groups: groups.map((group) => ({ ...group, held: [...group.held] })),
});

export function copySet(set: ReplicaSet<Item>): ReplicaSet<Item> {
  return { ...set, pods: copyPods(set.pods) };
}

function readSets(world: World, object: KubernetesObject, before: KubernetesObject | null, parts: PodParts): Sets {
  const listed = (before === null ? [] : ownedBy(world.owned, before, 'ReplicaSet'))
    .filter((set) => !isTerminating(set))
    .toSorted((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1));
  if (before !== null && listed.length === 0) return assumeSets(world, object, before, parts);
  // Of several with the present template the oldest is the one.
  const present = listed.find((set) => isSameTemplate(templateOf(set), templateOf(object)));
  const read = (set: KubernetesObject): ReplicaSet<Item> =>
    readSet(world, set, set === present ? parts : priceReplicas(world, { ...set, name: object.name }));
  return {
    old: listed.filter((set) => set !== present).map(read),
    updated: present === undefined ? newSet(world, object, parts) : read(present),
  };
}

const ageOf = (set: KubernetesObject): string => `${stringAt(set.value, 'metadata', 'creationTimestamp')} ${set.name}`;

function readSet(world: World, set: KubernetesObject, parts: PodParts): ReplicaSet<Item> {
  const pods = ownedBy(world.owned, set, 'Pod').filter(isActivePod);
  const assumed = pods.length === 0 ? countAssumedPods(world, set) : 0;
  return {
    pods: assumed > 0 ? createSet(parts, assumed) : adoptPods(world, pods, parts),
    object: priceStored(world, set),
    stored: true,
    replicas: integerAt(set.value, 'spec', 'replicas') ?? 1,
    deploymentReplicas: readAnnotation(set, 'desired-replicas'),
    maxReplicas: readAnnotation(set, 'max-replicas'),
  };
}

function readAnnotation(set: KubernetesObject, name: string): number | null {
  const text = stringAt(set.value, 'metadata', 'annotations', `deployment.kubernetes.io/${name}`);
  return /^\d{1,10}$/u.test(text) ? Number(text) : null;
}

/** The state lists no ReplicaSets: one is assumed, with the template and the number of pods that the Deployment had. */
function assumeSets(world: World, object: KubernetesObject, before: KubernetesObject, parts: PodParts): Sets {
  const replicas = integerAt(before.value, 'spec', 'replicas') ?? 1;
  const fresh = newSet(world, object, parts);
  const same = isSameTemplate(templateOf(before), templateOf(object));
  const count = countAssumedPods(world, before);
  if (count === 0) return { old: [], updated: fresh };
  const assumed: ReplicaSet<Item> = {
    ...fresh,
    pods: createSet(same ? parts : priceReplicas(world, before), count),
    stored: true,
    replicas,
    deploymentReplicas: replicas,
    maxReplicas: null,
  };
  return same ? { old: [], updated: assumed } : { old: [assumed], updated: fresh };
}

function newSet(world: World, object: KubernetesObject, parts: PodParts): ReplicaSet<Item> {
  const name = `${object.name}-*`;
  const spec = objectAt(object.value, 'spec');
  const template = templateOf(object);
  const value = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...nameMetadata(name),
      namespace: world.namespace.name,
      labels: objectAt(template, 'metadata', 'labels'),
    },
    spec: { replicas: 0, selector: fieldAt(spec, 'selector') ?? null, template },
  };
  const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: world.namespace.name, name, value, source: null };
  const tell = (message: string): string => `Failed to create new replica set "${name}": ${message}`;
  return {
    pods: createSet(parts),
    object: priceMade(world, set, tell),
    stored: false,
    replicas: 0,
    deploymentReplicas: null,
    maxReplicas: null,
  };
}
