import type { Termination } from '../demand/peak.ts';
import { stringAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { LimitedResource } from '../quota/quota-state.ts';
import { isNamespaced } from '../quota/resource-name.ts';
import { emptyNamespace, isClusterObject, readState } from '../state/state.ts';
import type { StateCoverage } from '../state/coverage.ts';
import type { StateProblem } from '../state/read-amounts.ts';
import type { KindTable } from '../workload/workload.ts';
import { applyObject, openStage, retryBlocked, type Stage } from './apply.ts';
import { declareState, type DeclaredState } from './declared-state.ts';
import type { FitReport, QuotaFit, StateSource } from './fit-report.ts';
import { tellChildren, tellCompetition, tellDuplicates, tellWaiting } from './fit-diagnostics.ts';
import { foldChildren } from './fold-children.ts';
import type { Ledger } from './ledger.ts';
import { keyOf } from './owned.ts';
import { learnInjected, listInjected } from './learn-injected.ts';
import { openWorld } from './open-world.ts';
import { reportQuotas, tallyStage } from './quota-fit.ts';
import { reportWorkload } from './workload-fit.ts';

/** Everything that decides about an answer, beside the objects. */
export interface FitOptions {
  /** `1.37` */
  readonly kubernetesVersion: string;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  /** Custom kinds that make pods. */
  readonly kinds: KindTable;
  readonly termination: Termination;
  /** How many rollouts may run at once. */
  readonly concurrentRollouts: number | 'all';
  /** How many nodes a DaemonSet finds; `null` to count those of the state. */
  readonly nodes: number | null;
  /** Containers that admission webhooks of the cluster add to every pod. */
  readonly injected: readonly JsonObject[];
  readonly limitedResources: readonly LimitedResource[];
  readonly state: StateSource;
  /** Of a state that was read from a cluster. */
  readonly coverage?: StateCoverage;
}

export type FitOutcome =
  | { readonly kind: 'report'; readonly report: FitReport }
  /** The state is none that a cluster could be in; nothing was judged. */
  | { readonly kind: 'bad-state'; readonly problems: readonly StateProblem[] };

/**
 * Plays a release into a state: every object in the order given, each with its controller settled before the next.
 * @param release - what is to be applied; quotas, limit ranges, classes and nodes among it come first, and what its
 *   controllers make by themselves is left out
 * @param state - what is there: objects as `kubectl get -o json` prints them, or manifests
 */
export function fitRelease(
  release: readonly KubernetesObject[],
  state: readonly KubernetesObject[],
  options: FitOptions,
): FitOutcome {
  const present = readState(state, options.namespace, options.coverage);
  if (present.problems.length > 0) return { kind: 'bad-state', problems: present.problems };
  const placed = (object: KubernetesObject): KubernetesObject => place(object, options.namespace);
  const { kept, duplicates } = dropDuplicates(release.map(placed));
  const { kept: objects, children } = foldChildren(kept);
  const admission = {
    kubernetesMinor: Number(options.kubernetesVersion.slice('1.'.length)),
    limitedResources: options.limitedResources,
    kinds: options.kinds,
  };
  const declared = declareState(objects, state.map(placed), present.state, admission);
  const { cluster, namespaces, volumes } = readState(declared.objects, options.namespace, options.coverage).state;
  const stages = new Map<string, Opened>();
  const open = (name: string): Opened => {
    const known = stages.get(name);
    if (known !== undefined) return known;
    const settings = { cluster, volumes, options: admission, injected: options.injected };
    const { world, before } = openWorld(namespaces.get(name) ?? emptyNamespace(name), settings);
    const opened = { stage: openStage(world, options.nodes), before };
    stages.set(name, opened);
    return opened;
  };
  for (const object of objects) {
    if (!isNamespaced(object) || isClusterObject(object)) continue;
    const { stage } = open(object.namespace);
    if (!declared.judged.has(object)) applyObject(stage, object);
  }
  return {
    kind: 'report',
    report: writeReport(objects, { duplicates, children }, [...stages.values()], declared.judged, options),
  };
}

/** What of a release is not played. */
interface LeftOut {
  readonly duplicates: readonly KubernetesObject[];
  readonly children: readonly KubernetesObject[];
}

interface Opened {
  readonly stage: Stage;
  /** What quotas held before the release. */
  readonly before: Ledger;
}

function writeReport(
  objects: readonly KubernetesObject[],
  left: LeftOut,
  opened: readonly Opened[],
  judged: DeclaredState['judged'],
  options: FitOptions,
): FitReport {
  const workloads = new Map(judged);
  const quotas: QuotaFit[] = [];
  for (const { stage, before } of opened) {
    retryBlocked(stage);
    quotas.push(...reportQuotas(stage, before, tallyStage(stage, options)));
    for (const applied of stage.applied) {
      workloads.set(applied.written, reportWorkload(stage.world, applied, options.termination));
    }
  }
  const stages = opened.map(({ stage }) => stage);
  return {
    apiVersion: 'quotafit.dev/v1',
    kind: 'FitReport',
    kubernetesVersion: options.kubernetesVersion,
    state: options.state,
    assumptions: [...listAssumptions(options), ...tellInjected(stages)],
    diagnostics: [
      ...tellDuplicates(left.duplicates),
      ...tellChildren(left.children),
      ...tellCompetition(stages, quotas),
      ...tellWaiting(stages),
    ],
    workloads: objects.flatMap((object) => workloads.get(object) ?? []),
    quotas,
  };
}

/** What an answer takes for granted. */
export function listAssumptions(options: FitOptions): readonly string[] {
  const { nodes, injected, concurrentRollouts } = options;
  return [
    `termination: ${options.termination}`,
    `concurrent rollouts: ${concurrentRollouts}`,
    ...(nodes === null ? [] : [`nodes: ${nodes}`]),
    ...(injected.length === 0
      ? []
      : [`injected containers: ${injected.map((one) => stringAt(one, 'name')).join(', ')}`]),
  ];
}

/** What pods of the state were seen to get beside their templates, by namespace. */
function tellInjected(stages: readonly Stage[]): readonly string[] {
  return stages.flatMap(({ world: { namespace } }) => {
    const names = listInjected(learnInjected(namespace));
    return names.length === 0
      ? []
      : [`injected containers, as live pods of ${namespace.name} have them: ${names.join(', ')}`];
  });
}

/** Where an object that names no namespace is applied. */
function place(object: KubernetesObject, namespace: string): KubernetesObject {
  return object.namespace !== '' || !isNamespaced(object) || isClusterObject(object)
    ? object
    : { ...object, namespace };
}

/** Of the same object twice the last counts, where it stands. */
function dropDuplicates(objects: readonly KubernetesObject[]): {
  readonly kept: readonly KubernetesObject[];
  readonly duplicates: readonly KubernetesObject[];
} {
  const last = new Map<string, KubernetesObject>();
  for (const object of objects) last.set(`${object.namespace}/${keyOf(object)}`, object);
  const kept = new Set(last.values());
  return {
    kept: objects.filter((object) => kept.has(object)),
    duplicates: objects.filter((object) => !kept.has(object)),
  };
}
