import type { Judge } from '../check/check.ts';
import { createReleaseFitter } from '../check/release-fit.ts';
import type { Release } from '../check/release.ts';
import { readFitOptions, refuseOtherNamespace } from './fit-input.ts';
import type { Io } from './io.ts';
import { readStateFiles, refuseState } from './read-state.ts';
import type { Settings } from './settings.ts';

/** @throws QuotafitError when the state cannot be used, or is another namespace's */
export function fitJudge(
  judge: Judge,
  release: Release,
  settings: Settings,
  stateFiles: readonly string[],
  io: Io,
): Judge {
  const state = readStateFiles(stateFiles, io.cwd);
  const options = readFitOptions(settings, state, {}, io);
  refuseOtherNamespace(release.objects, state, options.namespace);
  const fitter = createReleaseFitter(state, options);
  if (fitter.kind === 'bad-state') refuseState(fitter.problems);
  return { ...judge, state, fit: fitter.fit };
}
