import type { BlockedBy, QuotaFit, WorkloadFit } from '../fit/fit-report.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { printQuantity } from '../quantity/print.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';

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
function lowerRequest({ resource, requested, used, hard }: BlockedBy, created: number, desired: number): string[] {
  const amounts = [requested, used, hard].map((text) => (text === null ? null : parseQuantity(text)));
  const [each, held, most] = amounts.map((amount) => (amount?.kind === 'quantity' ? amount : null));
  if (!each || !held || !most || desired === 0 || !isOfPod(resource)) return [];
  const room = most.nano - held.nano + each.nano * BigInt(created);
  const share = roundDown(makeQuantity(room / BigInt(desired), each.format), resource);
  return share.nano > 0n && share.nano < each.nano ? [`at most ${printQuantity(share)} of ${resource} a pod`] : [];
}

const isOfPod = (resource: string): boolean =>
  /^(?:(?:requests|limits)\.)?(?:cpu|memory|ephemeral-storage)$/u.test(resource);

const milli = 1_000_000n;
const mebibyte = 1024n * 1024n * 1_000_000_000n;

/** To what people write: thousandths of a core, whole mebibytes. */
function roundDown({ nano, format }: Quantity, resource: string): Quantity {
  if (resource.endsWith('cpu')) return makeQuantity(nano - (nano % milli), format);
  return nano < mebibyte ? makeQuantity(nano, format) : makeQuantity(nano - (nano % mebibyte), 'BinarySI');
}
