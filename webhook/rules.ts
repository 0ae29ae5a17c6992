import { isDeepStrictEqual } from 'node:util';
import type { LimitRange } from '../src/admission/limit-range.ts';
import {
  applyWaivers,
  askAbout,
  checkBeside,
  checkObject,
  createBuiltInEngine,
  emptyLayer,
  readMessages,
  weighRule,
  type ConfigLayer,
  type Judge,
  type Surroundings,
} from '../src/index.ts';
import type { NodeAgentFacts } from '../src/facts/object-schema.ts';
import type { KindTable } from '../src/workload/workload.ts';
import type { PolicyEvaluationError } from '../src/policy/evaluation.ts';
import { resolveSettings } from '../src/config/resolve.ts';
import { listKinds } from '../src/config/kinds.ts';
import type { JsonObject } from '../src/manifest/document.ts';
import { originalOf } from '../src/recurring.ts';
import type { JudgeDeps } from './judge.ts';
import { isRightBeside } from './neighbours.ts';
import type { OwnRules } from './rules-worker.ts';

/** The organisation's rules, ready for one object at a time. */
export interface RuleChecker extends Pick<JudgeDeps, 'checkBeside' | 'checkOwnRules' | 'checkRules' | 'levelOf'> {
  readonly kinds: KindTable;
}

export interface RuleSources {
  readonly organisation: ConfigLayer;
  /** `1.37` */
  readonly kubernetesVersion: string;
  readonly now: () => Date;
  /** Those of the configs' `policies`; `null` when there are none. */
  readonly own: OwnRules | null;
  /** Hears of each rule of people's own, or whole set of them, that could not answer. */
  readonly onFailure: (failure: PolicyEvaluationError) => void;
  /** What runs on each node of the cluster. */
  readonly nodeAgents: () => readonly NodeAgentFacts[];
  /** Of the wasm of those that ship. */
  readonly limits?: Parameters<typeof createBuiltInEngine>[0];
  /** Those that the state is followed with; without them, the organisation's and those that ship. */
  readonly kinds?: KindTable;
}

/** What the rules said of an object, and what it hangs on beside it. */
interface Answer {
  readonly judge: Judge;
  readonly around: Surroundings;
  readonly found: ReturnType<JudgeDeps['checkRules']>;
}

/** @throws QuotafitError for settings of rules or parameters that do not exist */
export async function loadRules({
  organisation,
  kubernetesVersion,
  now,
  own,
  onFailure,
  nodeAgents,
  limits = {},
  ...rest
}: RuleSources): Promise<RuleChecker> {
  const layers = { organisation, project: emptyLayer };
  const { kinds = listKinds(layers) } = rest;
  const engine = createBuiltInEngine(limits);
  const rules = await resolveSettings(layers, {}, [...engine.catalog.rules, ...(own?.entries ?? [])]);
  const fixed = {
    engines: [engine],
    rules,
    messages: readMessages(),
    kinds,
    kubernetesVersion,
    namespace: '',
    pathOf: () => null,
    decoded: true as const,
  };
  /** Waivers end with a day, so they are looked at anew with each. */
  let day = Number.NaN;
  let judge: Judge | null = null;
  const judgeOf = (): Judge => {
    const clock = now();
    const today = Math.floor(clock.getTime() / DAY_MS);
    if (judge !== null && today === day) return judge;
    day = today;
    judge = { ...fixed, waivers: applyWaivers({ ...layers, isLocked: rules.isLocked, now: clock, clock }) };
    return judge;
  };
  const surround = (limitRanges: readonly LimitRange[]): Surroundings => ({
    limitRanges,
    readConfigMap: noConfigMaps,
    nodeAgents: nodeAgents(),
  });
  const answers = new WeakMap<JsonObject, Answer>();
  return {
    kinds,
    checkRules(object, imagesOnly, limitRanges) {
      const today = judgeOf();
      const around = surround(limitRanges);
      const original = originalOf(object.value);
      const known = original === undefined ? undefined : answers.get(original);
      const isKnown = known?.judge === today && isDeepStrictEqual(known.around, around);
      const found = isKnown ? known.found : readFindings(checkObject(object, around, today));
      if (!isKnown && original !== undefined) answers.set(original, { judge: today, around, found });
      return imagesOnly ? found.filter(({ rule }) => rule.startsWith('images/')) : found;
    },
    checkBeside: (object, neighbours) => readFindings(checkBeside(object, neighbours, judgeOf(), isRightBeside)),
    checkOwnRules:
      own === null
        ? null
        : async (object, limitRanges, waitMs) => {
            const { facts, settings, conclude } = askAbout(object, surround(limitRanges), judgeOf());
            const { findings, failures } = conclude(await own.evaluate(facts, settings, object.value, waitMs));
            failures.forEach(onFailure);
            return {
              remarks: readFindings({ findings, failures: [] }),
              failures: failures.map(({ message, rule, ruleSet }) => ({
                rule,
                text: rule === null ? message : `${message}, a rule of ${ruleSet}`,
              })),
            };
          },
    levelOf: (rule, object) => weighRule(rule, object, judgeOf()),
  };
}

/** @throws PolicyEvaluationError when a rule that ships could not answer */
function readFindings({ findings, failures }: ReturnType<typeof checkObject>): ReturnType<JudgeDeps['checkRules']> {
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  return findings.map(({ rule, level, message }) => ({ rule, level, text: message }));
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** They may hold secrets, so nobody reads them here. */
const noConfigMaps = (): null => null;
