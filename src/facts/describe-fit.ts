import { countedNames } from '../quota/counted-names.ts';
import { isAutoscaler } from '../fit/autoscaler.ts';
import type { BlockedBy, FitReport, ResourceFit, WorkloadFit } from '../fit/fit-report.ts';
import { fieldAt, integerAt, stringAt } from '../manifest/fields.ts';
import { subtractQuantities } from '../quantity/arithmetic.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { printQuantity } from '../quantity/print.ts';
import type { QuotaFacts, ReleaseObject } from './describe-release.ts';
import { joinPointer } from '../manifest/pointer.ts';
import { describeRefusal } from './refusal.ts';
import type { BlockerFacts, FitFacts, QuotaAmountFacts } from './quota-schema.ts';

/** What came of playing a part of the input against the quotas that hold for it. */
export interface ReleaseFit {
  readonly report: FitReport;
  /** What would come of the next release, in which every pod template changes; `null` where the state has told that. */
  readonly next: FitReport | null;
  /** Indexes into the objects of the input: those that were played. */
  readonly played: readonly number[];
  /** Where objects that name no namespace were taken to stand. */
  readonly namespace: string;
}

type FitQuotaFacts = Required<Pick<QuotaFacts, 'fits' | 'quotas'>>;

/** @param objects - the whole input, which the facts index into */
export function describeFits(fits: readonly ReleaseFit[], objects: readonly ReleaseObject[]): FitQuotaFacts {
  const parts = fits.map((fit) => describePart(fit, objects));
  return { fits: parts.flatMap((part) => part.fits), quotas: parts.flatMap((part) => part.quotas) };
}

interface Told {
  readonly workload: WorkloadFit;
  readonly facts: FitFacts;
}

function describePart(
  { report, next, played, namespace }: ReleaseFit,
  objects: readonly ReleaseObject[],
): FitQuotaFacts {
  // Of the same object twice the last was played.
  const indexOf = new Map<string, number>();
  const ceilings = new Map<string, FitFacts['ceiling']>();
  for (const index of played) {
    const object = objects[index]?.object;
    if (object === undefined) continue;
    const place = object.namespace || namespace;
    indexOf.set(keyOf({ ...object, namespace: place }), index);
    const max = integerAt(object.value, 'spec', 'maxReplicas');
    if (!isAutoscaler(object) || max === null) continue;
    const target = fieldAt(object.value, 'spec', 'scaleTargetRef');
    const key = `${stringAt(target, 'kind')} ${place}/${stringAt(target, 'name')}`;
    ceilings.set(key, { object: index, path: '/spec/maxReplicas', name: object.name, max });
  }
  const later = new Map(next?.workloads.map((workload) => [keyOf(workload), workload]));
  const told = report.workloads.flatMap((workload): Told[] => {
    const index = indexOf.get(keyOf(workload));
    const entry = index === undefined ? undefined : objects[index];
    if (index === undefined || entry === undefined) return [];
    const ceiling = ceilings.get(`${workload.kind} ${workload.namespace}/${workload.name}`);
    return [{ workload, facts: describeFit(workload, later.get(keyOf(workload)) ?? workload, index, entry, ceiling) }];
  });
  return {
    fits: told.flatMap(({ workload, facts }) => (isPlain(workload) ? [] : [facts])),
    quotas: describeQuotas({ report, next }, told, indexOf),
  };
}

function keyOf(id: Pick<WorkloadFit, 'apiVersion' | 'kind' | 'name' | 'namespace'>): string {
  return [id.apiVersion, id.kind, id.namespace, id.name].join(' ');
}

/** Stored, and that is all there is to say. */
const isPlain = ({ admitted, pods, unknown }: WorkloadFit): boolean =>
  admitted === true && pods === null && unknown.length === 0;

/** @param later - the same after the next release, which tells about its rollout */
function describeFit(
  workload: WorkloadFit,
  later: WorkloadFit,
  index: number,
  { object, workload: read }: ReleaseObject,
  ceiling: FitFacts['ceiling'],
): FitFacts {
  const { admitted, reason, message, blockedBy, pods, maxReplicas, unknown } = workload;
  const { rollout } = later;
  const [template] = read?.templates ?? [];
  const about = { object, template, family: read?.family ?? null, maxReplicas };
  const blockers = describeBlockers(pods?.blockedBy ?? []);
  const missing = Math.max(0, (pods?.desired ?? 0) - (pods?.created ?? pods?.desired ?? 0));
  return {
    object: index,
    ...(admitted !== null && { admitted }),
    ...(reason !== null && {
      refusal: describeRefusal(
        { reason, message: message ?? '', blockers: describeBlockers(blockedBy) },
        about,
        'object',
      ),
    }),
    ...(pods !== null && {
      pods: {
        ...(pods.desired !== null && { desired: pods.desired }),
        ...(pods.created !== null && { created: pods.created }),
        missing,
        ...(pods.reason !== null &&
          (missing > 0 || isBarred(workload)) && {
            refusal: describeRefusal({ reason: pods.reason, message: pods.message ?? '', blockers }, about, 'pods'),
          }),
      },
    }),
    ...(rollout !== null && {
      rollout: {
        path: object.kind === 'Deployment' ? '/spec/strategy' : '/spec/updateStrategy',
        ...rollout,
        blockers: describeBlockers(later.pods?.blockedBy ?? []),
      },
    }),
    ...(maxReplicas !== null && { maxReplicas }),
    ...(ceiling !== undefined && { ceiling }),
    unknown,
  };
}

