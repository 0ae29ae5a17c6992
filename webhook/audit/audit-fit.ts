import { applyObject, openStage, retryBlocked, type Applied } from '../../src/fit/apply.ts';
import { isAutoscaler, targetOf } from '../../src/fit/autoscaler.ts';
import { createCommitter, findCommitted, withoutAutoscalers } from '../../src/fit/commitment.ts';
import type { WorkloadFit } from '../../src/fit/fit-report.ts';
import { judgeChange } from '../../src/fit/judge-change.ts';
import { usedOf } from '../../src/fit/ledger.ts';
import { openWorld, type WorldSettings } from '../../src/fit/open-world.ts';
import { isTerminating, keyOf } from '../../src/fit/owned.ts';
import { reportWorkload } from '../../src/fit/workload-fit.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { integerAt, isTrueAt, listAt, stringAt } from '../../src/manifest/fields.ts';
import { printQuantity } from '../../src/quantity/print.ts';
import type { NamespaceState } from '../../src/state/namespace-state.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { phraseLackingPods, phraseOverfullQuota, phraseStuckRollout, phraseVerdict } from '../fit-message.ts';
import { scaleTo } from '../judge-fit.ts';
import type { Remark } from '../judge.ts';
import { describeFinding, type AuditFinding } from './finding.ts';
import type { Pace } from './pace.ts';

/**
 * What of a namespace does not fit as it stands: workloads that lack pods, rollouts that will not complete, autoscalers
 * that may ask for more than there is, and quotas of which more is used than they allow.
 */
export async function auditFit(
  namespace: NamespaceState,
  settings: WorldSettings,
  pace: Pace,
): Promise<readonly AuditFinding[]> {
  // Nothing is held back where nothing is bounded, and nothing can be said where others bound it.
  if (namespace.quotas.length + namespace.limitRanges.length === 0 || namespace.governedBy.length > 0) return [];
  return [
    ...(await auditQuotas(namespace, settings, pace)),
    ...(await auditWorkloads(namespace, settings, pace)),
    ...(await auditAutoscalers(namespace, settings, pace)),
  ];
}

function auditQuotas(namespace: NamespaceState, settings: WorldSettings, pace: Pace): Promise<readonly AuditFinding[]> {
  const quotas = new Map((namespace.objects.get('ResourceQuota') ?? []).map((object) => [object.name, object]));
  return pace.step(() => {
    const { before } = openWorld(namespace, settings);
    return before.slots.flatMap(({ quota, resource, hard }, slot) => {
      const object = quotas.get(quota);
      const used = usedOf(before, slot);
      if (object === undefined || used.nano <= hard.nano) return [];
      const amounts = { resource, used: printQuantity(used), hard: printQuantity(hard) };
      return [describeFinding(phraseOverfullQuota(quota, amounts), object)];
    });
  });
}

/** Each controller is played on from where it is. */
async function auditWorkloads(
  namespace: NamespaceState,
  settings: WorldSettings,
  pace: Pace,
): Promise<readonly AuditFinding[]> {
  const stage = await pace.step(() => openStage(openWorld(namespace, settings).world, null));
  const kinds = settings.options.kinds ?? new Map();
  for (const object of [...stage.world.stored.values()]) {
    const workload = readWorkload(object, kinds);
    if (workload === null || workload.family === 'Pod' || isTerminating(object)) continue;
    if (!isOwned(stage.world.stored, object)) await pace.step(() => applyObject(stage, object));
  }
  await pace.step(() => retryBlocked(stage));
  const findings: AuditFinding[] = [];
  for (const applied of stage.applied) {
    const remark = await pace.step(() => remarkOn(applied, reportWorkload(stage.world, applied, 'realistic')));
    if (remark !== null) findings.push(describeFinding(remark, applied.object));
  }
  return findings;
}

function remarkOn({ object }: Applied, { pods, rollout, maxReplicas }: WorkloadFit): Omit<Remark, 'isOld'> | null {
  if (pods !== null && pods.created !== null && pods.desired !== null && pods.created < pods.desired) {
    return phraseLackingPods(object, { ...pods, created: pods.created, desired: pods.desired }, maxReplicas);
  }
  return rollout?.completes === false ? phraseStuckRollout(object, pods) : null;
}

async function auditAutoscalers(
  namespace: NamespaceState,
  settings: WorldSettings,
  pace: Pace,
): Promise<readonly AuditFinding[]> {
  const scalers = [...namespace.objects.values()].flat().filter(isAutoscaler);
  if (scalers.length === 0) return [];
  // One of its own: the one that reviews are judged by shall not forget what is asked for often.
  const commitments = await pace.step(() => withoutAutoscalers(createCommitter()(namespace, settings, [])));
  const findings: AuditFinding[] = [];
  for (const scaler of scalers) {
    const remark = await pace.step(() => {
      const target = findCommitted(commitments, targetOf(scaler));
      const change = scaleTo(target, integerAt(scaler.value, 'spec', 'maxReplicas'));
      const verdict = change === null ? null : judgeChange(commitments, change.object, null);
      return verdict?.kind === 'short' ? phraseVerdict(verdict, scaler) : null;
    });
    if (remark !== null) findings.push(describeFinding(remark, scaler));
  }
  return findings;
}

/** Whoever owns it is played, and it with its owner. */
function isOwned(stored: ReadonlyMap<string, KubernetesObject>, { value }: KubernetesObject): boolean {
  const owner = listAt(value, 'metadata', 'ownerReferences').find((one) => isTrueAt(one, 'controller'));
  if (owner === undefined) return false;
  const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map((field) => stringAt(owner, field));
  return stored.has(keyOf({ apiVersion: apiVersion ?? '', kind: kind ?? '', name: name ?? '' }));
}
