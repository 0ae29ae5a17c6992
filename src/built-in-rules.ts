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

/** The rules that the package ships, ready to judge. */
export function createBuiltInEngine(): PolicyEngine {
  return createPolicyEngine({
    ruleSet: 'built-in',
    wasm: readPackageBytes('policies/dist/policy.wasm'),
    catalog: readCatalog(),
  });
}
