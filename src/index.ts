/**
 * The library: what the webhook and other programs may use; everything else is inside and may change. A check is
 * `createReleaseReader` to read manifests, `checkRelease` to judge them, and a printer:
 *
 * ```ts
 * const reader = createReleaseReader();
 * reader.addFile('web.yaml', await readFile('web.yaml'));
 * const engine = createBuiltInEngine();
 * const layers = { organisation: emptyLayer, project: emptyLayer };
 * const rules = createRuleResolver({ rules: engine.catalog.rules, ...layers, flags: {} });
 * const { report } = checkRelease(await reader.finish(), {
 *   engines: [engine],
 *   rules,
 *   waivers: applyWaivers({ ...layers, isLocked: rules.isLocked, now: new Date() }),
 *   messages: readMessages(),
 *   kinds: shippedKinds,
 *   kubernetesVersion: '1.37',
 *   namespace: '',
 *   pathOf: () => null,
 * });
 * ```
 */
export { createBuiltInEngine, readCatalog, readMessages } from './built-in-rules.ts';
export { askAbout, checkBeside, checkObject, weighRule, type Question } from './check/check-object.ts';
export { checkRelease, type CheckOutcome } from './check/check.ts';
export type { Judge } from './check/judge.ts';
export { createReleaseFitter, type FitterOutcome, type ReleaseFitter } from './check/release-fit.ts';
export { createReleaseReader, type Release, type ReleaseReader } from './check/release.ts';
export type { Surroundings } from './check/surroundings.ts';
export { emptyLayer, type ConfigLayer } from './config/layer.ts';
export { findConfig, loadConfig } from './config/load.ts';
export { createRuleResolver, type ResolvedRules, type RuleResolver } from './config/rules.ts';
export { QuotafitError, type ErrorCode } from './errors.ts';
export { fitRelease, type FitOptions, type FitOutcome } from './fit/fit-release.ts';
export type * from './fit/fit-report.ts';
export { decodeBytes, decodeFile, type DecodedFile } from './manifest/decode.ts';
export type * from './manifest/document.ts';
export { locate } from './manifest/locate.ts';
export { listObjects, type ListedObjects } from './manifest/objects.ts';
export type { Catalog, RuleEntry } from './policy/catalog.ts';
export { createPolicyEngine, type PolicyEngine } from './policy/engine.ts';
export { PolicyEvaluationError } from './policy/evaluation.ts';
export { printJson } from './report/json.ts';
export type * from './report/report.ts';
export { applyWaivers, type Waivers } from './waiver/waiver.ts';
export { shippedKinds } from './workload/kinds.ts';
