import { hasBounds } from '../check/bounds.ts';
import type { Judge } from '../check/judge.ts';
import type { Release } from '../check/release.ts';
import type { LayerRules } from '../config/layer.ts';
import { applyWaivers } from '../waiver/waiver.ts';
import { findFile } from './inputs.ts';
import type { Io } from './io.ts';
import type { StateFlags } from './fit-flags.ts';
import { loadOwnRules } from './own-rules.ts';
import { createBuiltInEngine, readMessages } from '../built-in-rules.ts';
import { resolveSettings } from '../config/resolve.ts';
import { listKinds } from '../config/kinds.ts';
import type { Settings } from './settings.ts';

export interface JudgeFlags {
  readonly rule: LayerRules;
  /** Folders or bundles with people's own rules, beside those of the configs. */
  readonly policy?: readonly string[];
}

/** Puts together by what a run judges: the rules as all configs and flags leave them, waivers, texts. */
export async function createJudge(settings: Settings, flags: JudgeFlags, io: Io): Promise<Judge> {
  const { organisation, project, kubernetesVersion, namespace, now } = settings;
  const paths = new Set([...organisation.policies, ...project.policies, ...(flags.policy ?? [])]);
  const engines = [createBuiltInEngine(), ...(paths.size === 0 ? [] : await loadOwnRules([...paths], io.cwd))];
  const entries = engines.flatMap(({ catalog }) => catalog.rules);
  const rules = await resolveSettings(settings, flags.rule, entries);
  return {
    engines,
    rules,
    waivers: applyWaivers({ organisation, project, isLocked: rules.isLocked, now, clock: io.now() }),
    messages: readMessages(),
    kinds: listKinds(settings),
    kubernetesVersion,
    namespace,
    pathOf: (file) => findFile(file, io.cwd),
  };
}

/**
 * Adds what quota says, where any is known: among the input or beside it, or in a state.
 * @param since - whether an earlier release is judged too, of which nobody knows yet what it holds
 */
export async function equipJudge(
  judge: Judge,
  release: Release,
  settings: Settings,
  flags: StateFlags & { readonly since?: string },
  io: Io,
): Promise<{ readonly release: Release; readonly judge: Judge }> {
  const names = ['state', 'snapshot', 'live', 'context', 'kubeconfig', 'since'] as const;
  if (names.every((name) => flags[name] === undefined) && !hasBounds(release)) return { release, judge };
  const { fitJudge } = await import('./fit-judge.ts');
  return fitJudge(judge, release, settings, flags, io);
}