/** Old pods may stand in for those that no room in a quota would let in. */
function isBarred({ pods, rollout }: WorkloadFit): boolean {
  return rollout?.completes === false && pods?.reason !== 'exceeded-quota';
}

function describeBlockers(blockers: readonly BlockedBy[]): readonly BlockerFacts[] {
  return blockers.map(({ quota, resource, requested, used, hard }) => {
    const free = hard === null || used === null ? null : subtract(hard, used);
    return {
      quota,
      resource,
      limits: isCount(resource) ? 'count' : 'amount',
      ...(requested !== null && { requested }),
      ...(used !== null && { used }),
      ...(hard !== null && { hard }),
      ...(free !== null && { free: free.startsWith('-') ? '0' : free }),
    };
  });
}

/** Whether a quota key limits how many objects there are. */
function isCount(resource: string): boolean {
  return resource.startsWith('count/') || resource.endsWith('/persistentvolumeclaims') || countedNames.has(resource);
}

function subtract(a: string, b: string): string | null {
  const [left, right] = [parseQuantity(a), parseQuantity(b)];
  return left.kind === 'quantity' && right.kind === 'quantity' ? printQuantity(subtractQuantities(left, right)) : null;
}

function describeQuotas(
  { report: { quotas }, next }: Pick<ReleaseFit, 'next' | 'report'>,
  told: readonly Told[],
  indexOf: ReadonlyMap<string, number>,
): readonly QuotaAmountFacts[] {
  const refusing = new Set(told.flatMap(({ workload, facts }) => listRefusing(workload, facts)));
  const stopping = new Set(told.flatMap(({ workload, facts }) => listStopping(workload, facts)));
  // Where the quota itself is not among the input, what is under it has to change.
  const first = new Map<string, FitFacts>();
  for (const { workload, facts } of told) {
    if (facts.pods !== undefined && !first.has(workload.namespace)) first.set(workload.namespace, facts);
  }
  return quotas.flatMap(({ namespace, name, resources }) => {
    const own = indexOf.get(keyOf({ apiVersion: 'v1', kind: 'ResourceQuota', namespace, name }));
    const under = first.get(namespace);
    const later = next?.quotas.find((quota) => quota.namespace === namespace && quota.name === name)?.resources;
    const object = own ?? under?.object;
    if (object === undefined) return [];
    return Object.entries(resources).map(([resource, fit]): QuotaAmountFacts => {
      const key = `${namespace} ${name} ${resource}`;
      return {
        object,
        path: own === undefined ? '/spec' : joinPointer('/spec/hard', resource),
        namespace,
        quota: name,
        resource,
        ...describeAmounts(fit, later?.[resource] ?? fit),
        refuses: refusing.has(key),
        stops: stopping.has(key) || stopping.has(namespace),
      };
    });
  });
}

function describeAmounts(
  fit: ResourceFit,
  later: ResourceFit,
): Omit<QuotaAmountFacts, 'namespace' | 'object' | 'path' | 'quota' | 'refuses' | 'resource' | 'stops'> {
  const { hard, wanted, fits } = fit;
  const { peak, fitsPeak } = fit.fitsPeak ? later : fit;
  const [over, overPeak] = [fits ? null : subtract(wanted, hard), fitsPeak ? null : subtract(peak, hard)];
  return { ...fit, peak, fitsPeak, ...(over !== null && { over }), ...(overPeak !== null && { overPeak }) };
}

/** By namespace, quota and resource, what keeps an object or its pods from existing for want of room. */
function listRefusing({ namespace }: WorkloadFit, { refusal, pods }: FitFacts): readonly string[] {
  return [refusal, pods?.refusal]
    .filter((one) => one?.reason === 'exceeded-quota')
    .flatMap((one) => one?.blockers ?? [])
    .map(({ quota, resource }) => `${namespace} ${quota} ${resource}`);
}

/** What rollouts meet, by namespace, quota and resource; the whole namespace where an autoscaler meets something. */
function listStopping({ namespace }: WorkloadFit, { rollout, ceiling, maxReplicas }: FitFacts): readonly string[] {
  if (ceiling !== undefined && maxReplicas !== undefined && ceiling.max > maxReplicas) return [namespace];
  if (rollout === undefined || rollout.completes) return [];
  return rollout.blockers.map(({ quota, resource }) => `${namespace} ${quota} ${resource}`);
}
