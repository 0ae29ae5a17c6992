import { readLimitRange, type LimitRange } from '../admission/limit-range.ts';
import { listNodeAgents } from '../facts/node-agent.ts';
import type { NodeAgentFacts } from '../facts/object-schema.ts';
import type { ConfigMapReader } from '../facts/runtime.ts';
import { objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { compareText } from '../report/order.ts';
import type { Merged } from '../workload/patch.ts';
import type { Release } from './release.ts';

/** What stands around an object: in its namespace, and beside its file. */
export interface Surroundings {
  readonly limitRanges: readonly LimitRange[];
  readonly readConfigMap: ConfigMapReader;
  /** The DaemonSets of the input and of the cluster, of whatever namespace; absent where nobody looked. */
  readonly nodeAgents?: readonly NodeAgentFacts[];
  /** The object is a patch, as a kustomization says. */
  readonly merged?: Merged;
}

/** The namespace of an object; empty when it is not known. */
type NamespaceOf = (object: KubernetesObject) => string;

/**
 * Finds what stands around the objects of a release.
 * @param state - what is there already; of the same object the release has the last word
 */
export function gatherSurroundings(
  release: Release,
  state: readonly KubernetesObject[],
  namespaceOf: NamespaceOf,
): (object: KubernetesObject) => Surroundings {
  const limitRanges = gatherLimitRanges([...state, ...release.context, ...release.objects], namespaceOf);
  const configMaps = gatherConfigMaps(release, namespaceOf);
  const nodeAgents = listNodeAgents([...state, ...release.context, ...release.objects]);
  return (object) => {
    const namespace = namespaceOf(object);
    const merged = release.kustomized?.get(object)?.merged;
    return {
      limitRanges: limitRanges.get(namespace) ?? [],
      readConfigMap: configMaps(namespace),
      nodeAgents,
      ...(merged !== undefined && { merged }),
    };
  };
}

/**
 * The limit ranges by namespace: what they fill in is not missing. One without a known namespace may stand in another
 * than the workloads beside it, so it excuses nothing.
 */
function gatherLimitRanges(
  objects: readonly KubernetesObject[],
  namespaceOf: NamespaceOf,
): ReadonlyMap<string, readonly LimitRange[]> {
  const byNamespace = new Map<string, Map<string, LimitRange>>();
  for (const object of objects) {
    const namespace = namespaceOf(object);
    if (object.kind !== 'LimitRange' || object.apiVersion !== 'v1' || namespace === '') continue;
    const limitRange = readLimitRange(object);
    // The server refuses one with an amount that it cannot read; a rule of its own says so.
    if (limitRange.kind !== 'limit-range') continue;
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, new Map([[object.name, limitRange]]));
    else known.set(object.name, limitRange);
  }
  return new Map(
    [...byNamespace].map(([namespace, known]) => [
      namespace,
      [...known.values()].sort((a, b) => compareText(a.name, b.name)),
    ]),
  );
}

/** Finds ConfigMaps of the input for workloads that take variables from them. */
function gatherConfigMaps(
  { objects, context }: Release,
  namespaceOf: NamespaceOf,
): (namespace: string) => ConfigMapReader {
  const data = new Map<string, JsonObject>();
  for (const object of [...context, ...objects]) {
    if (object.kind !== 'ConfigMap' || object.apiVersion !== 'v1') continue;
    data.set(`${namespaceOf(object)}/${object.name}`, objectAt(object.value, 'data'));
  }
  return (namespace) => (name) => data.get(`${namespace}/${name}`) ?? null;
}
