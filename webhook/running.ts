import { isDeepStrictEqual } from 'node:util';
import type { KindTable } from '../src/workload/workload.ts';
import type { Configuration } from './configuration.ts';
import { createJudge, type JudgeDeps } from './judge.ts';
import type { ReviewOutcome } from './judgement.ts';
import { judgeLarge } from './large/judge-large.ts';
import { openLargeReviews, type LargeReviews } from './large/large-reviews.ts';
import type { RuleFailure } from './large/protocol.ts';
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
  readonly onRuleFailure: (failure: RuleFailure) => void;
  /** What runs on each node of the cluster. */
  readonly nodeAgents: RuleSources['nodeAgents'];
  readonly startOwnRules?: typeof startOwnRules;
  readonly openLargeReviews?: typeof openLargeReviews;
}

/** A judge by the configuration that holds; another takes over between two reviews. */
export interface RunningJudge {
  readonly judge: ReturnType<typeof createJudge>;
  /** The same for a review that is too large to be read by this thread. */
  readonly judgeLarge: (body: Buffer, deadlineMs: number) => Promise<ReviewOutcome>;
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
  const openLarge = ({ organisation, policies }: Configuration, { scope }: ConfiguredDeps): LargeReviews =>
    (settings.openLargeReviews ?? openLargeReviews)(
      { organisation, kubernetesVersion, kinds, scope, policies: [...policies.keys()] },
      { now: deps.now, nodeAgents, onRuleFailure },
    );
  let held = first;
  let own = await startOwn(first);
  let configured = await configure(first, own);
  let judge = createJudge({ ...deps, ...configured });
  let large = openLarge(first, configured);
  return {
    judge: (request, deadlineMs) => judge(request, deadlineMs),
    judgeLarge: (body, deadlineMs) => judgeLarge(body, deadlineMs, large, judge, configured.failure),
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
      const largeBefore = large;
      [held, own, large] = [next, nextOwn, openLarge(next, configured)];
      if (!isSame) await before?.close();
      await largeBefore.close();
    },
    async close() {
      await own?.close();
      await large.close();
    },
  };
}
