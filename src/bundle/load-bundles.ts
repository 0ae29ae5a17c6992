import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createError, describeFileFault } from '../errors.ts';
import type { RuleBundle } from './bundle.ts';

/**
 * Reads people's own rules: folders are compiled by OPA, bundles are taken as they are.
 * @param paths - as flags and configs name them
 * @throws QuotafitError when they cannot be used, or OPA is needed and missing
 */
export async function loadBundles(paths: readonly string[], cwd: string): Promise<readonly RuleBundle[]> {
  const bundles: RuleBundle[] = [];
  const sources = new Map<string, string>();
  for (const path of paths) {
    const bundle = await loadBundle(path, resolve(cwd, path));
    const { source } = bundle;
    for (const { id } of bundle.catalog.rules) {
      const first = sources.get(id);
      if (first !== undefined) throw createError('QF_POLICY', { source, problem: `${first} has a rule ${id} already` });
      sources.set(id, source);
    }
    bundles.push(bundle);
  }
  return bundles;
}

async function loadBundle(source: string, path: string): Promise<RuleBundle> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    const { compileRules } = await import('./compile.ts');
    return { ...(await compileRules(path)), source };
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw createError('QF_POLICY', { source, problem: describeFileFault(error) }, { cause: error });
  }
  const { readBundle } = await import('./bundle.ts');
  return readBundle(source, bytes);
}
