import type { Refusal } from '../admission/admission.ts';
import type { Termination } from '../demand/peak.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { printQuantity } from '../quantity/print.ts';
import type { Quantity } from '../quantity/quantity.ts';
import type { Blocker } from '../quota/judge.ts';
import type { Applied, Played } from './apply.ts';
import { governorsOf, unreadFor } from './beyond-quota.ts';
import type { BlockedBy, PodsFit, WorkloadFit } from './fit-report.ts';
import { explainRefusal, type World } from './world.ts';

/** What is reported of an object that the API server answered to, before anything is known of its pods. */
export function reportObject(
  { apiVersion, kind, namespace, name }: KubernetesObject,
  refusal: Refusal | null,
): WorkloadFit {
  return {
    apiVersion,
    kind,
    namespace,
    name,
    admitted: refusal === null,
    reason: refusal?.reason ?? null,
    message: refusal?.message ?? null,
    blockedBy: printBlockers(refusal?.blockedBy ?? []),
    unknown: [],
    pods: null,
    rollout: null,
    maxReplicas: null,
  };
}

/** @param world - as everything has settled */
export function reportWorkload(world: World, applied: Applied, termination: Termination): WorkloadFit {
  const { object, outcome, refusal, casting, played } = applied;
  const governors = casting === null ? [] : governorsOf(world.namespace, object);
  const unread = unreadFor(world.namespace, object);
  const unknown = [
    ...applied.missing,
    ...(played?.play.missing ?? []),
    // How many pods a refused object would have made is no question.
    ...(casting?.kind === 'unknown' && outcome !== 'refused' ? casting.missing : []),
    ...governors,
    ...unread,
  ];
  const isUnread = unread.length > 0;
  const isKnown = outcome !== 'unknown' && governors.length === 0 && !isUnread && played?.play.unknown !== true;
  return {
    ...reportObject(object, refusal),
    admitted: outcome === 'unknown' || (isUnread && outcome === 'stored') ? null : outcome === 'stored',
    unknown: [...new Set(unknown)].sort(),
    pods: hideUnread(reportPods(world, applied, isKnown), isUnread),
    rollout: played === null || !isKnown ? null : reportRollout(played, termination),
    maxReplicas: isKnown ? (played?.maxReplicas ?? null) : null,
  };
}

const noPods: PodsFit = { desired: 0, created: 0, reason: null, message: null, blockedBy: [] };

/** What is stored already may be this very object, so that even a refusal is not sure. */
function hideUnread(pods: PodsFit | null, isUnread: boolean): PodsFit | null {
  return pods === null || !isUnread ? pods : { ...noPods, desired: pods.desired, created: null };
}

function reportPods(world: World, { casting, played }: Applied, isKnown: boolean): PodsFit | null {
  switch (casting?.kind) {
    case undefined:
      return null;
    case 'idle':
      return noPods;
    case 'unknown':
      return { ...noPods, desired: null, created: null };
    case 'play': {
      // A refused object has what it had before.
      if (played === null) return { ...noPods, desired: casting.replicas, created: casting.play.count() };
      const { desired, created, refused } = played.settlement;
      const met = refused === null ? played.lastRefusal : { attempt: refused, ledger: world.ledger };
      const refusal = met === null ? null : explainRefusal(world, met.attempt.request, met.ledger);
      return {
        desired,
        created: isKnown || refusal !== null ? created : null,
        reason: refusal?.reason ?? null,
        message: refusal === null ? null : (met?.attempt.tell(refusal.message) ?? null),
        blockedBy: printBlockers(refusal?.blockedBy ?? []),
      };
    }
  }
}

function reportRollout({ start, replicas, settlement }: Played, termination: Termination): WorkloadFit['rollout'] {
  if (!settlement.rolls) return null;
  const peakPods = Math.max(0, ...start.peaks(replicas, termination).map(({ pods }) => pods));
  return { completes: settlement.complete, peakPods };
}

const print = (amount: Quantity | null): string | null => (amount === null ? null : printQuantity(amount));

function printBlockers(blockers: readonly Blocker[]): readonly BlockedBy[] {
  return blockers.map(({ quota, resource, requested, used, hard }) => ({
    quota,
    resource,
    requested: print(requested),
    used: print(used),
    hard: print(hard),
  }));
}
