import { readDaemonStrategy, settleDaemonSet, type DaemonPods } from '../demand/daemon-set.ts';
import { matchNode } from '../demand/node-match.ts';
import { daemonSetPeaks } from '../demand/peak.ts';
import { countPods, type PodSet } from '../demand/pod-set.ts';
import { isSameTemplate } from '../demand/same-template.ts';
import { listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { countAssumedPods } from './assumed-pods.ts';
import { isActivePod, ownedBy, templateOf } from './owned.ts';
import type { Play, Settlement } from './play.ts';
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
import {
  findRevision,
  heldRevisions,
  readRevisions,
  storeRevision,
  wantedRevisions,
  type Revisions,
} from './revisions.ts';
import type { Item, World } from './world.ts';

const tellCreate = (message: string): string => `Error creating: ${message}`;

/** How many nodes want a pod of a DaemonSet; `null` when the nodes are not known. */
export function countNodes(world: World, object: KubernetesObject, given: number | null): number | null {
  if (given !== null) return given;
  const spec = objectAt(templateOf(object), 'spec');
  return world.cluster.nodes?.filter((node) => matchNode(spec, node.value).run).length ?? null;
}

/** The number of replicas of a DaemonSet's play is the number of nodes that want a pod. */
export function playDaemonSet(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject | null,
  nodes: number,
): Play {
  const parts = pricePod(world, templateOf(object), `${object.name}-*`, tellCreate);
  return createPlay(object, parts, readPods(world, object, before, parts, nodes), readRevisions(world, object, before));
}

function createPlay(object: KubernetesObject, parts: PodParts, pods: DaemonPods<Item>, revisions: Revisions): Play {
  const sets = [pods.updated, pods.old, pods.misplaced];
  const count = (): number => sets.reduce((sum, set) => sum + countPods(set), 0);
  const rolls = (): boolean => countPods(pods.old) > 0 && strategyOf(object, 1).kind === 'RollingUpdate';
  return {
    settle: (nodes, room) => {
      const wasRolling = rolls();
      const stored = storeRevision(revisions, room);
      if (stored) settleDaemonSet(strategyOf(object, nodes), nodes, pods, room);
      const created = count();
      const blocked = created < nodes || rolls();
      const lacking = lackingClaim(pods.updated);
      const complete = created === nodes && !rolls();
      const refused = stored ? (blocked && !complete ? parts.pod : lacking) : revisions.revision;
      return { desired: nodes, created, complete, rolls: wasRolling, refused } satisfies Settlement;
    },
    copy: () =>
      createPlay(
        object,
        parts,
        { old: copyPods(pods.old), updated: copyPods(pods.updated), misplaced: copyPods(pods.misplaced) },
        { ...revisions },
      ),
    unit: [parts.pod, ...parts.claims],
    count,
    held: () => [...sets.flatMap(holdingsOf), ...heldRevisions(revisions)],
    wanted: (nodes) => [...wholePods(parts, nodes), ...wantedRevisions(revisions)],
    peaks: (nodes, termination) => {
      if (!rolls()) return [];
      const rollover = { old: countPods(pods.old), updated: countPods(pods.updated), desired: nodes };
      return daemonSetPeaks(strategyOf(object, nodes), rollover, termination).map((mix) => ({
        pods: mix.old + mix.updated,
        holdings: [...takePods([pods.old], mix.old), ...wholePods(parts, mix.updated)],
      }));
    },
    missing: parts.pod.missing,
    unknown: parts.pod.unknown,
  };
}

const strategyOf = (object: KubernetesObject, nodes: number): ReturnType<typeof readDaemonStrategy> =>
  readDaemonStrategy(object.value, nodes);

const copyPods = ({ groups }: PodSet<Item>): PodSet<Item> => ({
  groups: groups.map((group) => ({ ...group, held: [...group.held] })),
});

function readPods(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject | null,
  parts: PodParts,
  nodes: number,
): DaemonPods<Item> {
  const none: PodSet<Item> = { groups: [] };
  if (before === null) return { old: none, updated: createSet(parts), misplaced: none };
  const pods = ownedBy(world.owned, before, 'Pod').filter(isActivePod);
  if (pods.length === 0) {
    const assumed = Math.min(nodes, countAssumedPods(world, before));
    const same = isSameTemplate(templateOf(before), templateOf(object));
    const oldParts = pricePod(world, templateOf(before), `${object.name}-*`, tellCreate);
    return same
      ? { old: none, updated: createSet(parts, assumed), misplaced: none }
      : { old: createSet(oldParts, assumed), updated: createSet(parts), misplaced: none };
  }
  const spec = objectAt(templateOf(object), 'spec');
  const staying = new Set(
    world.cluster.nodes?.filter((node) => matchNode(spec, node.value).stay).map(({ name }) => name),
  );
  const isPlaced = (pod: KubernetesObject): boolean => world.cluster.nodes === null || staying.has(nodeOf(pod));
  const isUpdated = isUpdatedPod(world, object, before);
  const placed = pods.filter(isPlaced);
  return {
    old: adoptPods(
      world,
      placed.filter((pod) => !isUpdated(pod)),
      parts,
    ),
    updated: adoptPods(world, placed.filter(isUpdated), parts),
    misplaced: adoptPods(
      world,
      pods.filter((pod) => !isPlaced(pod)),
      parts,
    ),
  };
}

/** @see k8s.io/kubernetes/pkg/controller/daemon/util `GetTargetNodeName` */
function nodeOf(pod: KubernetesObject): string {
  const name = stringAt(pod.value, 'spec', 'nodeName');
  if (name !== '') return name;
  const required = objectAt(
    pod.value,
    'spec',
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
  );
  const fields = listAt(required, 'nodeSelectorTerms').flatMap((term) => listAt(term, 'matchFields'));
  const value = listAt(
    fields.find((field) => stringAt(field, 'key') === 'metadata.name'),
    'values',
  )[0];
  return typeof value === 'string' ? value : '';
}

/** With a changed template none is; else the pods of the youngest generation. A listed revision knows it exactly. */
function isUpdatedPod(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject,
): (pod: KubernetesObject) => boolean {
  const revision = findRevision(world, object, before);
  if (revision !== null) return (pod) => hashOf(pod) === hashOf(revision);
  if (!isSameTemplate(templateOf(before), templateOf(object))) return () => false;
  const pods = ownedBy(world.owned, before, 'Pod').filter(isActivePod);
  const newest = Math.max(0, ...pods.map(generationOf));
  return (pod) => generationOf(pod) === newest;
}

const generationOf = (pod: KubernetesObject): number =>
  Number(stringAt(pod.value, 'metadata', 'labels', 'pod-template-generation'));

const hashOf = (object: KubernetesObject): string =>
  stringAt(object.value, 'metadata', 'labels', 'controller-revision-hash');
