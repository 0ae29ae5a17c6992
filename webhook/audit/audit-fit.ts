import { applyObject, openStage, retryBlocked } from '../../src/fit/apply.ts';
import { isAutoscaler, readAutoscaler, targetOf } from '../../src/fit/autoscaler.ts';
import { lacksPods, type WorkloadFit } from '../../src/fit/fit-report.ts';
import { usedOf } from '../../src/fit/ledger.ts';
import { openWorld, type WorldSettings } from '../../src/fit/open-world.ts';
import { isTerminating, keyOf, ownerOf } from '../../src/fit/owned.ts';
import { reportWorkload } from '../../src/fit/workload-fit.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { printQuantity } from '../../src/quantity/print.ts';
import type { NamespaceState } from '../../src/state/namespace-state.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { phraseCeiling, phraseLackingPods, phraseOverfullQuota, phraseStuckRollout } from '../fit-message.ts';
import { weigh } from '../judge-fit.ts';
import type { Remark } from '../judge.ts';
import type { ConfiguredDeps } from '../running.ts';
import { describeFinding, type AuditFinding } from './finding.ts';
import type { Pace } from './pace.ts';

export interface AuditFitDeps {
  readonly namespace: NamespaceState;
  readonly settings: WorldSettings;
  readonly configured: Pick<ConfiguredDeps, 'levelOf'>;
}

/**
 * What of a namespace does not fit as it stands: workloads that lack pods, rollouts that will not complete, autoscalers
 * that may ask for more than there is, and quotas of which more is used than they allow.
 */
export async function auditFit(
  { namespace, settings, configured }: AuditFitDeps,
  pace: Pace,
): Promise<readonly AuditFinding[]> {
  // Nothing is held back where nothing is bounded, and nothing can be said where others bound it.
  if (namespace.quotas.length + namespace.limitRanges.length === 0 || namespace.governedBy.length > 0) return [];
  const found = [
    ...(await auditQuotas(namespace, settings, pace)),
    ...(await auditWorkloads(namespace, settings, pace)),
  ];
  return found.flatMap(([remark, object]) => {
    const weighed = weigh(configured, remark, object);
    return weighed === null ? [] : [describeFinding(weighed, object)];
  });
}

/** What was found, and of what. */
type Found = readonly [remark: Omit<Remark, 'isOld'>, object: KubernetesObject];

function auditQuotas(namespace: NamespaceState, settings: WorldSettings, pace: Pace): Promise<readonly Found[]> {
  const quotas = new Map((namespace.objects.get('ResourceQuota') ?? []).map((object) => [object.name, object]));
  return pace.step(() => {
    const { before } = openWorld(namespace, settings);
    return before.slots.flatMap(({ quota, resource, hard }, slot): readonly Found[] => {
      const object = quotas.get(quota);
      const used = usedOf(before, slot);
      if (object === undefined || used.nano <= hard.nano) return [];
      const amounts = { resource, used: printQuantity(used), hard: printQuantity(hard) };
      return [[phraseOverfullQuota(quota, amounts), object]];
    });
  });
}

/** Each controller is played on from where it is. */
async function auditWorkloads(
  namespace: NamespaceState,
  settings: WorldSettings,
  pace: Pace,
): Promise<readonly Found[]> {
  const stage = await pace.step(() => openStage(openWorld(namespace, settings).world, null));
  const kinds = settings.options.kinds ?? new Map();
  for (const object of stage.world.stored.values()) {
    const workload = readWorkload(object, kinds);
    if (workload === null || workload.family === 'Pod' || isTerminating(object)) continue;
    // Whoever owns it is played, and it with its owner.
    if (ownerOf(stage.world.stored, object) === undefined) await pace.step(() => applyObject(stage, object));
  }
  await pace.step(() => retryBlocked(stage));
  const scalers = new Map(
    [...namespace.objects.values()]
      .flat()
      .flatMap((object) => (isAutoscaler(object) ? [[targetOf(object), object]] : [])),
  );
  const found: Found[] = [];
  for (const applied of stage.applied) {
    const fit = await pace.step(() => reportWorkload(stage.world, applied, 'realistic'));
    const { object } = applied;
    found.push(...remarkOn(fit).map((remark): Found => [remark, object]));
    const scaler = scalers.get(keyOf(object));
    const ceiling = scaler === undefined ? null : remarkOnCeiling(scaler, fit);
    if (scaler !== undefined && ceiling !== null) found.push([ceiling, scaler]);
  }
  return found;
}

function remarkOn(fit: WorkloadFit): readonly Omit<Remark, 'isOld'>[] {
  const { pods, rollout, maxReplicas } = fit;
  if (isHeldUp(fit)) return [];
  if (lacksPods(pods)) return [phraseLackingPods(fit, pods, maxReplicas)];
  return rollout?.completes === false ? [phraseStuckRollout(fit, pods)] : [];
}

/** Pods that nothing refuses wait for others that are not ready, or for volumes: no quota would let more in. */
function isHeldUp({ pods }: WorkloadFit): boolean {
  return lacksPods(pods) && pods.reason === null;
}

function remarkOnCeiling(scaler: KubernetesObject, target: WorkloadFit): Omit<Remark, 'isOld'> | null {
  const { max } = readAutoscaler(scaler);
  const { maxReplicas } = target;
  return maxReplicas === null || max <= maxReplicas || isHeldUp(target)
    ? null
    : phraseCeiling(scaler, target, { max, maxReplicas });
}
