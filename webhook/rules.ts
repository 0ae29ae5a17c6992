import {
  applyWaivers,
  checkObject,
  createBuiltInEngine,
  createRuleResolver,
  emptyLayer,
  loadConfig,
  readMessages,
  type ConfigLayer,
  type Judge,
} from '../src/index.ts';
import type { KindTable } from '../src/workload/workload.ts';
import { listKinds } from '../src/cli/settings.ts';
import type { JudgeDeps } from './judge.ts';

/** The organisation's rules, ready for one object at a time. */
export interface RuleChecker {
  readonly check: JudgeDeps['checkRules'];
  readonly kinds: KindTable;
}

/** @param policyFile - the organisation's `quotafit.yaml`; `null` for the rules as they ship */
export async function loadRules(
  policyFile: string | null,
  kubernetesVersion: string,
  now: () => Date,
): Promise<RuleChecker> {
  const organisation = policyFile === null ? emptyLayer : await loadConfig(policyFile, process.cwd());
  const layers = { organisation, project: emptyLayer };
  return { check: createCheck(layers, kubernetesVersion, now), kinds: listKinds(layers) };
}

function createCheck(
  layers: { readonly organisation: ConfigLayer; readonly project: ConfigLayer },
  kubernetesVersion: string,
  now: () => Date,
): JudgeDeps['checkRules'] {
  const engine = createBuiltInEngine();
  const rules = createRuleResolver({ rules: engine.catalog.rules, ...layers, flags: {} });
  const fixed = {
    engines: [engine],
    rules,
    messages: readMessages(),
    kinds: listKinds(layers),
    kubernetesVersion,
    namespace: '',
    pathOf: () => null,
  };
  /** Waivers end with a day, so they are looked at anew with each. */
  let day = '';
  let judge: Judge | null = null;
  const judgeOf = (): Judge => {
    const clock = now();
    const today = clock.toISOString().slice(0, 'yyyy-mm-dd'.length);
    if (judge !== null && today === day) return judge;
    day = today;
    judge = { ...fixed, waivers: applyWaivers({ ...layers, isLocked: rules.isLocked, now: clock, clock }) };
    return judge;
  };
  return (object, imagesOnly, limitRanges) => {
    const { findings, failures } = checkObject(object, { limitRanges, readConfigMap: noConfigMaps }, judgeOf());
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    return findings
      .filter(({ rule }) => !imagesOnly || rule.startsWith('images/'))
      .map(({ rule, level, message }) => ({ rule, level, text: message }));
  };
}

/** They may hold secrets, so nobody reads them here. */
const noConfigMaps = (): null => null;
