import type { Facts } from '../facts/schema.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { listSubjects, type Catalog } from './catalog.ts';
import {
  nameSubject,
  PolicyEvaluationError,
  type Evaluation,
  type RawFinding,
  type RuleSettings,
} from './evaluation.ts';
import { loadPolicy, type WasmPolicy } from './wasm-policy.ts';

/** One rule set, ready to judge. Synchronous and cheap: some twenty microseconds for a quiet workload. */
export interface PolicyEngine {
  readonly catalog: Catalog;
  /**
   * Judges one subject by the enabled rules. Never throws for what a rule does: a rule that cannot answer is in
   * `failures`, and the others have spoken.
   * @param raw - the object itself, for rule sets of which a rule `needs: object`; no other gets it
   */
  evaluate(facts: Facts, settings: RuleSettings, raw?: JsonObject | null): Evaluation;
  /** Bytes of wasm memory held now. */
  memoryBytes(): number;
}

export interface PolicyEngineParts {
  /** What errors call the rule set: `built-in`, or the folder of people's own rules. */
  readonly ruleSet: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly catalog: Catalog;
  /** What the rules read as `data` besides their parameters. */
  readonly data?: JsonObject;
  /** The most memory that its wasm may take; a rule or an object that needs more fails. */
  readonly memoryBytes?: number;
}

const gathering = 'main/findings';

export function createPolicyEngine({
  ruleSet,
  wasm,
  catalog,
  data = {},
  memoryBytes,
}: PolicyEngineParts): PolicyEngine {
  const subjects = new Map(catalog.rules.map((rule) => [rule.id, listSubjects(rule)]));
  const needsObject = catalog.rules.some((rule) => rule.needs === 'object');
  let settled: RuleSettings | null = null;
  let policy: WasmPolicy | null = null;

  function preparePolicy(settings: RuleSettings): WasmPolicy {
    if (policy === null) policy = loadPolicy(wasm, policyData(settings), memoryBytes);
    else if (settled !== settings) policy.setData(policyData(settings));
    settled = settings;
    return policy;
  }

  /** `data` of the wasm: the enabled rules by subject, as `[category, leaf]`, and their parameters. */
  function policyData({ enabled, params }: RuleSettings): JsonObject {
    const rules: Record<string, Record<string, readonly string[]>> = {};
    for (const id of enabled) {
      for (const subject of subjects.get(id) ?? []) (rules[subject] ??= {})[id] = id.split('/');
    }
    return { ...data, enabled: rules, params };
  }

  /** After a throw: each rule by its own entrypoint, so that the culprit is named and the others still speak. */
  function evaluateEach(running: WasmPolicy, facts: Facts, input: string, settings: RuleSettings): Evaluation {
    const findings: RawFinding[] = [];
    const failures: PolicyEvaluationError[] = [];
    for (const id of settings.enabled) {
      if (subjects.get(id)?.includes(facts.subject) !== true) continue;
      try {
        readFindings(id, running.evaluate(input, `rules/${id}/finding`), findings);
      } catch (error) {
        failures.push(new PolicyEvaluationError(ruleSet, id, nameSubject(facts), error));
      }
    }
    return { findings: sortFindings(findings), failures };
  }

  return {
    catalog,
    memoryBytes: () => policy?.memoryBytes() ?? 0,
    evaluate(facts, settings, raw = null) {
      const input = JSON.stringify(needsObject && raw !== null ? { ...facts, raw } : facts);
      const running = preparePolicy(settings);
      let byRule: JsonValue | undefined;
      try {
        byRule = running.evaluate(input, gathering);
      } catch (error) {
        const each = evaluateEach(running, facts, input, settings);
        if (each.failures.length > 0) return each;
        return { ...each, failures: [new PolicyEvaluationError(ruleSet, null, nameSubject(facts), error)] };
      }
      const findings: RawFinding[] = [];
      for (const [id, found] of Object.entries((byRule ?? {}) as JsonObject)) readFindings(id, found, findings);
      return { findings: sortFindings(findings), failures: [] };
    },
  };
}

function readFindings(rule: string, found: JsonValue | undefined, findings: RawFinding[]): void {
  for (const finding of (found ?? []) as unknown as readonly Omit<RawFinding, 'rule'>[]) {
    findings.push({ rule, ...finding });
  }
}

/** Rego's sets come in Rego's order; reports want object, rule, path, then data, and the same bytes every time. */
function sortFindings(findings: RawFinding[]): RawFinding[] {
  return findings.length < 2 ? findings : findings.sort(compareFindings);
}

function compareFindings(a: RawFinding, b: RawFinding): number {
  return (
    (a.object ?? 0) - (b.object ?? 0) ||
    compareTexts(a.rule, b.rule) ||
    compareTexts(a.path, b.path) ||
    compareTexts(JSON.stringify(a.data), JSON.stringify(b.data))
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
