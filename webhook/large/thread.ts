/**
 * The thread that reads large reviews and judges them by rules, so that the one that answers everybody does not stand
 * still for it. It answers one question after the other, in the order in which they come.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { describeCause } from '../../src/errors.ts';
import type { NodeAgentFacts } from '../../src/facts/object-schema.ts';
import { rememberInjected } from '../../src/fit/learn-injected.ts';
import { openWorld } from '../../src/fit/open-world.ts';
import { castSteadily } from '../../src/fit/steady-cast.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { judgeOwnRules, judgeRules } from '../judge-rules.ts';
import { readReview } from '../read-review.ts';
import { readObjects } from '../review-objects.ts';
import type { ReviewRequest } from '../review.ts';
import { startOwnRules } from '../rules-worker.ts';
import { loadRules, type RuleChecker } from '../rules.ts';
import { decideScope, type Scope } from '../scope.ts';
import { printReduced } from './print-reduced.ts';
import type { Bounds, JudgedReview, RuleFailure, ThreadReply, ThreadRequest, ThreadStart } from './protocol.ts';

interface Kept {
  readonly request: ReviewRequest;
  readonly scope: Scope;
}

const { organisation, kubernetesVersion, kinds, scope: scopeSettings, ...own } = workerData as ThreadStart;
const kept = new Map<number, Kept>();
let failures: RuleFailure[] = [];
let nodeAgents: readonly NodeAgentFacts[] = [];

const now = (): number => performance.now();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; a thread has no origin
const reply = (message: ThreadReply): void => parentPort?.postMessage(message);

/** Somebody who writes objects that were made to hurt must not cost the process its memory limit. */
const WASM_BYTES = 128 * 1024 * 1024;

async function openRules(): Promise<RuleChecker> {
  return loadRules({
    organisation,
    kubernetesVersion,
    kinds,
    nodeAgents: () => nodeAgents,
    now: () => new Date(),
    limits: { memoryBytes: WASM_BYTES },
    own: own.policies.length === 0 ? null : await startOwnRules(own.policies, own.policyWorkerFile),
    onFailure: ({ message, rule, ruleSet }) => failures.push({ message, rule, ruleSet }),
  });
}

function read(id: number, body: Uint8Array): ThreadReply {
  const parsed = readReview(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  if (parsed.kind === 'malformed') return parsed;
  const { request } = parsed;
  const scope = decideScope(request, scopeSettings);
  kept.set(id, { request, scope });
  const [object, oldObject] = readObjects(request).map((one) => printReduced(one, scope, kinds));
  return {
    kind: 'read',
    request: { ...request, object: null, oldObject: null },
    scope,
    object: object ?? null,
    oldObject: oldObject ?? null,
  };
}

async function judge(
  rules: RuleChecker,
  { id, around, bounds, waitMs }: Extract<ThreadRequest, { kind: 'judge' }>,
): Promise<ThreadReply> {
  const known = kept.get(id);
  if (known === undefined) return { kind: 'broken', cause: 'the thread that had read it is gone' };
  const { request, scope } = known;
  const [object, old] = readObjects(request);
  if (object === null) return { kind: 'broken', cause: 'it has no object' };
  const deps = { ...rules, now, state: { namespace: () => around } };
  failures = [];
  nodeAgents = around.nodeAgents;
  const said = await judgeOwnRules(deps, scope, object, old, now() + waitMs);
  const shipped = judgeRules(deps, scope, object, old);
  return {
    kind: 'judged',
    own: said,
    shipped,
    failures,
    casts: bounds === null ? [null, null] : cast(bounds, object, old),
  };
}

function cast(
  { namespace, settings, injection }: Bounds,
  object: KubernetesObject,
  old: KubernetesObject | null,
): JudgedReview['casts'] {
  rememberInjected(namespace, injection);
  const { world } = openWorld(namespace, settings);
  return [castSteadily(world, object), old === null ? null : castSteadily(world, old)];
}

async function answer(rules: RuleChecker, asked: ThreadRequest): Promise<ThreadReply | null> {
  switch (asked.kind) {
    case 'read':
      return read(asked.id, asked.body);
    case 'judge':
      return judge(rules, asked);
    case 'forget':
      kept.delete(asked.id);
      return null;
  }
}

async function serve(): Promise<void> {
  const rules = await openRules();
  parentPort?.on('message', (asked: ThreadRequest) => {
    answer(rules, asked).then(
      (message) => (message === null ? undefined : reply(message)),
      (error: unknown) => reply({ kind: 'broken', cause: describeCause(error) }),
    );
  });
  reply({ kind: 'ready' });
}

// Where rules cannot be opened, that is what every large review is answered with.
serve().catch((error: unknown) => reply({ kind: 'broken', cause: describeCause(error) }));
