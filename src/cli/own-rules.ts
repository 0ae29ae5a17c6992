import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createError, describeFileFault } from '../errors.ts';
import { packageFile } from '../package-files.ts';
import type { RuleBundle } from '../bundle/bundle.ts';
import type { PolicyEngine } from '../policy/engine.ts';

/** For one object: a rule that takes longer loops. */
const deadlineMs = 2000;

/**
 * Makes people's own rules ready to judge: folders are compiled by OPA, bundles are taken as they are.
 * @param paths - as flags and configs name them
 * @throws QuotafitError when they cannot be used, or OPA is needed and missing
 */
export async function loadOwnRules(paths: readonly string[], cwd: string): Promise<readonly PolicyEngine[]> {
  const { createWorkerEngine } = await import('../policy/worker-engine.ts');
  const engines: PolicyEngine[] = [];
  const sources = new Map<string, string>();
  for (const path of paths) {
    const { source, ...parts } = await loadBundle(path, resolve(cwd, path));
    for (const { id } of parts.catalog.rules) {
      const first = sources.get(id);
      if (first !== undefined) throw createError('QF_POLICY', { source, problem: `${first} has a rule ${id} already` });
      sources.set(id, source);
    }
    engines.push(
      createWorkerEngine(
        { ruleSet: source, ...parts },
        { workerFile: packageFile('dist/policy-worker.js'), deadlineMs },
      ),
    );
  }
  return engines;
}

async function loadBundle(source: string, path: string): Promise<RuleBundle> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    const { compileRules } = await import('../bundle/compile.ts');
    return { ...(await compileRules(path)), source };
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw createError('QF_POLICY', { source, problem: describeFileFault(error) }, { cause: error });
  }
  const { readBundle } = await import('../bundle/bundle.ts');
  return readBundle(source, bytes);
}
