/**
 * The JSON that rules see, by subject. `policies/schemas/facts.json` is generated from here and types every rule; the
 * rest of the code takes the types only, so that no schema is built at start.
 *
 * Facts are projections that any rule may use. Amounts are printed and compared before they come here: a rule compares
 * strings, flags and small numbers, and adds nothing. What does not hold is absent, never null, which in Rego is
 * undefined. New fields may come within a version; a field that goes or changes its meaning makes a new one.
 */
import { Type, type Static } from 'typebox';
import { dockerfileFactsSchema, type DockerfileFacts } from './dockerfile-schema.ts';
import {
  claimSchema,
  imageContentSchema,
  nodeAgentSchema,
  placeholderSchema,
  probesSchema,
  runtimeSchema,
  serviceSchema,
  spreadSchema,
  storageClassSchema,
} from './object-schema.ts';
import { deadQuotaKeySchema, fitSchema, namespaceSchema, quotaAmountSchema } from './quota-schema.ts';
import {
  budgetSchema,
  duplicateSchema,
  memoryPromiseSchema,
  releaseWorkloadSchema,
  sharedClaimSchema,
} from './release-schema.ts';
import { byName, names, pointer, text, type DeepReadonly } from './schema-types.ts';

const podIndex = Type.Integer({ description: 'Index into `pods`' });

const objectIdSchema = Type.Object({
  apiVersion: text,
  kind: text,
  namespace: Type.String({ description: 'As written, or the one that the input gives; empty when not known' }),
  name: text,
});

/**
 * What a pod or container asks for, or may use at most, by resource: canonical, once the server has filled in its
 * defaults; empty for an amount that cannot be read. What stands in the object is in `amounts`.
 */
const bounds = byName(text);

const podSchema = Type.Object({
  path: Type.String({ description: 'Pointer to the object that holds `metadata` and `spec`: empty for a Pod' }),
  labels: byName(text),
  requests: bounds,
  limits: bounds,
  runs: names('for-good', 'to-the-end'),
  replicas: Type.Optional(Type.Integer({ description: 'In the steady state; absent when not known, or one a node' })),
  priorityClass: Type.Optional(Type.Object({ path: pointer, name: text })),
  zone: Type.Optional(Type.String({ description: 'The one zone that a node selector names' })),
  spread: Type.Optional(Type.Array(spreadSchema)),
});

const containerSchema = Type.Object({
  path: pointer,
  pod: podIndex,
  name: Type.String({ description: 'Its place, `[0]`, where it has none' }),
  role: names('app', 'ephemeral', 'init', 'sidecar'),
  requests: bounds,
  limits: bounds,
  partial: Type.Optional(
    Type.Boolean({
      description: 'Whether it is merged into a container that is not here, and may have there what it lacks',
    }),
  ),
  probes: Type.Optional(probesSchema),
});

/** One image reference: of a container, or of an image volume. */
const imageSchema = Type.Object({
  path: pointer,
  pod: podIndex,
  container: Type.Optional(text),
  volume: Type.Optional(text),
  written: Type.String({ description: 'Empty when there is none' }),
  error: Type.Optional(Type.String({ description: 'Why the reference cannot be read; then no part of it is given' })),
  name: Type.Optional(Type.String({ description: 'Registry and repository in full: `docker.io/library/nginx`' })),
  tag: Type.Optional(
    Type.Object({
      written: Type.Optional(text),
      effective: Type.Optional(Type.String({ description: '`latest` where neither tag nor digest is written' })),
    }),
  ),
  digest: Type.Optional(text),
  content: Type.Optional(imageContentSchema),
  pullPolicy: Type.Object({
    path: pointer,
    written: Type.Optional(text),
    effective: Type.String({
      description: '`Always` for the tag `latest`, else `IfNotPresent`, where none is written',
    }),
  }),
});

const volumeSchema = Type.Object({
  path: pointer,
  pod: podIndex,
  name: text,
  kind: Type.String({ description: 'The field that says what it is: `emptyDir`, `hostPath`, `volumeClaimTemplate`' }),
  medium: Type.Optional(Type.String({ description: 'Of an emptyDir; empty for the disk of the node' })),
  bounded: Type.Optional(names('pod-limit', 'size-limit')),
  hostPath: Type.Optional(Type.String({ description: 'Of a hostPath; without a slash at its end' })),
  mounts: Type.Optional(
    Type.Array(Type.Object({ path: pointer, container: text, mountPath: text, readOnly: Type.Boolean() }), {
      description: 'Where containers other than init containers see it',
    }),
  ),
});

/** One amount as it stands anywhere in the object, and how it reads. */
const amountSchema = Type.Object({
  path: pointer,
  field: names('capacity', 'divisor', 'hard', 'limit', 'limit-range', 'overhead', 'ratio', 'request', 'size'),
  resource: Type.String({ description: 'Resource name, or the key of the field: `sizeLimit`, `divisor`' }),
  unit: names('bytes', 'cores', 'count', 'none'),
  container: Type.Optional(text),
  written: Type.String({ description: 'As it stands in the file, `010` for a number that YAML reads as 8' }),
  effective: Type.Optional(Type.String({ description: 'What the server reads, where that is another text' })),
  value: Type.Optional(Type.Number({ description: 'In whole units, not rounded; the nearest double' })),
  error: Type.Optional(names('format', 'fraction', 'negative', 'numeric', 'suffix')),
  notation: Type.Optional({
    ...names('binary', 'exponent', 'hexadecimal', 'octal', 'underscores', 'thousandths'),
    description: 'Where it is a likely slip; `thousandths`: bytes with a suffix below one byte',
  }),
});

