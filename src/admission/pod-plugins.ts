import { compareQuantities } from '../quantity/arithmetic.ts';
import type { ResourceList } from '../quantity/quantity.ts';
import type { ClusterState, PriorityClass } from '../state/namespace-state.ts';
import type { PodShape } from '../workload/pod-shape.ts';

/** What a mutating plugin makes of a pod; `refused` in its own words. */
export type PluginOutcome<Value> =
  | { readonly kind: 'done'; readonly value: Value; readonly missing: readonly string[] }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/** There without anybody making them. */
const builtInPriorityClasses: ReadonlySet<string> = new Set(['system-cluster-critical', 'system-node-critical']);

/**
 * The pod's class after the Priority plugin, the cluster's default included; `null` when that is not known.
 * @see k8s.io/kubernetes/plugin/pkg/admission/priority
 */
export function choosePriorityClass(pod: PodShape, { priorityClasses }: ClusterState): PluginOutcome<string | null> {
  const name = pod.priorityClassName;
  if (name === '') {
    return { kind: 'done', value: priorityClasses === null ? null : defaultClass(priorityClasses), missing: [] };
  }
  if (builtInPriorityClasses.has(name)) return { kind: 'done', value: name, missing: [] };
  if (priorityClasses === null)
    return { kind: 'done', value: name, missing: [`priority class ${JSON.stringify(name)}`] };
  if (priorityClasses.some((known) => known.name === name)) return { kind: 'done', value: name, missing: [] };
  return { kind: 'refused', detail: `no PriorityClass with name ${name} was found` };
}

/** Of several defaults, which only a race can leave, the one of the lowest value. */
function defaultClass(classes: readonly PriorityClass[]): string {
  const defaults = classes.filter((known) => known.globalDefault).sort((a, b) => a.value - b.value);
  return defaults[0]?.name ?? '';
}

/**
 * The pod with the overhead of its RuntimeClass.
 * @see k8s.io/kubernetes/plugin/pkg/admission/runtimeclass
 */
export function addOverhead(pod: PodShape, { runtimeClasses }: ClusterState): PluginOutcome<PodShape> {
  const name = pod.runtimeClassName;
  if (name === '') return { kind: 'done', value: pod, missing: [] };
  const missing = [`runtime class ${JSON.stringify(name)}`];
  if (runtimeClasses === null) {
    // A pod may repeat the overhead of its class; then nothing is left to learn from the class.
    return pod.overhead === null ? { kind: 'unknown', missing } : { kind: 'done', value: pod, missing };
  }
  const found = runtimeClasses.find((known) => known.name === name);
  if (found === undefined)
    return { kind: 'refused', detail: `pod rejected: RuntimeClass ${JSON.stringify(name)} not found` };
  if (found.overhead === null) return { kind: 'done', value: pod, missing: [] };
  if (pod.overhead !== null && pod.overhead.size > 0 && !isSameList(pod.overhead, found.overhead)) {
    return { kind: 'refused', detail: "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead" };
  }
  return { kind: 'done', value: { ...pod, overhead: found.overhead }, missing: [] };
}

/** What the plugin has against a pod after validation: overhead that no class gives it; `null` when all is well. */
export function judgeOverhead(pod: PodShape, { runtimeClasses }: ClusterState): string | null {
  const isGiven =
    pod.overhead === null ||
    (pod.runtimeClassName !== '' && runtimeClasses === null) ||
    runtimeClasses?.some((known) => known.name === pod.runtimeClassName && known.overhead !== null);
  return isGiven ? null : 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
}

function isSameList(a: ResourceList, b: ResourceList): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([name, amount]) => {
    const other = b.get(name);
    return other !== undefined && compareQuantities(amount, other) === 0;
  });
}
