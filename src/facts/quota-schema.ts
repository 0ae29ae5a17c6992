/** Facts about quota: what it lets exist of a release, and what a quota itself gets wrong. */
import { Type, type Static } from 'typebox';
import { names, pointer, text, type DeepReadonly } from './schema-types.ts';

const objectIndex = Type.Integer({ description: 'Index into `objects`' });

/** One resource of one quota that refuses. Amounts are absent where the quota only demands that there be one. */
const blockerSchema = Type.Object({
  quota: text,
  resource: text,
  limits: names('amount', 'count'),
  requested: Type.Optional(text),
  used: Type.Optional(text),
  hard: Type.Optional(text),
  free: Type.Optional(Type.String({ description: 'What is left of it; `0` where it is over already' })),
});

const refusalSchema = Type.Object({
  reason: names('exceeded-quota', 'invalid', 'limit-range', 'must-specify', 'other'),
  message: Type.String({ description: "In the server's words" }),
  path: Type.String({ description: 'Pointer to what a person would change' }),
  unreadable: Type.Optional(
    Type.Boolean({
      description: 'Whether an amount of a quota or limit range is none, which `amounts` of the object tells',
    }),
  ),
  blockers: Type.Array(blockerSchema),
  unspecified: Type.Optional(
    Type.Array(Type.Object({ path: pointer, container: text, resource: text, quota: text }), {
      description: 'Containers without an amount that a quota demands',
    }),
  ),
});

/** What becomes of one object of the release where quotas or limit ranges are known. Objects that are simply stored are left out. */
export const fitSchema = Type.Object({
  object: objectIndex,
  admitted: Type.Optional(Type.Boolean({ description: 'Absent when not known' })),
  refusal: Type.Optional(refusalSchema),
  pods: Type.Optional(
    Type.Object({
      desired: Type.Optional(Type.Integer({ description: 'Absent when not known' })),
      created: Type.Optional(Type.Integer({ description: 'Absent when not known' })),
      missing: Type.Integer({ description: 'Of those that are known to be desired' }),
      refusal: Type.Optional({ ...refusalSchema, description: 'Only where pods are missing' }),
    }),
  ),
  rollout: Type.Optional(
    Type.Object({
      path: pointer,
      completes: Type.Boolean(),
      peakPods: Type.Integer(),
      blockers: Type.Array(blockerSchema),
    }),
  ),
  maxReplicas: Type.Optional(Type.Integer({ description: 'With so many all pods would exist' })),
  ceiling: Type.Optional(
    Type.Object(
      { object: objectIndex, path: pointer, name: text, max: Type.Integer() },
      { description: 'The autoscaler of the input that scales it' },
    ),
  ),
  unknown: Type.Array(text, { description: 'What would have to be known for a full answer' }),
});

/** One resource of one quota, as the release leaves it. */
export const quotaAmountSchema = Type.Object({
  object: Type.Integer({
    description: 'Index into `objects`: the quota, or where it is not among them the first workload under it',
  }),
  path: pointer,
  namespace: text,
  quota: text,
  resource: text,
  hard: text,
  used: Type.String({ description: 'Before the release' }),
  after: Type.String({ description: 'Once the release has settled' }),
  wanted: Type.String({ description: 'If all desired objects existed' }),
  peak: Type.String({ description: 'The most on the way: in rollouts, and at the maxima of autoscalers' }),
  fits: Type.Boolean(),
  fitsPeak: Type.Boolean(),
  over: Type.Optional(Type.String({ description: 'How much more is wanted than there is' })),
  overPeak: Type.Optional(text),
  refuses: Type.Boolean({ description: 'Whether it is told of an object of the release that this refuses it' }),
  stops: Type.Boolean({
    description:
      'Whether it is told of a rollout that this keeps from its end, or of an autoscaler beside it that has no room',
  }),
});

/** One Namespace object of the input, and what bounds the namespace as far as is known. */
export const namespaceSchema = Type.Object({
  object: objectIndex,
  name: text,
  quotas: Type.Integer(),
  limitRanges: Type.Integer(),
  governedBy: Type.Array(text, { description: 'Kind and name of what decides beside quota: `Capsule team-a`' }),
});

/** A key of a ResourceQuota that the API server stores and never enforces. */
export const deadQuotaKeySchema = Type.Object({
  path: pointer,
  key: text,
  why: names('bare-extended', 'cluster-scoped', 'extended-limit', 'not-counted', 'scope', 'unknown-resource'),
  instead: Type.Optional(Type.String({ description: 'The key that was probably meant' })),
});

export type BlockerFacts = DeepReadonly<Static<typeof blockerSchema>>;
export type RefusalFacts = DeepReadonly<Static<typeof refusalSchema>>;
export type FitFacts = DeepReadonly<Static<typeof fitSchema>>;
export type QuotaAmountFacts = DeepReadonly<Static<typeof quotaAmountSchema>>;
export type NamespaceFacts = DeepReadonly<Static<typeof namespaceSchema>>;
export type DeadQuotaKeyFacts = DeepReadonly<Static<typeof deadQuotaKeySchema>>;
