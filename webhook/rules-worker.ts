import { loadBundles } from '../src/bundle/load-bundles.ts';
import type { JsonObject } from '../src/manifest/document.ts';
import type { Facts } from '../src/facts/schema.ts';
import type { ResolvedRules } from '../src/config/rules.ts';
import { packageFile } from '../src/package-files.ts';
import type { RuleEntry } from '../src/policy/catalog.ts';
import { nameSubject, PolicyEvaluationError, type Evaluation, type RuleSettings } from '../src/policy/evaluation.ts';
import { createAsyncWorkerEngine, type AsyncWorkerEngine } from '../src/policy/worker-engine.ts';
import { within } from './within.ts';

/** People's own rules, each rule set in a thread that is killed when one of its rules loops, and started again. */
export interface OwnRules {
  readonly entries: readonly RuleEntry[];
  /** Never rejects: a rule set that cannot run, or does not answer within `waitMs`, is a failure among others. */
  readonly evaluate: (facts: Facts, settings: ResolvedRules, value: JsonObject, waitMs: number) => Promise<Evaluation>;
  /** Stops the threads once all that was asked is answered. */
  readonly close: () => Promise<void>;
}

export interface WorkerLimits {
  /** For one object; a rule that takes longer loops. */
  readonly deadlineMs: number;
  /** A rule that looped is tried again after this long. */
  readonly retryMs: number;
  /** For the wasm of one rule set. */
  readonly memoryBytes: number;
}

const LIMITS: WorkerLimits = { deadlineMs: 500, retryMs: 60_000, memoryBytes: 64 * 1024 * 1024 };

/**
 * @param paths - bundles, or folders that OPA compiles; absolute
 * @param workerFile - `policy-worker.js`
 * @throws QuotafitError when they cannot be used
 */
export async function startOwnRules(
  paths: readonly string[],
  workerFile: string = packageFile('dist/policy-worker.js'),
  { memoryBytes, ...limits }: WorkerLimits = LIMITS,
): Promise<OwnRules> {
  const bundles = await loadBundles(paths, process.cwd());
  const sets = bundles.map(({ source, ...parts }) =>
    describeSet(source, createAsyncWorkerEngine({ ruleSet: source, ...parts, memoryBytes }, { workerFile, ...limits })),
  );
  return {
    entries: bundles.flatMap(({ catalog }) => catalog.rules),
    async evaluate(facts, settings, value, waitMs) {
      const answers = await Promise.all(sets.map((set) => evaluateSet(set, facts, settings, value, waitMs)));
      return {
        findings: answers.flatMap(({ findings }) => findings),
        failures: answers.flatMap(({ failures }) => failures),
      };
    },
    async close() {
      await Promise.all(sets.map(({ engine }) => engine.close()));
    },
  };
}

interface RuleSet {
  readonly source: string;
  readonly engine: AsyncWorkerEngine;
  readonly needsObject: boolean;
  readonly settingsOf: (resolved: ResolvedRules) => RuleSettings;
}

function describeSet(source: string, engine: AsyncWorkerEngine): RuleSet {
  const { rules } = engine.catalog;
  const ids = new Set(rules.map(({ id }) => id));
  const known = new WeakMap<ResolvedRules, RuleSettings>();
  /** What goes to the thread with each object is only what its rules need. */
  const settingsOf = (resolved: ResolvedRules): RuleSettings => {
    const before = known.get(resolved);
    if (before !== undefined) return before;
    const params = Object.entries(resolved.params).filter(([id]) => ids.has(id));
    const settings = { enabled: resolved.enabled.filter((id) => ids.has(id)), params: Object.fromEntries(params) };
    known.set(resolved, settings);
    return settings;
  };
  return { source, engine, settingsOf, needsObject: rules.some(({ needs }) => needs === 'object') };
}

async function evaluateSet(
  { source, engine, needsObject, settingsOf }: RuleSet,
  facts: Facts,
  resolved: ResolvedRules,
  value: JsonObject,
  waitMs: number,
): Promise<Evaluation> {
  const settings = settingsOf(resolved);
  if (settings.enabled.length === 0) return { findings: [], failures: [] };
  try {
    return await within(Math.max(0, waitMs), engine.evaluate(facts, settings, needsObject ? value : null));
  } catch (error) {
    const isOwn = error instanceof PolicyEvaluationError;
    const failure = isOwn ? error : new PolicyEvaluationError(source, null, nameSubject(facts), error);
    return { findings: [], failures: [failure] };
  }
}