/** The outcome of one comparison of two effective amounts; those that are equal are left out. */
const checkSchema = Type.Object({
  kind: names('container-limit-pod-limit', 'containers-pod-request', 'pod-level-resource', 'request-limit'),
  verdict: {
    ...names('differs', 'exceeds', 'unsupported', 'within'),
    description: '`differs`: below, where Kubernetes wants both to be equal (extended resources, huge pages)',
  },
  path: Type.String({
    description: 'Pointer to what is at fault: the limit where it is above the request, else the request',
  }),
  resource: text,
  container: Type.Optional(Type.String({ description: 'Absent where the pod as a whole is judged' })),
  amount: Type.Optional(text),
  limit: Type.Optional(text),
  ratio: Type.Optional(
    Type.Number({ description: 'Limit divided by request, rounded up to a thousandth; absent for a request of zero' }),
  ),
});

/** A value of a form that the API server cannot decode. */
const undecodableSchema = Type.Object({
  path: pointer,
  field: Type.String({ description: 'As the server prints places: `spec.containers[0].args`' }),
  found: names('boolean', 'list', 'map', 'number', 'string'),
  wanted: names('boolean', 'list', 'map', 'number', 'number-or-text', 'text', 'whole-number'),
  answer: Type.String({ description: "The server's words" }),
});

/** A field that Kubernetes does not have at this place. */
const unknownFieldSchema = Type.Object({
  path: pointer,
  field: text,
  parent: Type.Optional(Type.String({ description: 'What it stands in: `spec.containers[0].resources`' })),
  instead: Type.Optional(Type.String({ description: 'The field of a like name' })),
});

/** Why the API server has no such kind. */
const unservedSchema = Type.Object({
  path: pointer,
  why: names('removed', 'unknown'),
  removedIn: Type.Optional(Type.String({ description: 'The release that took the version away: `1.16`' })),
  instead: Type.Optional(Type.String({ description: 'What to write: `apiVersion: apps/v1`' })),
});

const objectFactsSchema = Type.Object({
  facts: Type.Literal('v1'),
  subject: Type.Literal('object'),
  kubernetesMinor: Type.Integer({ description: 'Minor version of Kubernetes 1' }),
  object: objectIdSchema,
  labels: byName(text),
  namespaced: Type.Optional(Type.Boolean({ description: 'Absent for custom kinds, of which only a cluster knows' })),
  writtenNamespace: Type.Optional(text),
  partial: Type.Optional(
    Type.Boolean({
      description:
        'Whether it is a patch, merged into an object that may have what it lacks; never applied as it stands',
    }),
  ),
  family: Type.Optional(
    Type.String({ description: 'Kind of workload: `Deployment`, `Custom`; absent when it makes no pods' }),
  ),
  pods: Type.Array(podSchema),
  containers: Type.Array(containerSchema),
  images: Type.Array(imageSchema),
  volumes: Type.Array(volumeSchema),
  amounts: Type.Array(amountSchema),
  checks: Type.Array(checkSchema),
  claims: Type.Optional(Type.Array(claimSchema)),
  deadQuotaKeys: Type.Optional(Type.Array(deadQuotaKeySchema)),
  nodeAgents: Type.Optional(
    Type.Array(nodeAgentSchema, {
      description:
        'DaemonSets of the input and of the cluster, as far as they are known; where a pod has two containers',
    }),
  ),
  placeholders: Type.Optional(Type.Array(placeholderSchema)),
  runtimes: Type.Optional(Type.Array(runtimeSchema)),
  service: Type.Optional(serviceSchema),
  storageClass: Type.Optional(storageClassSchema),
  undecodable: Type.Optional(Type.Array(undecodableSchema)),
  unknownFields: Type.Optional(Type.Array(unknownFieldSchema)),
  unserved: Type.Optional(unservedSchema),
});

const releaseFactsSchema = Type.Object({
  facts: Type.Literal('v1'),
  subject: Type.Literal('release'),
  kubernetesMinor: Type.Integer(),
  objects: Type.Array(Type.Partial(objectIdSchema), {
    description: 'In the order of the input; empty for those that no other fact speaks of',
  }),
  workloads: Type.Array(releaseWorkloadSchema),
  budgets: Type.Array(budgetSchema),
  duplicates: Type.Array(duplicateSchema),
  sharedClaims: Type.Array(sharedClaimSchema),
  memoryPromises: Type.Array(memoryPromiseSchema),
  namespaces: Type.Optional(Type.Array(namespaceSchema)),
  fits: Type.Optional(Type.Array(fitSchema)),
  quotas: Type.Optional(Type.Array(quotaAmountSchema)),
});

export const factsSchema = Type.Union([objectFactsSchema, releaseFactsSchema, dockerfileFactsSchema]);

export type PodFacts = DeepReadonly<Static<typeof podSchema>>;
export type ContainerFacts = DeepReadonly<Static<typeof containerSchema>>;
export type ImageFacts = DeepReadonly<Static<typeof imageSchema>>;
export type VolumeFacts = DeepReadonly<Static<typeof volumeSchema>>;
export type AmountFacts = DeepReadonly<Static<typeof amountSchema>>;
export type CheckFacts = DeepReadonly<Static<typeof checkSchema>>;
export type ObjectFacts = DeepReadonly<Static<typeof objectFactsSchema>>;
export type ReleaseFacts = DeepReadonly<Static<typeof releaseFactsSchema>>;
export type UndecodableFacts = DeepReadonly<Static<typeof undecodableSchema>>;
export type UnknownFieldFacts = DeepReadonly<Static<typeof unknownFieldSchema>>;
export type UnservedFacts = DeepReadonly<Static<typeof unservedSchema>>;
export type { DockerfileFacts };
/** What one call of the policy judges. */
export type Facts = ObjectFacts | ReleaseFacts | DockerfileFacts;
