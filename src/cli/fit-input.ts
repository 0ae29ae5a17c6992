import { createError } from '../errors.ts';
import type { FitOptions } from '../fit/fit-release.ts';
import type { FitReport } from '../fit/fit-report.ts';
import { fitRelease } from '../fit/fit-release.ts';
import type { Diagnostic, KubernetesObject } from '../manifest/document.ts';
import { isNamespaced } from '../quota/resource-name.ts';
import { isClusterObject } from '../state/state.ts';
import type { FitFlags } from './fit-flags.ts';
import type { CommonFlags } from './flags.ts';
import type { Io } from './io.ts';
import { readRelease } from './read-release.ts';
import { readInjected, readStateFiles, refuseState } from './read-state.ts';
import { listKinds, loadSettings, type Settings } from './settings.ts';

/** A release and the state that it goes into, with everything that decides about the answer. */
export interface FitInput {
  readonly objects: readonly KubernetesObject[];
  readonly state: readonly KubernetesObject[];
  readonly options: FitOptions;
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws QuotafitError when the state cannot be used, or is another namespace's */
export async function readFitInput(paths: readonly string[], flags: FitFlags, io: Io): Promise<FitInput> {
  const settings = await loadSettings(flags, io);
  const state = readStateFiles(flags.state ?? [], io.cwd);
  const { objects, diagnostics } = await readRelease(paths, io);
  const options = readFitOptions(settings, state, flags, io);
  const namespace = options.namespace === '' ? 'default' : options.namespace;
  refuseOtherNamespace(objects, state, namespace);
  return { objects, state, diagnostics, options: { ...options, namespace } };
}

/** What flags and configs say about a play; the namespace is empty where neither they nor the state name one. */
export function readFitOptions(
  settings: Settings,
  state: readonly KubernetesObject[],
  flags: Omit<FitFlags, keyof CommonFlags | 'state'>,
  io: Io,
): FitOptions {
  const { project, organisation } = settings;
  const assumed = { ...organisation.assumptions, ...project.assumptions };
  return {
    kubernetesVersion: settings.kubernetesVersion,
    namespace: settings.namespace === '' ? guessNamespace(state) : settings.namespace,
    kinds: listKinds(settings),
    termination: flags.termination ?? assumed.termination ?? 'realistic',
    concurrentRollouts: flags.concurrentRollouts ?? 'all',
    nodes: flags.nodes ?? assumed.nodes ?? null,
    injected: readInjected(flags.inject ?? [], io.cwd),
    limitedResources: [],
    state: { source: state.length === 0 ? 'none' : 'file', takenAt: null },
  };
}

/** @throws QuotafitError when the state is none that a cluster could be in */
export function fitInput({ objects, state, options, diagnostics }: FitInput): FitReport {
  const outcome = fitRelease(objects, state, options);
  if (outcome.kind === 'bad-state') refuseState(outcome.problems);
  const { report } = outcome;
  return { ...report, diagnostics: [...diagnostics, ...report.diagnostics] };
}

const placed = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.filter((object) => isNamespaced(object) && !isClusterObject(object));

/** A state of one namespace says where a release goes that does not say so itself. */
function guessNamespace(state: readonly KubernetesObject[]): string {
  const names = new Set(placed(state).flatMap(({ namespace }) => (namespace === '' ? [] : [namespace])));
  const [only] = names;
  if (names.size === 1 && only !== undefined) return only;
  return state.length === 0 ? '' : 'default';
}

const isDeclared = ({ kind }: KubernetesObject): boolean => kind === 'Namespace' || kind === 'ResourceQuota';

/** A state that holds other namespaces only would let everything through. */
export function refuseOtherNamespace(
  objects: readonly KubernetesObject[],
  state: readonly KubernetesObject[],
  namespace: string,
): void {
  const nameOf = (object: KubernetesObject): string => (object.namespace === '' ? namespace : object.namespace);
  const held = new Set(placed(state).map(nameOf));
  if (held.size === 0) return;
  const known = new Set(held);
  for (const object of [...state, ...objects].filter(isDeclared)) {
    known.add(object.kind === 'Namespace' ? object.name : nameOf(object));
  }
  const other = placed(objects)
    .map(nameOf)
    .find((name) => !known.has(name));
  if (other === undefined) return;
  const problem = `it is a state of ${[...held].sort().join(', ')}, but the release goes to namespace ${other}; name the namespace with --namespace, or add its state`;
  throw createError('QF_STATE', { problem });
}
