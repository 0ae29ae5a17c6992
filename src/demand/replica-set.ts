import { countPods, countReady, createMissingClaims, createPods, deletePods } from './pod-set.ts';
import type { PodSet } from './pod-set.ts';
import type { Room } from './room.ts';

/** A ReplicaSet (or ReplicationController) and its pods, while a controller is played. */
export interface ReplicaSet<Item> {
  readonly pods: PodSet<Item>;
  /** What the ReplicaSet object itself charges; `null` where it is the workload, charged when it was applied. */
  readonly object: Item | null;
  /** False until the Deployment controller has made it. */
  stored: boolean;
  /** `spec.replicas`. */
  replicas: number;
  /** Annotation `deployment.kubernetes.io/desired-replicas`; `null` when absent. */
  deploymentReplicas: number | null;
  /** Annotation `deployment.kubernetes.io/max-replicas`; `null` when absent. */
  maxReplicas: number | null;
}

/** Makes or deletes pods until there are as many as asked for, or admission refuses. @returns whether anything moved */
export function syncReplicaSet<Item>(room: Room<Item>, set: ReplicaSet<Item>): boolean {
  const surplus = countPods(set.pods) - set.replicas;
  if (surplus > 0) {
    deletePods(room, set.pods, surplus);
    return true;
  }
  const before = countReady(set.pods);
  const made = createPods(room, set.pods, -surplus);
  for (const group of set.pods.groups) createMissingClaims(room, group);
  return made > 0 || countReady(set.pods) !== before;
}
