import { readPackageBytes, readPackageJson } from './package-files.ts';
import type { Catalog } from './policy/catalog.ts';
import { createPolicyEngine, type PolicyEngine, type PolicyEngineParts } from './policy/engine.ts';
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
 * @param limits - how much memory their wasm may take; an object that needs more fails
 */
export function createBuiltInEngine(limits: Pick<PolicyEngineParts, 'memoryBytes'> = {}): PolicyEngine {
  return createPolicyEngine({
    ...limits,
    ruleSet: 'built-in',
    wasm: readPackageBytes('policies/dist/policy.wasm'),
    catalog: readCatalog(),
  });
}
