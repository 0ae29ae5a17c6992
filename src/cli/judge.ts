import { resolve } from 'node:path';
import type { Judge } from '../check/check.ts';
import type { LayerRules } from '../config/layer.ts';
import { applyWaivers } from '../waiver/waiver.ts';
import { stdinName } from './inputs.ts';
import type { Io } from './io.ts';
import { createBuiltInEngine, readMessages, resolveSettings } from './rule-sets.ts';
import { listKinds, type Settings } from './settings.ts';

/** Puts together by what a run judges: the rules as all configs and flags leave them, waivers, texts. */
export async function createJudge(settings: Settings, flags: { readonly rule: LayerRules }, io: Io): Promise<Judge> {
  const { organisation, project, kubernetesVersion, namespace, now } = settings;
  const engine = createBuiltInEngine();
  const rules = await resolveSettings(settings, flags.rule, engine.catalog.rules);
  return {
    engines: [engine],
    rules,
    waivers: applyWaivers({ organisation, project, isLocked: rules.isLocked, now }),
    messages: readMessages(),
    kinds: listKinds(settings),
    kubernetesVersion,
    namespace,
    pathOf: (file) => (file === stdinName ? null : resolve(io.cwd, file)),
  };
}
