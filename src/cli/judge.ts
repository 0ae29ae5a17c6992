import { resolve } from 'node:path';
import type { Judge } from '../check/check.ts';
import type { LayerRules } from '../config/layer.ts';
import { applyWaivers } from '../waiver/waiver.ts';
import { stdinName } from './inputs.ts';
import type { Io } from './io.ts';
import { loadOwnRules } from './own-rules.ts';
import { createBuiltInEngine, readMessages } from '../built-in-rules.ts';
import { resolveSettings } from './rule-sets.ts';
import { listKinds, type Settings } from './settings.ts';

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
    pathOf: (file) => (file === stdinName ? null : resolve(io.cwd, file)),
  };
}
