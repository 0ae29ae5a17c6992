import type { LimitRange } from '../src/admission/limit-range.ts';
import type { Committer } from '../src/fit/commitment.ts';
import type { WorldSettings } from '../src/fit/open-world.ts';
import type { DenialShortage } from '../src/denial/denial.ts';
import { describeCause } from '../src/errors.ts';
import { stringAt } from '../src/manifest/fields.ts';
import type { KubernetesObject } from '../src/manifest/document.ts';
import type { Level } from '../src/report/report.ts';
import type { NamespaceState } from '../src/state/namespace-state.ts';
import { answerFailure, type Degradation, type FailureMode } from './failure.ts';
import { inTurns } from './in-turns.ts';
import { tellTooLarge, warnOfBounds } from './judge-bounds.ts';
import { judgeFit, type Passes } from './judge-fit.ts';
import { judgeOwnRules, judgeRules } from './judge-rules.ts';
import type { Judgement } from './judgement.ts';
import { judgeElsewhere, type Reading } from './large/reading.ts';
import type { ModeResolver } from './mode.ts';
import type { Reservations } from './reservations.ts';
import type { ReviewRequest } from './review.ts';
import { readObjects } from './review-objects.ts';
import { decideScope, type ScopeSettings } from './scope.ts';

/** One thing to say about a request. */
export interface Remark {
  readonly rule: string;
  readonly level: 'error' | 'warning';
  readonly text: string;
  /** It held for the stored object too: an update is not to blame for it. */
  readonly isOld: boolean;
  /** Of what is short, for who asks later whether it still is. */
  readonly shortages?: readonly DenialShortage[];
}

export interface LiveState {
  readonly namespace: (name: string) => NamespaceState;
  readonly settings: () => WorldSettings;
  /** What keeps the state from being trusted; `null` when it can be. */
  readonly fault: () => 'state-not-synced' | 'state-stale' | null;
  /**
   * The namespace with its quotas, its limit ranges and objects of these kinds as the API server itself has them, past
   * the watch.
   * @param kinds - as `kindOf` of src/fit/judge-change.ts writes them; `null` for all that is followed
   * @throws when it does not answer in time
   */
  readonly reread: (name: string, kinds: ReadonlySet<string> | null, waitMs: number) => Promise<NamespaceState>;
}

/** What is noted beside the answer: a denial, what mode `deny` would have denied, a controller's write that does not fit. */
export interface Observation {
  readonly kind: 'denied' | 'does-not-fit' | 'would-deny';
  readonly namespace: string;
  readonly object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'name'>;
  readonly user: string;
  readonly remarks: readonly Remark[];
}

/** What people's own rules say, and what those say that could not. */
interface OwnAnswer {
  readonly remarks: readonly Omit<Remark, 'isOld'>[];
  readonly failures: readonly {
    /** `null` for a whole rule set. */
    readonly rule: string | null;
    /** A sentence that names the rule and where it comes from. */
    readonly text: string;
  }[];
}

export interface JudgeDeps {
  readonly commit: Committer;
  /** The rules that need no state, on the object alone. */
  readonly checkRules: (
    object: KubernetesObject,
    imagesOnly: boolean,
    limitRanges: readonly LimitRange[],
  ) => readonly Omit<Remark, 'isOld'>[];
  /** The rules on a whole release, as far as they are right beside what the namespace has already. */
  readonly checkBeside: (
    object: KubernetesObject,
    neighbours: readonly KubernetesObject[],
  ) => readonly Omit<Remark, 'isOld'>[];
  /** People's own rules, in a thread; `null` where there are none. Never rejects. */
  readonly checkOwnRules:
    ((object: KubernetesObject, limitRanges: readonly LimitRange[], waitMs: number) => Promise<OwnAnswer>) | null;
  /** How much a rule on fit weighs for an object today; `off` where a waiver excuses it. */
  readonly levelOf: (rule: string, object: KubernetesObject) => Level;
  readonly state: LiveState;
  readonly reservations: Reservations;
  readonly modeOf: ModeResolver;
  readonly scope: ScopeSettings;
  readonly failure: FailureMode;
  readonly now: () => number;
  readonly observe: (observation: Observation) => void;
}

/** Everything that may be said about a write, and what could not be found out. */
export interface Opinion {
  readonly remarks: readonly Remark[];
  readonly degraded: readonly (readonly [Degradation, string])[];
  /** What they are about where that is not what is written: of a scale, the workload. */
  readonly subject?: KubernetesObject;
}

const silent: Opinion = { remarks: [], degraded: [] };

/** Judges one write. Never rejects: whatever goes wrong inside is answered by `answerFailure`. */
export function createJudge(
  deps: JudgeDeps,
): (request: ReviewRequest, deadlineMs: number, reading?: Reading) => Promise<Judgement> {
  return async (request, deadlineMs, reading) => {
    try {
      return await judgeRequest(deps, request, deadlineMs, reading);
    } catch (error) {
      return judgeFailed(deps.failure, describeCause(error));
    }
  };
}

/** What becomes of a review that could not be judged at all. */
export function judgeFailed(failure: FailureMode, cause: string): Judgement {
  return failed(answerFailure(failure, 'evaluation-failed', cause), 'evaluation-failed');
}

