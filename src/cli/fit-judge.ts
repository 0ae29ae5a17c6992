import { isBound } from '../check/bounds.ts';
import type { Judge } from '../check/judge.ts';
import { createReleaseFitter } from '../check/release-fit.ts';
import type { Release } from '../check/release.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { readWorkload, type KindTable } from '../workload/workload.ts';
import type { StateFlags } from './fit-flags.ts';
import { readFitOptions, tellKustomizations } from './fit-input.ts';
import { gatherState } from './gather-state.ts';
import type { Io } from './io.ts';
import { refuseState } from './read-state.ts';
import { listKinds } from '../config/kinds.ts';
import type { Settings } from './settings.ts';
import { describeState } from './state-age.ts';

/**
 * Peaks count the surge, and old pods that end only where a config asks for that: else `maxSurge: 0`, the way out, would be
 * no way out.
 * @throws QuotafitError when the state cannot be had or used, or is another namespace's
 */
export async function fitJudge(
  judge: Judge,
  release: Release,
  settings: Settings,
  flags: StateFlags,
  io: Io,
): Promise<{ readonly release: Release; readonly judge: Judge }> {
  const order = { release: release.objects, namespace: settings.namespace, kinds: listKinds(settings) };
  const state = await gatherState(flags, order, io);
  const told = describeState(state.source, settings.now);
  if (told !== null) io.stderr.write(`quotafit: judged against ${told}\n`);
  const termination = settings.project.assumptions?.termination ?? settings.organisation.assumptions?.termination;
  tellKustomizations(release, io);
  const options = readFitOptions(settings, state, { termination: termination ?? 'optimistic' }, io);
  const fitter = createReleaseFitter(state.objects, options);
  if (fitter.kind === 'bad-state') refuseState(fitter.problems);
  const astray = options.namespace === '' ? countAstray(release, state.objects, order.kinds) : 0;
  if (astray > 0) {
    const who = astray === 1 ? '1 workload names' : `${astray} workloads name`;
    io.stderr.write(`quotafit: ${who} no namespace, and no quota of a namespace was asked; say where with -n NAME\n`);
  }
  return {
    release: { ...release, diagnostics: [...release.diagnostics, ...state.diagnostics] },
    judge: { ...judge, kubernetesVersion: options.kubernetesVersion, fit: fitter.fit, state: state.objects },
  };
}

/** Workloads that could be under a quota that is known, if anybody said where they go. */
function countAstray(
  { objects, context }: Pick<Release, 'context' | 'objects'>,
  state: readonly KubernetesObject[],
  kinds: KindTable,
): number {
  if (![...objects, ...context, ...state].some((object) => isBound(object) && object.namespace !== '')) return 0;
  return objects.filter((object) => object.namespace === '' && readWorkload(object, kinds) !== null).length;
}
