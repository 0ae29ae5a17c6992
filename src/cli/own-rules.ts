import { loadBundles } from '../bundle/load-bundles.ts';
import { packageFile } from '../package-files.ts';
import type { PolicyEngine } from '../policy/engine.ts';

/** For one object: a rule that takes longer loops. */
const deadlineMs = 2000;

/**
 * Makes people's own rules ready to judge.
 * @param paths - as flags and configs name them
 * @throws QuotafitError when they cannot be used, or OPA is needed and missing
 */
export async function loadOwnRules(paths: readonly string[], cwd: string): Promise<readonly PolicyEngine[]> {
  const { createWorkerEngine } = await import('../policy/worker-engine.ts');
  const workerFile = packageFile('dist/policy-worker.js');
  const bundles = await loadBundles(paths, cwd);
  return bundles.map(({ source, ...parts }) =>
    createWorkerEngine({ ruleSet: source, ...parts }, { workerFile, deadlineMs }),
  );
}
