import { isKustomization } from '../check/kustomization.ts';
import { isMerged, kustomizeRelease } from '../check/kustomize-release.ts';
import type { Release } from '../check/release.ts';
import type { FitOptions } from '../fit/fit-release.ts';
import type { FitReport } from '../fit/fit-report.ts';
import { fitRelease } from '../fit/fit-release.ts';
import type { Diagnostic, KubernetesObject } from '../manifest/document.ts';
import type { FitFlags, StateFlags } from './fit-flags.ts';
import type { CommonFlags } from './flags.ts';
import { gatherState, type GatheredState } from './gather-state.ts';
import { findFile } from './inputs.ts';
import type { Io } from './io.ts';
import { readRelease } from './read-release.ts';
import { readInjected, refuseState } from './read-state.ts';
import { listKinds } from '../config/kinds.ts';
import { loadSettings, type Settings } from './settings.ts';

/** A release and the state that it goes into, with everything that decides about the answer. */
export interface FitInput {
  readonly objects: readonly KubernetesObject[];
  readonly state: readonly KubernetesObject[];
  readonly options: FitOptions;
  readonly diagnostics: readonly Diagnostic[];
  readonly now: Date;
}

/** @throws QuotafitError when the state cannot be used, or is another namespace's */
export async function readFitInput(paths: readonly string[], flags: FitFlags, io: Io): Promise<FitInput> {
  const settings = await loadSettings(flags, io);
  const release = kustomizeRelease(await readRelease(paths, io), {
    pathOf: (file) => findFile(file, io.cwd),
    kinds: listKinds(settings),
  });
  tellKustomizations(release, io);
  const { diagnostics } = release;
  const objects = release.objects.filter((object) => !isKustomization(object) && !isMerged(object, release));
  const namespace = settings.namespace;
  const state = await gatherState(flags, { release: objects, namespace, kinds: listKinds(settings) }, io);
  const options = readFitOptions(settings, state, flags, io);
  return {
    objects,
    state: state.objects,
    diagnostics: [...diagnostics, ...state.diagnostics],
    options: { ...options, namespace: options.namespace || 'default' },
    now: settings.now,
  };
}

/** Says that sources of kustomize are played as far as they can be read. */
export function tellKustomizations({ objects, context }: Release, io: Io): void {
  const count = [...objects, ...context].filter(isKustomization).length;
  if (count === 0) return;
  const what = count === 1 ? '1 kustomization is' : `${count} kustomizations are`;
  io.stderr.write(
    `quotafit: ${what} not built: what patches and generators make is not counted; give quotafit what kustomize build prints\n`,
  );
}

/** What flags and configs say about a play; the namespace is empty where neither they nor the state name one. */
export function readFitOptions(
  settings: Settings,
  state: GatheredState,
  flags: Omit<FitFlags, keyof CommonFlags | keyof StateFlags>,
  io: Io,
): FitOptions {
  const { project, organisation } = settings;
  const assumed = { ...organisation.assumptions, ...project.assumptions };
  return {
    kubernetesVersion: settings.isVersionChosen
      ? settings.kubernetesVersion
      : (state.kubernetesVersion ?? settings.kubernetesVersion),
    namespace: state.namespace,
    kinds: listKinds(settings),
    termination: flags.termination ?? assumed.termination ?? 'realistic',
    concurrentRollouts: flags.concurrentRollouts ?? 'all',
    nodes: flags.nodes ?? assumed.nodes ?? null,
    injected: readInjected(flags.inject ?? [], io.cwd),
    limitedResources: [],
    state: state.source,
    coverage: state.coverage,
  };
}

/** @throws QuotafitError when the state is none that a cluster could be in */
export function fitInput({ objects, state, options, diagnostics }: FitInput): FitReport {
  const outcome = fitRelease(objects, state, options);
  if (outcome.kind === 'bad-state') refuseState(outcome.problems);
  const { report } = outcome;
  return { ...report, diagnostics: [...diagnostics, ...report.diagnostics] };
}
