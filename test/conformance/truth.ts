import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, isTrueAt, listAt, stringAt } from '../../src/manifest/fields.ts';
import { pluralOf } from './kinds.ts';
import { isControlledBy, isTerminating, type Mirror } from './mirror.ts';
import type { Refusal } from './refusals.ts';
import type { ObjectOutcome } from './scenario.ts';
import { ephemeralClaims, wantedOfJob } from './settle.ts';
import { readBlockedBy, readReason } from './wording.ts';

/** What the API server said to an object that it did not store. */
export function refusal(object: JsonObject, message: string): ObjectOutcome {
  return {
    kind: stringAt(object, 'kind'),
    name: stringAt(object, 'metadata', 'name'),
    admitted: false,
    message,
    reason: readReason(message),
    blockedBy: readBlockedBy(message),
    desired: null,
    pods: null,
    updated: null,
    ready: null,
    missing: false,
  };
}

/** What has become of an object that was stored, once its namespace is at rest. */
export function observe(
  mirror: Mirror,
  refusals: readonly Refusal[],
  namespace: string,
  applied: JsonObject,
): ObjectOutcome {
  const kind = stringAt(applied, 'kind');
  const name = stringAt(applied, 'metadata', 'name');
  const root =
    mirror.list(pluralOf(kind), namespace).find((object) => stringAt(object, 'metadata', 'name') === name) ?? applied;
  const family = [root, ...descendants(mirror, namespace, root)];
  const pods = family.filter((object) => stringAt(object, 'kind') === 'Pod' && !isTerminating(object));
  const progress = readProgress(root, pods.length);
  const missing = progress.short || hasMissingClaims(mirror, namespace, root, pods);
  const own = refusals.filter((one) => isForFamily(one, family));
  // Where pods are missing, claims of those that are there are not what keeps them away, though they are asked for more often.
  const ofMissing = progress.short ? own.filter((one) => !isVolumeOf(one, pods)) : own;
  const message = (ofMissing.at(-1) ?? own.at(-1))?.message ?? null;
  return {
    kind,
    name,
    admitted: true,
    message,
    reason: message === null ? null : readReason(message),
    blockedBy: message === null ? [] : readBlockedBy(message),
    desired: progress.desired,
    pods: pods.length,
    updated: progress.updated,
    ready: progress.ready,
    missing,
    rolled: progress.rolled,
  };
}

interface Progress {
  readonly desired: number | null;
  readonly updated: number | null;
  readonly ready: number | null;
  /** Whether pods, or pods of the new version, are missing. */
  readonly short: boolean;
  readonly rolled: boolean | null;
}

function readProgress(root: JsonObject, pods: number): Progress {
  const count = (name: string): number | null => integerAt(root, 'status', name);
  const replicas = integerAt(root, 'spec', 'replicas');
  const [updated, ready] = [count('updatedReplicas'), count('readyReplicas')];
  const behind = (wanted: number): boolean => pods < wanted || (updated ?? 0) < wanted;
  switch (stringAt(root, 'kind')) {
    case 'Deployment': {
      const paused = isTrueAt(root, 'spec', 'paused');
      return {
        desired: replicas,
        updated,
        ready,
        short: !paused && behind(replicas ?? 1),
        rolled: !behind(replicas ?? 1),
      };
    }
    case 'StatefulSet': {
      const wanted = replicas ?? 1;
      const partition = integerAt(root, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
      const onDelete = stringAt(root, 'spec', 'updateStrategy', 'type') === 'OnDelete';
      const rolled = pods >= wanted && (updated ?? 0) >= wanted - partition;
      const short = onDelete || partition > 0 ? pods < wanted : behind(wanted);
      return { desired: replicas, updated, ready, short, rolled: onDelete ? null : rolled };
    }
    case 'ReplicaSet':
    case 'ReplicationController':
      return { desired: replicas, updated: null, ready, short: pods < (replicas ?? 1), rolled: null };
    case 'DaemonSet': {
      const desired = count('desiredNumberScheduled') ?? 0;
      const rolls = stringAt(root, 'spec', 'updateStrategy', 'type') === 'RollingUpdate';
      const fresh = count('updatedNumberScheduled');
      const short = pods < desired || (rolls && (fresh ?? 0) < desired);
      return { desired, updated: fresh, ready: count('numberReady'), short, rolled: rolls ? !short : null };
    }
    case 'Job':
      return { desired: null, updated: null, ready: null, short: pods < wantedOfJob(root), rolled: null };
    default:
      return { desired: null, updated: null, ready: null, short: false, rolled: null };
  }
}

/** Everything that the object controls, through its ReplicaSets and Jobs down to pods. */
function descendants(mirror: Mirror, namespace: string, owner: JsonObject): readonly JsonObject[] {
  const uid = stringAt(owner, 'metadata', 'uid');
  if (uid === '') return [];
  const children = ['replicasets', 'jobs', 'pods'].flatMap((plural) =>
    mirror.list(plural, namespace).filter((object) => isControlledBy(object, uid)),
  );
  return children.concat(children.flatMap((child) => descendants(mirror, namespace, child)));
}

function hasMissingClaims(mirror: Mirror, namespace: string, root: JsonObject, pods: readonly JsonObject[]): boolean {
  const there = new Set(
    mirror.list('persistentvolumeclaims', namespace).map((claim) => stringAt(claim, 'metadata', 'name')),
  );
  const start = integerAt(root, 'spec', 'ordinals', 'start') ?? 0;
  const ofTemplates = listAt(root, 'spec', 'volumeClaimTemplates').flatMap((template) =>
    Array.from(
      { length: integerAt(root, 'spec', 'replicas') ?? 1 },
      (_, ordinal) =>
        `${stringAt(template, 'metadata', 'name')}-${stringAt(root, 'metadata', 'name')}-${start + ordinal}`,
    ),
  );
  return [...ofTemplates, ...pods.flatMap(ephemeralClaims)].some((claim) => !there.has(claim));
}

/** Whether the refused object is the claim of a generic ephemeral volume of one of the pods. */
function isVolumeOf({ plural, name }: Refusal, pods: readonly JsonObject[]): boolean {
  return plural === 'persistentvolumeclaims' && pods.some((pod) => ephemeralClaims(pod).includes(name));
}

/** Whether the refused object would have belonged to one of the family: names tell, since it was not stored. */
function isForFamily({ plural, name }: Refusal, family: readonly JsonObject[]): boolean {
  return family.some((object) => {
    const owner = stringAt(object, 'metadata', 'name');
    switch (plural) {
      case 'persistentvolumeclaims': {
        const templates = listAt(object, 'spec', 'volumeClaimTemplates').map((claim) =>
          stringAt(claim, 'metadata', 'name'),
        );
        const ofSet = templates.some((template) => name.startsWith(`${template}-${owner}-`));
        return ofSet || ephemeralClaims(object).includes(name);
      }
      case 'replicasets':
        return stringAt(object, 'kind') === 'Deployment' && name.startsWith(`${owner}-`);
      case 'controllerrevisions':
        return ['StatefulSet', 'DaemonSet'].includes(stringAt(object, 'kind')) && name.startsWith(`${owner}-`);
      case 'jobs':
        return stringAt(object, 'kind') === 'CronJob' && name.startsWith(`${owner}-`);
      default:
        // A Deployment's pods bear the name of their ReplicaSet, which bears the Deployment's.
        return POD_PARENTS.has(stringAt(object, 'kind')) && name.startsWith(`${owner}-`);
    }
  });
}

const POD_PARENTS = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController']);