async function judgeRequest(
  deps: JudgeDeps,
  request: ReviewRequest,
  deadlineMs: number,
  reading: Reading | undefined,
): Promise<Judgement> {
  const scope = reading?.scope ?? decideScope(request, deps.scope);
  const [object, old] = readObjects(request);
  if (object === null || (scope.fit === 'skip' && scope.rules === 'skip')) return allowed([]);
  const asked = reading === undefined ? null : await judgeElsewhere(deps, reading, object, old, deadlineMs);
  const own = asked?.own ?? (await judgeOwnRules(deps, scope, object, old, deadlineMs));
  const shipped = asked?.shipped ?? judgeRules(deps, scope, object, old);
  const rules = [...shipped.remarks, ...own.remarks];
  const unjudged = [...shipped.degraded, ...own.degraded];
  // Known before fit is judged, so that nobody else is judged between a verdict and its reservation.
  const passes: Passes = (remarks, degraded) =>
    ![...rules, ...remarks].some((remark) => isDenying(deps, request, remark)) &&
    (deps.failure === 'open' || (unjudged.length === 0 && degraded.length === 0));
  const fit: Opinion =
    scope.fit === 'bounds' && reading?.isHeavy === true
      ? { remarks: [tellTooLarge(object)], degraded: [] }
      : await judgeFitFor(deps, request, scope, object, old, deadlineMs, passes);
  // A controller is never refused for what could not be found out about fit.
  const failure = scope.fit === 'observe' ? 'open' : deps.failure;
  const subject = fit.subject ?? object;
  return decide({ ...deps, failure }, request, subject, [...rules, ...fit.remarks], [...unjudged, ...fit.degraded]);
}

async function judgeFitFor(...of: Parameters<typeof judgeFit>): Promise<Opinion> {
  const [deps, , { fit }, object] = of;
  if (fit === 'skip') return silent;
  const { commit, now, state } = deps;
  // After its bounds changed, a namespace of a thousand workloads is a tenth of a second of prices.
  const steps = commit.prepare(state.namespace(object.namespace), state.settings());
  if (steps !== null) await inTurns(steps, now);
  switch (fit) {
    case 'bounds':
      return { remarks: await warnOfBounds(deps, object), degraded: [] };
    case 'judge':
    case 'observe':
      return judgeFit(...of);
  }
}

const isNewError = ({ isOld, level }: Remark): boolean => level === 'error' && !isOld;

const isDenying = ({ modeOf }: JudgeDeps, { dryRun, namespace }: ReviewRequest, remark: Remark): boolean =>
  isNewError(remark) && modeOf(namespace, remark.rule, dryRun) === 'deny';

/** What is said and done at last, by the mode of each rule. */
function decide(
  deps: JudgeDeps,
  request: ReviewRequest,
  object: KubernetesObject,
  remarks: readonly Remark[],
  degraded: Opinion['degraded'],
): Judgement {
  const denying: Remark[] = [];
  const warnings: string[] = [];
  const spared: Remark[] = [];
  for (const remark of remarks) {
    const mode = deps.modeOf(request.namespace, remark.rule, request.dryRun);
    if (isDenying(deps, request, remark)) denying.push(remark);
    else {
      if (isNewError(remark) && !request.dryRun) spared.push(remark);
      if (mode !== 'audit') warnings.push(`${remark.rule}: ${remark.text}`);
    }
  }
  const told = { namespace: request.namespace, object: nameTold(object), user: request.user.name };
  if (spared.length > 0) deps.observe({ kind: 'would-deny', ...told, remarks: spared });
  const rest = { spared: [...new Set(spared.map(({ rule }) => rule))], degraded: degraded.map(([mode]) => mode) };
  for (const [mode, detail] of degraded) {
    const answer = answerFailure(deps.failure, mode, detail);
    if (!answer.allowed) return { decision: { ...answer, warnings }, deniedBy: [], ...rest };
    warnings.push(...answer.warnings);
  }
  if (denying.length === 0) return { decision: { allowed: true, message: '', warnings }, deniedBy: [], ...rest };
  const message = denying.map(({ rule, text }) => `${text} [${rule}]`).join('; ');
  if (!request.dryRun) deps.observe({ kind: 'denied', ...told, remarks: denying });
  return {
    decision: { allowed: false, message, warnings },
    deniedBy: [...new Set(denying.map(({ rule }) => rule))],
    ...rest,
  };
}

/** What somebody makes again and again under generated names is told as one. */
function nameTold({ apiVersion, kind, name, value }: KubernetesObject): Observation['object'] {
  const generated = stringAt(value, 'metadata', 'generateName');
  return { apiVersion, kind, name: generated === '' ? name : `${generated}*` };
}

const allowed = (warnings: readonly string[]): Judgement => ({
  decision: { allowed: true, message: '', warnings },
  deniedBy: [],
  spared: [],
  degraded: [],
});

const failed = (decision: Judgement['decision'], mode: Degradation): Judgement => ({
  decision,
  deniedBy: [],
  spared: [],
  degraded: [mode],
});
