import type { ConfigLayer } from '../../src/config/layer.ts';
import { clusterResources } from '../../src/cluster/resources.ts';
import { createClusterStore } from '../../src/cluster/store.ts';
import { reduceObject } from '../../src/cluster/reduce.ts';
import { listNodeAgents } from '../../src/facts/node-agent.ts';
import { createCommitter } from '../../src/fit/commitment.ts';
import { objectAt } from '../../src/manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { createJudge, type Observation, type Remark } from '../../webhook/judge.ts';
import { createModeResolver } from '../../webhook/mode.ts';
import { createReservations } from '../../webhook/reservations.ts';
import { parseReview } from '../../webhook/review.ts';
import { loadRules, type RuleChecker } from '../../webhook/rules.ts';
import { builtInWorkloads } from '../../webhook/scope.ts';
import { fillSink } from './cluster-fakes.ts';

/** What the webhook says to a person's write. */
interface DoorAnswer {
  /** For which it denies. */
  readonly denials: readonly Remark[];
  /** Each begins with its rule. */
  readonly warnings: readonly string[];
}

/** The webhook's way in, from a review as the API server sends it to the judgement, without network and cluster. */
export interface WebhookDoor {
  /** Judges a write as if there had been no other. */
  readonly judge: (object: KubernetesObject, old: KubernetesObject | null) => Promise<DoorAnswer>;
}

/**
 * @param now - the day by which waivers end
 * @param state - whose DaemonSets run on every node
 */
export function loadDoorRules(
  organisation: ConfigLayer,
  now: Date,
  state: readonly KubernetesObject[] = [],
): Promise<RuleChecker> {
  const agents = listNodeAgents(state);
  return loadRules({
    organisation,
    kubernetesVersion: '1.37',
    now: () => now,
    own: null,
    onFailure: () => undefined,
    nodeAgents: () => agents,
  });
}

/**
 * A judge that refuses what does not fit, over a state in which nothing is ever seen to be stored.
 * @param state - what the webhook's watches have shown, as the API server has it
 */
export function createDoorJudge(
  rules: RuleChecker,
  state: readonly KubernetesObject[],
  observe: (observation: Observation) => void = () => undefined,
) {
  const store = createClusterStore();
  for (const resource of clusterResources) {
    const own = state.filter(({ apiVersion, kind }) => apiVersion === resource.apiVersion && kind === resource.kind);
    const reduced = own.map(({ value }) => reduceObject(value, resource.apiVersion, resource.kind));
    fillSink(store.sinkFor(resource), reduced);
  }
  const fixed = { volumes: null, injected: [], options: { kubernetesMinor: 37, kinds: rules.kinds } };
  const described = [...rules.kinds.values()].map(({ group, kind }) => `${group}/${kind}`);
  // A second that does not pass keeps no reservation.
  let second = 0;
  const now = (): number => (second += 1000);
  const judge = createJudge({
    commit: createCommitter(),
    ...rules,
    state: {
      namespace: store.namespace,
      settings: () => ({ ...fixed, cluster: store.cluster() }),
      fault: () => null,
      reread: (name) => Promise.resolve(store.namespace(name)),
    },
    reservations: createReservations(1, now),
    modeOf: createModeResolver({ mode: 'deny' }),
    scope: { controllers: [], workloadKinds: new Set([...builtInWorkloads, ...described]) },
    failure: 'closed',
    now,
    observe,
  });
  return { judge, now };
}

/** @param state - as `createDoorJudge` has it */
export function openDoor(rules: RuleChecker, state: readonly KubernetesObject[]): WebhookDoor {
  let denials: readonly Remark[] = [];
  const { judge } = createDoorJudge(rules, state, ({ kind, remarks }) => {
    if (kind === 'denied') denials = remarks;
  });
  return {
    async judge(object, old) {
      denials = [];
      const parsed = parseReview(reviewOf(object, old));
      if (parsed.kind === 'malformed') throw new Error(parsed.message);
      const { decision, degraded } = await judge(parsed.request, Number.MAX_SAFE_INTEGER);
      if (degraded.length > 0) throw new Error(decision.message);
      return { denials, warnings: decision.warnings };
    },
  };
}

function reviewOf(object: KubernetesObject, old: KubernetesObject | null): JsonObject {
  const { apiVersion, kind, namespace, name } = object;
  const slash = apiVersion.indexOf('/');
  const group = apiVersion.slice(0, Math.max(slash, 0));
  const version = apiVersion.slice(slash + 1);
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'any',
      kind: { group, version, kind },
      resource: { group, version, resource: `${kind.toLowerCase()}s` },
      name: name.endsWith('*') ? '' : name,
      namespace,
      operation: old === null ? 'CREATE' : 'UPDATE',
      userInfo: { username: 'alice', groups: ['developers'] },
      object: valueIn(object),
      oldObject: old === null ? null : valueIn(old),
      dryRun: false,
    },
  };
}

function valueIn({ apiVersion, kind, namespace, value }: KubernetesObject): JsonObject {
  return { ...value, apiVersion, kind, metadata: { ...objectAt(value, 'metadata'), namespace } };
}
