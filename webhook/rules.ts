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
} from '../src/index.ts';
import type { KindTable } from '../src/workload/workload.ts';
import type { PolicyEvaluationError } from '../src/policy/evaluation.ts';
import { resolveSettings } from '../src/cli/rule-sets.ts';
import { listKinds } from '../src/config/kinds.ts';
import type { JsonObject } from '../src/manifest/document.ts';
import { isRecurring } from '../src/recurring.ts';
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
  /** Those that the state is followed with; without them, the organisation's and those that ship. */
  readonly kinds?: KindTable;
}

/** What the rules said of an object, and what it hangs on beside it. */
interface Answer {
  readonly judge: Judge;
  readonly limitRanges: readonly LimitRange[];
  readonly found: ReturnType<JudgeDeps['checkRules']>;
}

/** @throws QuotafitError for settings of rules or parameters that do not exist */
export async function loadRules({
  organisation,
  kubernetesVersion,
  now,
  own,
  onFailure,
  ...rest
}: RuleSources): Promise<RuleChecker> {
  const layers = { organisation, project: emptyLayer };
  const { kinds = listKinds(layers) } = rest;
  const engine = createBuiltInEngine();
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
  const answers = new WeakMap<JsonObject, Answer>();
  return {
    kinds,
    checkRules(object, imagesOnly, limitRanges) {
      const today = judgeOf();
      const known = answers.get(object.value);
      const isKnown = known?.judge === today && isDeepStrictEqual(known.limitRanges, limitRanges);
      const found = isKnown
        ? known.found
        : readFindings(checkObject(object, { limitRanges, readConfigMap: noConfigMaps }, today));
      if (!isKnown && isRecurring(object.value)) answers.set(object.value, { judge: today, limitRanges, found });
      return imagesOnly ? found.filter(({ rule }) => rule.startsWith('images/')) : found;
    },
    checkBeside: (object, neighbours) => readFindings(checkBeside(object, neighbours, judgeOf(), isRightBeside)),
    checkOwnRules:
      own === null
        ? null
        : async (object, limitRanges, waitMs) => {
            const around = { limitRanges, readConfigMap: noConfigMaps };
            const { facts, settings, conclude } = askAbout(object, around, judgeOf());
            const { findings, failures } = conclude(await own.evaluate(facts, settings, object.value, waitMs));
            failures.forEach(onFailure);
            return {
              remarks: readFindings({ findings, failures: [] }),
              failures: failures.map(({ message, rule, ruleSet }) =>
                rule === null ? message : `${message}, a rule of ${ruleSet}`,
              ),
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

/** They may hold secrets, so nobody reads them here. */
const noConfigMaps = (): null => null;
