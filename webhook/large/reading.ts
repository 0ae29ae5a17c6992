import { learnInjected } from '../../src/fit/learn-injected.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import type { NamespaceState } from '../../src/state/namespace-state.ts';
import type { JudgeDeps } from '../judge.ts';
import type { Scope } from '../scope.ts';
import type { Bounds, JudgedReview } from './protocol.ts';

/** A review that the thread has read. Its objects are reduced here to what the state would keep of them. */
export interface Reading {
  readonly scope: Scope;
  /** Its demand is too dear to be worked out here. */
  readonly isHeavy: boolean;
  /**
   * What rules say, those that ship and people's own, and what the objects ask for.
   * @throws when the thread does not in time
   */
  readonly judge: (held: NamespaceState, bounds: Bounds | null, deadlineMs: number) => Promise<JudgedReview>;
}

/** Lets the thread judge by rules; what it says of the demand is known from then on as if it had been worked out here. */
export async function judgeElsewhere(
  { commit, state }: Pick<JudgeDeps, 'commit' | 'state'>,
  { isHeavy, judge, scope }: Reading,
  object: KubernetesObject,
  old: KubernetesObject | null,
  deadlineMs: number,
): Promise<JudgedReview> {
  const held = state.namespace(object.namespace);
  const isPriced = scope.fit === 'judge' || scope.fit === 'observe';
  if (!isHeavy || !isPriced || state.fault() === 'state-not-synced') return judge(held, null, deadlineMs);
  const { foretell, world } = commit(held, state.settings(), []);
  const judged = await judge(held, boundsFor(world, object), deadlineMs);
  const [cast, oldCast] = judged.casts;
  if (cast !== null) foretell(object, cast);
  if (old !== null && oldCast !== null) foretell(old, oldCast);
  return judged;
}

/** Of the objects of the namespace only claims decide about demand, of the cluster nodes only about that of DaemonSets. */
function boundsFor({ namespace, ...settings }: World, { kind }: KubernetesObject): Bounds {
  const { cluster, volumes, injected, options } = settings;
  const claims = namespace.objects.get('PersistentVolumeClaim') ?? [];
  return {
    namespace: { ...namespace, objects: new Map([['PersistentVolumeClaim', claims]]) },
    settings: { cluster: kind === 'DaemonSet' ? cluster : { ...cluster, nodes: null }, volumes, injected, options },
    injection: learnInjected(namespace),
  };
}

type World = ReturnType<JudgeDeps['commit']>['world'];
