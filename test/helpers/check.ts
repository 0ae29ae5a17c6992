import { createBuiltInEngine, readMessages } from '../../src/built-in-rules.ts';
import { checkRelease, type CheckOutcome } from '../../src/check/check.ts';
import type { Judge } from '../../src/check/judge.ts';
import { createReleaseReader, type Release } from '../../src/check/release.ts';
import { emptyLayer, type ConfigLayer } from '../../src/config/layer.ts';
import { createRuleResolver } from '../../src/config/rules.ts';
import { applyWaivers } from '../../src/waiver/waiver.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';

/** One engine for all tests of a file: compiling the wasm takes longer than they do. */
const engine = createBuiltInEngine();

export async function readTexts(files: Readonly<Record<string, string>>): Promise<Release> {
  const reader = createReleaseReader();
  for (const [name, text] of Object.entries(files)) reader.addFile(name, Buffer.from(text));
  return reader.finish();
}

export function createJudge(project: Partial<ConfigLayer> = {}, more: Partial<Judge> = {}): Judge {
  const layers = { organisation: emptyLayer, project: { ...emptyLayer, ...project } };
  const rules = createRuleResolver({ rules: engine.catalog.rules, ...layers, flags: {} });
  const now = new Date('2026-06-01T00:00:00Z');
  return {
    engines: [engine],
    rules,
    waivers: applyWaivers({ ...layers, isLocked: rules.isLocked, now }),
    messages: readMessages(),
    kinds: shippedKinds,
    kubernetesVersion: '1.37',
    namespace: '',
    pathOf: (file) => `/${file}`,
    ...more,
  };
}

/** Judges manifests by the built-in rules. */
export async function checkTexts(
  files: Readonly<Record<string, string>>,
  project: Partial<ConfigLayer> = {},
): Promise<CheckOutcome> {
  return checkRelease(await readTexts(files), createJudge(project));
}
