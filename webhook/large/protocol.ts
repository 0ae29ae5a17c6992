import type { ConfigLayer } from '../../src/config/layer.ts';
import type { NodeAgentFacts } from '../../src/facts/object-schema.ts';
import type { Injection } from '../../src/fit/learn-injected.ts';
import type { WorldSettings } from '../../src/fit/open-world.ts';
import type { SteadyCast } from '../../src/fit/steady-cast.ts';
import type { NamespaceState } from '../../src/state/namespace-state.ts';
import type { PolicyEvaluationError } from '../../src/policy/evaluation.ts';
import type { KindTable } from '../../src/workload/workload.ts';
import type { Opinion } from '../judge.ts';
import type { ReviewRequest } from '../review.ts';
import type { Scope, ScopeSettings } from '../scope.ts';

/** What the thread for large reviews is started with: all that a configuration says of rules. */
export interface ThreadStart {
  readonly organisation: ConfigLayer;
  /** `1.37` */
  readonly kubernetesVersion: string;
  readonly kinds: KindTable;
  readonly scope: ScopeSettings;
  /** People's own rules, absolute; they get threads of their own beneath this one. */
  readonly policies: readonly string[];
  /** `policy-worker.js` */
  readonly policyWorkerFile: string;
}

/** What rules look at around an object. */
type Around = Pick<NamespaceState, 'limitRanges' | 'objects'> & { readonly nodeAgents: readonly NodeAgentFacts[] };

/** What the demand of an object hangs on beside itself. */
export interface Bounds {
  readonly namespace: NamespaceState;
  readonly settings: WorldSettings;
  readonly injection: Injection;
}

/** The thread keeps what it has read under its `id` until it is told to forget it. */
export type ThreadRequest =
  | { readonly kind: 'read'; readonly id: number; readonly body: Uint8Array }
  | {
      readonly kind: 'judge';
      readonly id: number;
      readonly around: Around;
      /** `null` where its demand is not asked for. */
      readonly bounds: Bounds | null;
      readonly waitMs: number;
    }
  | { readonly kind: 'forget'; readonly id: number };

/** A review without its objects. They are texts, since a thread takes over a text at a fraction of what an object costs. */
interface ReadReview {
  readonly kind: 'read';
  readonly request: ReviewRequest;
  readonly scope: Scope;
  /** JSON of what fit and answers need of the object; `null` where there is none. */
  readonly object: string | null;
  readonly oldObject: string | null;
}

export type RuleFailure = Pick<PolicyEvaluationError, 'message' | 'rule' | 'ruleSet'>;

/** What all rules say, those that ship and people's own. */
export interface JudgedReview {
  readonly kind: 'judged';
  readonly shipped: Opinion;
  readonly own: Opinion;
  /** Of people's own rules. */
  readonly failures: readonly RuleFailure[];
  /** What the object and the one before it ask for at rest; `null` where it was not asked, or cannot be told so. */
  readonly casts: readonly [object: SteadyCast | null, old: SteadyCast | null];
}

export type ThreadReply =
  | ReadReview
  | JudgedReview
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'broken'; readonly cause: string }
  | { readonly kind: 'ready' };
