import { readPackageBytes, readPackageJson } from './package-files.ts';
import type { Catalog } from './policy/catalog.ts';
import { createPolicyEngine, type PolicyEngine } from './policy/engine.ts';
import type { Messages } from './policy/message.ts';

/** The rules that the package ships, without what runs them. */
export function readCatalog(): Catalog {
  return readPackageJson('policies/dist/catalog.json') as Catalog;
}

/** The sentences of their findings. */
export function readMessages(): Messages {
  return readPackageJson('messages/en.json') as Messages;
}

/**
 * The rules that the package ships, ready to judge.
 * @param answers - how many of them are remembered, for a server that is asked about the same object again
 */
export function createBuiltInEngine(answers = 0): PolicyEngine {
  return createPolicyEngine({
    ruleSet: 'built-in',
    wasm: readPackageBytes('policies/dist/policy.wasm'),
    catalog: readCatalog(),
    answers,
  });
}
