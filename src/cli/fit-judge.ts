import type { Judge } from '../check/check.ts';
import { createReleaseFitter } from '../check/release-fit.ts';
import type { Release } from '../check/release.ts';
import { readFitOptions, refuseOtherNamespace } from './fit-input.ts';
import type { Io } from './io.ts';
import { readStateFiles, refuseState } from './read-state.ts';
import type { Settings } from './settings.ts';

/**
 * Peaks count the surge, and old pods that end only where a config asks for that: else `maxSurge: 0`, the way out, would be
 * no way out.
 * @throws QuotafitError when the state cannot be used, or is another namespace's
 */
export function fitJudge(
  judge: Judge,
  release: Release,
  settings: Settings,
  stateFiles: readonly string[],
  io: Io,
): Judge {
  const state = readStateFiles(stateFiles, io.cwd);
  const termination = settings.project.assumptions?.termination ?? settings.organisation.assumptions?.termination;
  const options = readFitOptions(settings, state, { termination: termination ?? 'optimistic' }, io);
  refuseOtherNamespace(release.objects, state, options.namespace);
  const fitter = createReleaseFitter(state, options);
  if (fitter.kind === 'bad-state') refuseState(fitter.problems);
  return { ...judge, state, fit: fitter.fit };
}
