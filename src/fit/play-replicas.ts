import { countPods } from '../demand/pod-set.ts';
import { syncReplicaSet, type ReplicaSet } from '../demand/replica-set.ts';
import { integerAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { countAssumedPods } from './assumed-pods.ts';
import { isActivePod, ownedBy } from './owned.ts';
import type { Play } from './play.ts';
import { copySet } from './play-deployment.ts';
import { adoptPods, createSet, holdingsOf, lackingClaim, pricePod, wholePods, type PodParts } from './pod-parts.ts';
import type { Item, World } from './world.ts';

const tellCreate = (message: string): string => `Error creating: ${message}`;

/**
 * Controllers that keep a number of pods and never replace one because of its template: ReplicaSets,
 * ReplicationControllers, Jobs, and custom kinds as far as they are described.
 */
export function playReplicas(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject | null,
  template: JsonObject,
): Play {
  const parts = pricePod(world, template, `${object.name}-*`, tellCreate);
  const pods = before === null ? [] : ownedBy(world.owned, before, 'Pod').filter(isActivePod);
  const assumed = before === null || pods.length > 0 ? 0 : countAssumedPods(world, before);
  return createPlay(parts, {
    pods: assumed > 0 ? createSet(parts, assumed) : adoptPods(world, pods, parts),
    object: null,
    stored: true,
    replicas: integerAt(before?.value, 'spec', 'replicas') ?? 0,
    deploymentReplicas: null,
    maxReplicas: null,
  });
}

function createPlay(parts: PodParts, set: ReplicaSet<Item>): Play {
  return {
    settle: (replicas, room) => {
      set.replicas = replicas;
      while (syncReplicaSet(room, set));
      const created = countPods(set.pods);
      const lacking = lackingClaim(set.pods);
      const refused = created < replicas ? parts.pod : lacking;
      return { desired: replicas, created, complete: refused === null, rolls: false, refused };
    },
    copy: () => createPlay(parts, copySet(set)),
    unit: [parts.pod, ...parts.claims],
    count: () => countPods(set.pods),
    held: () => holdingsOf(set.pods),
    wanted: (replicas) => wholePods(parts, replicas),
    peaks: () => [],
    missing: parts.pod.missing,
    unknown: parts.pod.unknown,
  };
}
