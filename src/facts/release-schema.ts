/** Facts for which more than one object of the input has to be looked at. `object` counts into `objects`. */
import { Type, type Static } from 'typebox';
import { names, text, type DeepReadonly } from './schema-types.ts';

const objectIndex = Type.Integer({ description: 'Index into `objects`' });

/** One pod template of a workload that keeps a number of pods. */
export const releaseWorkloadSchema = Type.Object({
  object: objectIndex,
  path: Type.String({ description: 'Pointer to the number of replicas' }),
  family: text,
  replicas: Type.Optional(
    Type.Integer({ description: 'At least: the minimum of an autoscaler in the input; absent when not known' }),
  ),
  autoscaler: Type.Optional(text),
  budgets: Type.Array(text, { description: 'Names of the disruption budgets that select its pods' }),
});

/** One PodDisruptionBudget, against the pods that the input has for it. */
export const budgetSchema = Type.Object({
  object: objectIndex,
  path: Type.String({ description: 'Pointer to `minAvailable` or `maxUnavailable`' }),
  field: names('maxUnavailable', 'minAvailable'),
  written: text,
  pods: Type.Integer({ description: 'Pods of the input that it selects' }),
  verdict: names('allows', 'blocks', 'unknown'),
});

export const duplicateSchema = Type.Object({
  object: Type.Integer({ description: 'Index into `objects`; of those with one name the later one' }),
  first: objectIndex,
  sameFile: Type.Boolean(),
});

/** A claim for one node that a workload lets more than one pod ask for. */
export const sharedClaimSchema = Type.Object({
  object: objectIndex,
  path: Type.String({ description: 'Pointer to the volume' }),
  claim: text,
  accessModes: Type.Array(text),
  reason: names('replicas', 'surge'),
});

/** The most memory that the pods of one namespace may use together. */
export const memoryPromiseSchema = Type.Object({
  object: objectIndex,
  path: text,
  by: names('quota', 'workloads'),
  limits: text,
  gibibytes: Type.Number(),
  ratio: Type.Optional(Type.Number({ description: 'To what is requested, rounded up to a thousandth' })),
});

export type MemoryPromiseFacts = DeepReadonly<Static<typeof memoryPromiseSchema>>;
export type ReleaseWorkloadFacts = DeepReadonly<Static<typeof releaseWorkloadSchema>>;
export type BudgetFacts = DeepReadonly<Static<typeof budgetSchema>>;
export type DuplicateFacts = DeepReadonly<Static<typeof duplicateSchema>>;
export type SharedClaimFacts = DeepReadonly<Static<typeof sharedClaimSchema>>;
