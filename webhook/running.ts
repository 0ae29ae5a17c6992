import { isDeepStrictEqual } from 'node:util';
import type { PolicyEvaluationError } from '../src/policy/evaluation.ts';
import type { KindTable } from '../src/workload/workload.ts';
import type { Configuration } from './configuration.ts';
import { createJudge, type JudgeDeps } from './judge.ts';
import { createModeResolver } from './mode.ts';
import { loadRules, type RuleSources } from './rules.ts';
import { startOwnRules, type OwnRules } from './rules-worker.ts';
import { builtInWorkloads } from './scope.ts';

/** What a configuration decides about a judge; all else lives as long as the process. */
type Configured = 'checkBeside' | 'checkOwnRules' | 'checkRules' | 'failure' | 'levelOf' | 'modeOf' | 'scope';
export type ConfiguredDeps = Pick<JudgeDeps, Configured>;

export interface RunningSettings {
  /** `1.37` */
  readonly kubernetesVersion: string;
  /** Those that the state is followed with: others take effect with the next start. */
  readonly kinds: KindTable;
  readonly now: () => Date;
  readonly onRuleFailure: (failure: PolicyEvaluationError) => void;
  /** What runs on each node of the cluster. */
  readonly nodeAgents: RuleSources['nodeAgents'];
  readonly startOwnRules?: typeof startOwnRules;
}

/** A judge by the configuration that holds; another takes over between two reviews. */
export interface RunningJudge {
  readonly judge: ReturnType<typeof createJudge>;
  /** What it judges by now; others that judge do so by the same. */
  readonly configured: () => ConfiguredDeps;
  /**
   * Makes a configuration hold. Reviews that are under way end by the one of before.
   * @throws QuotafitError for one that cannot be used; then nothing has changed
   */
  readonly apply: (next: Configuration) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @throws QuotafitError for a configuration that cannot be used */
export async function runJudge(
  first: Configuration,
  deps: Omit<JudgeDeps, Configured>,
  settings: RunningSettings,
): Promise<RunningJudge> {
  const { kubernetesVersion, kinds, nodeAgents, now, onRuleFailure } = settings;
  const start = settings.startOwnRules ?? startOwnRules;
  const startOwn = async ({ policies }: Configuration): Promise<OwnRules | null> =>
    policies.size === 0 ? null : start([...policies.keys()]);
  const configure = async ({ file, organisation }: Configuration, own: OwnRules | null): Promise<ConfiguredDeps> => {
    const rules = await loadRules({
      organisation,
      kubernetesVersion,
      now,
      own,
      kinds,
      onFailure: onRuleFailure,
      nodeAgents,
    });
    const { checkBeside, checkOwnRules, checkRules, levelOf } = rules;
    const described = [...kinds.values()].map(({ group, kind }) => `${group}/${kind}`);
    return {
      checkBeside,
      checkOwnRules,
      checkRules,
      levelOf,
      modeOf: createModeResolver(file),
      scope: { controllers: file.controllers ?? [], workloadKinds: new Set([...builtInWorkloads, ...described]) },
      failure: file.failure ?? 'open',
    };
  };
  let held = first;
  let own = await startOwn(first);
  let configured = await configure(first, own);
  let judge = createJudge({ ...deps, ...configured });
  return {
    judge: (request, deadlineMs) => judge(request, deadlineMs),
    configured: () => configured,
    async apply(next) {
      const isSame = isDeepStrictEqual(next.policies, held.policies);
      const nextOwn = isSame ? own : await startOwn(next);
      try {
        configured = await configure(next, nextOwn);
        judge = createJudge({ ...deps, ...configured });
      } catch (error) {
        if (!isSame) await nextOwn?.close();
        throw error;
      }
      const before = own;
      [held, own] = [next, nextOwn];
      if (!isSame) await before?.close();
    },
    close: async () => own?.close(),
  };
}
