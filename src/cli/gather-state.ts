import { createError } from '../errors.ts';
import type { StateSource } from '../fit/fit-report.ts';
import type { Diagnostic, KubernetesObject } from '../manifest/document.ts';
import { noCoverage, type StateCoverage } from '../state/coverage.ts';
import { objectsOf, type Snapshot } from '../state/snapshot.ts';
import type { KindTable } from '../workload/workload.ts';
import type { StateFlags } from './fit-flags.ts';
import type { Io } from './io.ts';
import { declaredNamespaces, namespacesOf } from './release-namespaces.ts';
import { readSnapshotFile, readStateFiles } from './read-state.ts';
import { tellState } from './tell-state.ts';

/** What is there already, from wherever the flags say. */
export interface GatheredState {
  readonly objects: readonly KubernetesObject[];
  readonly source: StateSource;
  readonly coverage: StateCoverage;
  /** Where objects stand that name no namespace; empty where neither flags nor the state say. */
  readonly namespace: string;
  /** Of the cluster: `1.37`; `null` when the state does not say. */
  readonly kubernetesVersion: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** For what the state is wanted. */
export interface StateOrder {
  readonly release: readonly KubernetesObject[];
  /** What flags and configs say; empty when they say nothing. */
  readonly namespace: string;
  readonly kinds: KindTable;
}

/** @throws QuotafitError when the state cannot be had, or is another namespace's */
export async function gatherState(flags: StateFlags, order: StateOrder, io: Io): Promise<GatheredState> {
  if (flags.live !== true && (flags.context ?? flags.kubeconfig) !== undefined) {
    throw createError('QF_USAGE', { problem: '--context and --kubeconfig choose a cluster; add --live to read it' });
  }
  if (flags.live === true) {
    const { readLive } = await import('./read-live.ts');
    return readLive(flags, order, io);
  }
  if (flags.snapshot !== undefined) return gatherSnapshot(readSnapshotFile(flags.snapshot, io.cwd), order);
  const objects = readStateFiles(flags.state ?? [], io.cwd);
  const namespace = order.namespace || guessNamespace(objects);
  refuseOtherNamespace(order.release, namespacesOf(objects, namespace), objects, namespace);
  return {
    objects,
    namespace,
    source: { source: objects.length === 0 ? 'none' : 'file', takenAt: null },
    coverage: noCoverage,
    kubernetesVersion: null,
    diagnostics: [],
  };
}

function gatherSnapshot(snapshot: Snapshot, order: StateOrder): GatheredState {
  const [only] = snapshot.namespaces;
  const namespace = order.namespace || (snapshot.namespaces.length === 1 && only !== undefined ? only : 'default');
  const gathered = useSnapshot(snapshot, 'snapshot', namespace);
  refuseOtherNamespace(order.release, new Set(snapshot.namespaces), gathered.objects, namespace);
  return { ...gathered, diagnostics: tellState(snapshot, [], order.release, namespace) };
}

/** A snapshot from a file, or one that was taken just now. */
export function useSnapshot(snapshot: Snapshot, source: 'live' | 'snapshot', namespace: string): GatheredState {
  const { takenAt, listed, unread, kubernetesVersion } = snapshot;
  return {
    objects: objectsOf(snapshot),
    namespace,
    source: { source, takenAt },
    coverage: { listed, unread },
    kubernetesVersion,
    diagnostics: [],
  };
}

/** A state of one namespace says where a release goes that does not say so itself. */
function guessNamespace(state: readonly KubernetesObject[]): string {
  const names = new Set([...namespacesOf(state, '')].filter((name) => name !== ''));
  const [only] = names;
  if (names.size === 1 && only !== undefined) return only;
  return state.length === 0 ? '' : 'default';
}

/** A state that holds other namespaces only would let everything through. */
function refuseOtherNamespace(
  objects: readonly KubernetesObject[],
  held: ReadonlySet<string>,
  state: readonly KubernetesObject[],
  namespace: string,
): void {
  if (held.size === 0) return;
  const known = new Set([...held, ...declaredNamespaces([...state, ...objects])]);
  for (const object of objects) if (object.kind === 'ResourceQuota') known.add(object.namespace || namespace);
  const other = [...namespacesOf(objects, namespace)].find((name) => !known.has(name));
  if (other === undefined) return;
  const problem = `it is a state of ${[...held].sort().join(', ')}, but the release goes to namespace ${other}; name the namespace with --namespace, or add its state`;
  throw createError('QF_STATE', { problem });
}
