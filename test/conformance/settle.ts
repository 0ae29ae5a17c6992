import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { fieldAt, integerAt, isTrueAt, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { Api } from './api.ts';
import { CONTROLLERS, pluralOf, type ControllerPlural } from './kinds.ts';
import { isTerminating, type Mirror } from './mirror.ts';

const LOOK_EVERY_MS = 150;
/** How long nothing may change when all is as wished, and when something is missing. */
const QUIET_WHOLE_MS = 1_200;
const QUIET_SHORT_MS = 2_200;
/** How long for a controller that has not looked yet: one that fails early, for want of a ReplicaSet, never says that it has. */
const QUIET_UNSEEN_MS = 5_000;
/** How often short controllers are made to try again in vain before their want is believed. */
const NUDGES = 2;
const GIVE_UP_MS = 400_000;

const GROUPS: Readonly<Record<ControllerPlural, string>> = {
  deployments: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  replicationcontrollers: '/api/v1',
};

/**
 * Waits until a namespace is at rest: everything wished is there, or controllers that are short have tried again and nothing changed.
 * They are made to try by an annotation on their object: left alone they would wait up to a quarter of an hour between tries
 * (kubernetes/kubernetes#98656).
 * @returns false when the namespace is still busy after some minutes
 */
export async function settle(api: Api, mirror: Mirror, namespace: string): Promise<boolean> {
  const giveUp = Date.now() + GIVE_UP_MS;
  let seen = '';
  let seenAt = 0;
  let since = Date.now();
  let nudges = 0;
  while (Date.now() < giveUp) {
    await pause(LOOK_EVERY_MS);
    if (isUnderWay(mirror, namespace)) since = Date.now();
    if (mirror.changedAt(namespace) !== seenAt) {
      seenAt = mirror.changedAt(namespace);
      const now = condense(mirror, namespace);
      if (now !== seen) {
        seen = now;
        since = Date.now();
        nudges = 0;
      }
    }
    const busy = CONTROLLERS.flatMap((plural) =>
      mirror
        .list(plural, namespace)
        .filter((object) => !isFinished(plural, object))
        .map((object) => ({ plural, object })),
    );
    const whole = busy.length === 0;
    const quiet = whole ? QUIET_WHOLE_MS : QUIET_SHORT_MS;
    if (Date.now() - since < (isSeenWhole(mirror, namespace) ? quiet : QUIET_UNSEEN_MS)) continue;
    if (whole || nudges === NUDGES) return true;
    nudges += 1;
    since = Date.now();
    for (const { plural, object } of busy) await nudge(api, plural, object);
  }
  return false;
}

/** Whether somebody has certainly still something to do, however long it takes. */
function isUnderWay(mirror: Mirror, namespace: string): boolean {
  return mirror.list('pods', namespace).some(isMoving) || awaitsAutoscaler(mirror, namespace);
}

function isSeenWhole(mirror: Mirror, namespace: string): boolean {
  return CONTROLLERS.every((plural) => plural === 'jobs' || mirror.list(plural, namespace).every(isSeen));
}

/** Whether the object's controller has worked on its last version; a Job does not tell. */
function isSeen(object: JsonObject): boolean {
  return (integerAt(object, 'metadata', 'generation') ?? 0) <= (integerAt(object, 'status', 'observedGeneration') ?? 0);
}

/** Whether an autoscaler has still to bring the replicas of what it scales within its bounds; it leaves zero replicas alone. */
function awaitsAutoscaler(mirror: Mirror, namespace: string): boolean {
  return mirror.list('horizontalpodautoscalers', namespace).some((autoscaler) => {
    const target = objectAt(autoscaler, 'spec', 'scaleTargetRef');
    const plural = pluralOf(stringAt(target, 'kind'));
    const replicas = mirror
      .list(plural, namespace)
      .filter((object) => stringAt(object, 'metadata', 'name') === stringAt(target, 'name'))
      .map((object) => integerAt(object, 'spec', 'replicas') ?? 1);
    const least = integerAt(autoscaler, 'spec', 'minReplicas') ?? 1;
    const most = integerAt(autoscaler, 'spec', 'maxReplicas') ?? least;
    return replicas.some((count) => count > 0 && (count < least || count > most));
  });
}

/** Whether the fake kubelet still works on the pod: it is on its way up, or down. */
function isMoving(pod: JsonObject): boolean {
  if (isTerminating(pod)) return true;
  return stringAt(pod, 'spec', 'nodeName') !== '' && stringAt(pod, 'status', 'phase') === 'Pending';
}

async function nudge(api: Api, plural: ControllerPlural, object: JsonObject): Promise<void> {
  const body = { metadata: { annotations: { [NUDGE_ANNOTATION]: String(Date.now()) } } };
  const collection = `${GROUPS[plural]}/namespaces/${stringAt(object, 'metadata', 'namespace')}/${plural}`;
  // It may be gone by now: then there is nobody to nudge.
  await api.patch(`${collection}/${stringAt(object, 'metadata', 'name')}`, body, 'application/merge-patch+json');
}

/** What it leaves behind; states are recorded without it. */
export const NUDGE_ANNOTATION = 'quotafit.dev/nudge';

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether the controller has made all that its object asks for. */
function isFinished(plural: ControllerPlural, object: JsonObject): boolean {
  const count = (...path: readonly string[]): number => integerAt(object, 'status', ...path) ?? 0;
  const replicas = integerAt(object, 'spec', 'replicas') ?? 1;
  switch (plural) {
    case 'deployments':
      if (isTrueAt(object, 'spec', 'paused')) return true;
      return [count('replicas'), count('updatedReplicas'), count('readyReplicas')].every(
        (number) => number === replicas,
      );
    case 'replicasets':
    case 'replicationcontrollers':
    case 'statefulsets':
      return count('replicas') === replicas && count('readyReplicas') === replicas;
    case 'daemonsets': {
      const wanted = count('desiredNumberScheduled');
      return count('currentNumberScheduled') === wanted && count('numberReady') === wanted;
    }
    case 'jobs':
      return count('active') === wantedOfJob(object) && count('ready') === wantedOfJob(object);
  }
}

/** Pods that a Job runs at once while none has completed. */
export function wantedOfJob(job: JsonObject): number {
  if (isTrueAt(job, 'spec', 'suspend')) return 0;
  const parallelism = integerAt(job, 'spec', 'parallelism') ?? 1;
  return Math.min(parallelism, integerAt(job, 'spec', 'completions') ?? parallelism);
}

/** What has to stay the same: not times, not conditions, whose messages name another pod at every try. */
function condense(mirror: Mirror, namespace: string): string {
  const pods = mirror
    .list('pods', namespace)
    .map((pod) => [
      stringAt(pod, 'metadata', 'name'),
      stringAt(pod, 'status', 'phase'),
      isTerminating(pod),
      stringAt(pod, 'spec', 'nodeName'),
    ]);
  const controllers = CONTROLLERS.flatMap((plural) =>
    mirror
      .list(plural, namespace)
      .map((object) => [
        stringAt(object, 'metadata', 'name'),
        fieldAt(object, 'spec', 'replicas') ?? null,
        numbersOf(object),
      ]),
  );
  const quotas = mirror.list('resourcequotas', namespace).map((quota) => objectAt(quota, 'status', 'used'));
  const claims = mirror
    .list('persistentvolumeclaims', namespace)
    .map((claim) => [stringAt(claim, 'metadata', 'name'), stringAt(claim, 'status', 'phase')]);
  return JSON.stringify([pods, controllers, quotas, claims]);
}

/** The generation is left out: it grows with the annotation of a nudge. */
function numbersOf(object: JsonObject): readonly (readonly [string, JsonValue | undefined])[] {
  const status = Object.entries(objectAt(object, 'status'));
  return status.filter(([name, value]) => typeof value === 'number' && name !== 'observedGeneration');
}

/** The volumes of a pod whose claims are made with it. */
export function ephemeralClaims(pod: JsonObject): readonly string[] {
  const volumes = listAt(pod, 'spec', 'volumes').filter((volume) => fieldAt(volume, 'ephemeral') !== undefined);
  return volumes.map((volume) => `${stringAt(pod, 'metadata', 'name')}-${stringAt(volume, 'name')}`);
}
