import { scaleValue } from '../demand/scaled-value.ts';
import { fieldAt, integerAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { storedGroup } from '../workload/built-in-kinds.ts';
import { groupOf, type Workload } from '../workload/workload.ts';
import { isNamespaced } from './api-kind.ts';
import { compileSelector, type Labels } from './label-selector.ts';
import { describeMemoryPromises } from './memory-promise.ts';
import type { BudgetFacts, DuplicateFacts, ReleaseWorkloadFacts, SharedClaimFacts } from './release-schema.ts';
import type { ReleaseFacts } from './schema.ts';

/** One object of the input, and what `readWorkload` made of it. */
export interface ReleaseObject {
  readonly object: KubernetesObject;
  readonly workload: Workload | null;
  /** Nothing that exists beside the others: a patch of one of them, or what one of them made. */
  readonly isPartOfAnother?: boolean;
}

export interface DescribeReleaseContext {
  /** Minor version of Kubernetes 1: 37. */
  readonly kubernetesMinor: number;
  /** For objects that name no namespace; empty when not known. */
  readonly namespace: string;
  /** What quota lets exist of the input; nothing where no quota is known. */
  readonly quota?: QuotaFacts;
}

/** The part of the facts that is about quota; facts index into the objects of the input. */
export type QuotaFacts = Pick<ReleaseFacts, 'fits' | 'namespaces' | 'quotas'>;

interface Indexed extends ReleaseObject {
  readonly index: number;
  readonly namespace: string;
}

/** Pods of one template, as far as what selects them is concerned. */
interface PodGroup {
  readonly of: Indexed;
  readonly labels: Labels;
  readonly replicas: number | null;
}

/** The facts of the whole input; everything in it is taken to be applied together. Never throws. */
export function describeRelease(objects: readonly ReleaseObject[], context: DescribeReleaseContext): ReleaseFacts {
  const indexed = objects.map((entry, index): Indexed => ({
    ...entry,
    index,
    namespace: entry.object.namespace || context.namespace,
  }));
  const own = indexed.filter(({ isPartOfAnother }) => isPartOfAnother !== true);
  const byNamespace = new Map<string, Indexed[]>();
  for (const entry of own) {
    const known = byNamespace.get(entry.namespace);
    if (known === undefined) byNamespace.set(entry.namespace, [entry]);
    else known.push(entry);
  }
  const parts = [...byNamespace.values()].map((entries) => describeNamespace(entries));
  const about = {
    workloads: parts.flatMap((part) => part.workloads),
    budgets: parts.flatMap((part) => part.budgets),
    duplicates: findDuplicates(own),
    sharedClaims: parts.flatMap((part) => part.sharedClaims),
    memoryPromises: [...byNamespace.values()].flatMap((entries) => describeMemoryPromises(entries)),
    ...context.quota,
  };
  const mentioned = new Set<number>();
  collectMentions(about, mentioned);
  return {
    facts: 'v1',
    subject: 'release',
    kubernetesMinor: context.kubernetesMinor,
    objects: indexed.map(({ object: { apiVersion, kind, name }, namespace, index }) =>
      mentioned.has(index) ? { apiVersion, kind, namespace, name } : {},
    ),
    ...about,
  };
}

/** Indexes of all objects that a fact speaks of. */
function collectMentions(facts: unknown, mentioned: Set<number>): void {
  if (typeof facts !== 'object' || facts === null) return;
  for (const [key, value] of Object.entries(facts)) {
    if (typeof value !== 'number') collectMentions(value, mentioned);
    else if (key === 'object' || key === 'first') mentioned.add(value);
  }
}

function describeNamespace(entries: readonly Indexed[]): {
  readonly workloads: readonly ReleaseWorkloadFacts[];
  readonly budgets: readonly BudgetFacts[];
  readonly sharedClaims: readonly SharedClaimFacts[];
} {
  const autoscalers = gatherAutoscalers(entries);
  const groups = entries.flatMap((entry) => listPodGroups(entry, autoscalers));
  const budgets = entries.filter(
    ({ object }) => object.kind === 'PodDisruptionBudget' && groupOf(object.apiVersion) === 'policy',
  );
  const selected = budgets.map((budget) => {
    const selects = compileSelector(fieldAt(budget.object.value, 'spec', 'selector'));
    return { budget, groups: groups.filter(({ labels }) => selects(labels)) };
  });
  return {
    workloads: groups.flatMap((group) =>
      keepsReplicas(group.of) ? [describeWorkload(group, autoscalers, selected)] : [],
    ),
    budgets: selected.flatMap(({ budget, groups: pods }) => describeBudget(budget, pods)),
    sharedClaims: findSharedClaims(entries),
  };
}

const replicaFamilies: ReadonlySet<string> = new Set([
  'Custom',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

function keepsReplicas({ workload }: Indexed): boolean {
  return workload !== null && replicaFamilies.has(workload.family);
}

function listPodGroups(entry: Indexed, autoscalers: Autoscalers): PodGroup[] {
  return (entry.workload?.templates ?? []).map(({ metadata, replicas }) => {
    const minimum = findAutoscaler(entry, autoscalers)?.minimum;
    const count = replicas.kind === 'count' ? replicas.count : null;
    // Zero switches a workload off, and its autoscaler with it.
    return { of: entry, labels: readLabels(metadata), replicas: count === 0 ? 0 : (minimum ?? count) };
  });
}

function readLabels(metadata: JsonObject): Labels {
  return Object.fromEntries(
    Object.entries(objectAt(metadata, 'labels')).filter(
      (label): label is [string, string] => typeof label[1] === 'string',
    ),
  );
}

interface Autoscaler {
  readonly name: string;
  readonly minimum: number;
}

/** By kind and name of what they scale. */
type Autoscalers = ReadonlyMap<string, Autoscaler>;

function gatherAutoscalers(entries: readonly Indexed[]): Autoscalers {
  const autoscalers = new Map<string, Autoscaler>();
  for (const { object } of entries) {
    if (object.kind !== 'HorizontalPodAutoscaler') continue;
    const target = objectAt(object.value, 'spec', 'scaleTargetRef');
    const minimum = integerAt(object.value, 'spec', 'minReplicas') ?? 1;
    autoscalers.set(`${stringAt(target, 'kind')} ${stringAt(target, 'name')}`, { name: object.name, minimum });
  }
  return autoscalers;
}

function findAutoscaler({ object }: Indexed, autoscalers: Autoscalers): Autoscaler | undefined {
  return autoscalers.get(`${object.kind} ${object.name}`);
}

function describeWorkload(
  group: PodGroup,
  autoscalers: Autoscalers,
  selected: readonly { readonly budget: Indexed; readonly groups: readonly PodGroup[] }[],
): ReleaseWorkloadFacts {
  const autoscaler = findAutoscaler(group.of, autoscalers);
  return {
    object: group.of.index,
    path: '/spec/replicas',
    family: group.of.workload?.family ?? '',
    ...(group.replicas !== null && { replicas: group.replicas }),
    ...(autoscaler !== undefined && { autoscaler: autoscaler.name }),
    budgets: selected.filter(({ groups }) => groups.includes(group)).map(({ budget }) => budget.object.name),
  };
}

/** @see k8s.io/kubernetes/pkg/controller/disruption `getExpectedPodCount`: percentages are of all pods, rounded up */
function describeBudget({ object, index }: Indexed, groups: readonly PodGroup[]): BudgetFacts[] {
  const spec = objectAt(object.value, 'spec');
  const field = (['maxUnavailable', 'minAvailable'] as const).find((name) => isJsonScalar(spec[name]));
  if (field === undefined) return [];
  const written = spec[field];
  const isKnown = groups.length > 0 && groups.every(({ replicas }) => replicas !== null);
  const pods = groups.reduce((sum, { replicas }) => sum + (replicas ?? 0), 0);
  const bound = scaleValue(written, pods, 'up');
  const base = { object: index, path: `/spec/${field}`, field, written: `${written as number | string}`, pods };
  if (field === 'maxUnavailable' && scaleValue(written, 100, 'up') === 0) return [{ ...base, verdict: 'blocks' }];
  if (field === 'minAvailable' && written === '100%') return [{ ...base, verdict: 'blocks' }];
  if (!isKnown || pods === 0 || bound === null) return [{ ...base, verdict: 'unknown' }];
  const spare = field === 'maxUnavailable' ? bound : pods - bound;
  return [{ ...base, verdict: spare <= 0 ? 'blocks' : 'allows' }];
}

function isJsonScalar(value: JsonValue | undefined): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}

/** Objects that the server takes for one: the same kind and name in the same namespace, whatever their version. */
function findDuplicates(entries: readonly Indexed[]): DuplicateFacts[] {
  const known = new Map<string, Indexed>();
  const duplicates: DuplicateFacts[] = [];
  for (const entry of entries) {
    const { apiVersion, kind, name, source } = entry.object;
    if (name === '' || name.endsWith('*')) continue;
    const namespace = isNamespaced(apiVersion, kind) === false ? '' : entry.namespace;
    const key = `${storedGroup(groupOf(apiVersion), kind)} ${kind} ${namespace} ${name} ${readSelectors(entry.object)}`;
    const first = known.get(key);
    if (first === undefined) known.set(key, entry);
    else {
      const sameFile = first.object.source?.document.file.name === source?.document.file.name;
      duplicates.push({ object: entry.index, first: first.index, sameFile });
    }
  }
  return duplicates;
}

/** Config Sync applies objects of one name to different namespaces and clusters, as these annotations say. */
const selectorAnnotations = [
  'configmanagement.gke.io/cluster-selector',
  'configmanagement.gke.io/namespace-selector',
  'configsync.gke.io/cluster-name-selector',
];

function readSelectors({ value }: KubernetesObject): string {
  const annotations = objectAt(value, 'metadata', 'annotations');
  return selectorAnnotations.map((name) => stringAt(annotations, name)).join(' ');
}

const oneNode: ReadonlySet<unknown> = new Set(['ReadWriteOnce', 'ReadWriteOncePod']);

/** Claims of the input for one node, of which a workload may need a second pod at the same time. */
function findSharedClaims(entries: readonly Indexed[]): SharedClaimFacts[] {
  const claims = new Map(
    entries
      .filter(({ object }) => object.kind === 'PersistentVolumeClaim' && object.apiVersion === 'v1')
      .map(({ object }) => [object.name, listAt(object.value, 'spec', 'accessModes')]),
  );
  return entries.flatMap((entry) => {
    const reason = needsSecondPod(entry);
    if (reason === null || claims.size === 0) return [];
    return (entry.workload?.templates ?? []).flatMap(({ spec, pointer }) =>
      listAt(spec, 'volumes').flatMap((volume, index): SharedClaimFacts[] => {
        const claim = stringAt(volume, 'persistentVolumeClaim', 'claimName');
        const accessModes = (claims.get(claim) ?? []).filter((mode) => typeof mode === 'string');
        if (accessModes.length === 0 || !accessModes.every((mode) => oneNode.has(mode))) return [];
        const path = `${pointer}/spec/volumes/${index}/persistentVolumeClaim`;
        return [{ object: entry.index, path, claim, accessModes, reason }];
      }),
    );
  });
}

function needsSecondPod(entry: Indexed): SharedClaimFacts['reason'] | null {
  const { workload, object } = entry;
  const replicas = workload?.templates[0]?.replicas;
  if (workload === null || replicas?.kind !== 'count' || replicas.count === 0 || !keepsReplicas(entry)) return null;
  if (replicas.count > 1) return 'replicas';
  const strategy = fieldAt(object.value, 'spec', 'strategy');
  const isRolling = workload.family === 'Deployment' && stringAt(strategy, 'type') !== 'Recreate';
  if (!isRolling) return null;
  const rolling = isJsonObject(strategy) ? objectAt(strategy, 'rollingUpdate') : {};
  // The only pod may end at once when it need not be available, and gives the volume free for the new one.
  const mayEnd = (scaleValue(rolling['maxUnavailable'] ?? '25%', replicas.count, 'down') ?? 0) > 0;
  const surges = (scaleValue(rolling['maxSurge'] ?? '25%', replicas.count, 'up') ?? 1) > 0;
  return surges && !mayEnd ? 'surge' : null;
}
