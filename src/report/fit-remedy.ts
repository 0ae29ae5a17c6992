import type { BlockedBy, QuotaFit, WorkloadFit } from '../fit/fit-report.ts';
import { printQuantity } from '../quantity/print.ts';
import { sharePods } from '../suggest/pod-share.ts';

/** Each of these alone would let all pods of a workload exist, as far as this quota and resource go. */
export function listRemedies(workload: WorkloadFit, quotas: readonly QuotaFit[]): readonly string[] {
  const { pods, maxReplicas, rollout } = workload;
  const [first] = pods?.blockedBy ?? [];
  if (pods === null || first === undefined) return [];
  const remedies: string[] = [];
  const desired = pods.desired ?? 0;
  if (maxReplicas !== null && maxReplicas > 0 && maxReplicas < desired) {
    remedies.push(`${maxReplicas} ${maxReplicas === 1 ? 'replica' : 'replicas'}`);
  }
  if (rollout?.completes === false && (pods.created ?? 0) >= desired) {
    remedies.push('maxUnavailable: 1, so that old pods make room for new ones');
  }
  if (first.requested === null) return [...remedies, `${first.resource} written in every container`];
  const raised = pods.blockedBy.flatMap((blocker) => raiseQuota(blocker, workload, quotas));
  if (raised.length > 0) remedies.push(`quota raised to ${raised.join(', ')}`);
  if (pods.blockedBy.length === 1) remedies.push(...lowerRequest(first, pods.created ?? 0, desired));
  return remedies;
}

/** To what all desired objects of the namespace come to. */
function raiseQuota({ quota, resource }: BlockedBy, { namespace }: WorkloadFit, quotas: readonly QuotaFit[]): string[] {
  const known = quotas.find((one) => one.namespace === namespace && one.name === quota)?.resources[resource];
  return known === undefined || known.fits ? [] : [`${resource}: ${known.wanted} (${quota})`];
}

/** The most that each pod may ask for if all are to exist. */
function lowerRequest(blocker: BlockedBy, created: number, desired: number): string[] {
  const share = sharePods(blocker, created, desired);
  return share === null ? [] : [`at most ${printQuantity(share.most)} of ${blocker.resource} a pod`];
}
