/** Facts about single objects beside images and amounts: probes, placement, services, claims, placeholders, heaps. */
import { Type, type Static } from 'typebox';
import { byName, names, pointer, text, type DeepReadonly } from './schema-types.ts';

const probeSchema = Type.Object({
  path: pointer,
  action: Type.String({ description: 'What is asked, as one text that is equal for equal questions' }),
  failureThreshold: Type.Integer(),
  patienceSeconds: Type.Integer({
    description: 'How long it has to fail until it is believed: threshold times period',
  }),
  graceSeconds: Type.Integer({ description: 'The same from the start of the container: the initial delay on top' }),
  /** `no-ports`: a number, and the container declares no port at all. */
  port: Type.Optional(
    Type.Object({
      path: pointer,
      written: text,
      declared: names('no-ports', 'no-such-name', 'no-such-number', 'yes'),
    }),
  ),
});

export const probesSchema = Type.Object({
  liveness: Type.Optional(probeSchema),
  readiness: Type.Optional(probeSchema),
  startup: Type.Optional(probeSchema),
});

/** One rule that keeps the pods of a template apart. */
export const spreadSchema = Type.Object({
  path: pointer,
  form: names('anti-affinity', 'constraint'),
  topologyKey: text,
  selects: Type.Boolean({ description: "Whether it selects the template's own pods" }),
  hard: Type.Boolean({ description: 'Whether a pod that cannot be placed so waits' }),
  maxSkew: Type.Optional(Type.Integer()),
});

export const serviceSchema = Type.Object({
  type: Type.Object({ path: pointer, written: Type.Optional(text), effective: text }),
  nodePorts: Type.Integer({ description: 'What it charges to `services.nodeports`' }),
  loadBalancers: Type.Integer({ description: 'What it charges to `services.loadbalancers`' }),
  annotations: Type.Array(text, { description: 'Names only' }),
  externalIPs: Type.Array(Type.Object({ path: pointer, address: text })),
});

/** A claim that the object is, or makes. */
export const claimSchema = Type.Object({
  path: Type.String({ description: "Pointer to the claim's `spec`" }),
  name: text,
  accessModes: Type.Array(text),
  storageClass: Type.Optional(Type.String({ description: 'As written; absent where the default class holds' })),
  size: Type.Optional(Type.Object({ path: pointer, written: text, gibibytes: Type.Number() })),
});

export const storageClassSchema = Type.Object({
  provisioner: text,
  binding: Type.Object({ path: pointer, effective: text }),
  parameters: byName(text),
  restricted: Type.Boolean({ description: 'Whether `allowedTopologies` names where volumes may stand' }),
});

/** A text that a template step had to fill. */
export const placeholderSchema = Type.Object({
  path: pointer,
  text,
  form: names('angle', 'at-signs', 'braces', 'dollar', 'percent', 'reference', 'underscores', 'word'),
});

/** What a language's runtime is told to take, against the container's limit. */
export const runtimeSchema = Type.Object({
  path: Type.String({ description: 'Pointer to the text that says so, or to what brings it from a ConfigMap' }),
  container: text,
  runtime: names('go', 'jvm', 'node'),
  resource: names('cpu', 'memory'),
  option: Type.String({ description: 'As written: `-Xmx2g`' }),
  amount: Type.String({ description: 'What it comes to' }),
  limit: text,
  percent: Type.Number({ description: 'Of the limit, rounded up to a tenth' }),
});

/** One DaemonSet: what runs on each node already, and need not run beside each program. */
export const nodeAgentSchema = Type.Object({
  namespace: text,
  name: text,
  images: Type.Array(text, { description: 'Registry and repository in full, of its containers' }),
});

/** What a local copy of an image tells: an OCI layout, or `docker image inspect`. */
export const imageContentSchema = Type.Object({
  compressedMebibytes: Type.Optional(
    Type.Number({ description: 'What a node pulls, rounded up to a tenth; absent when not known' }),
  ),
  unpackedMebibytes: Type.Optional(
    Type.Number({ description: "What it takes of a node's disk, rounded up to a tenth; absent when not known" }),
  ),
  layers: Type.Integer(),
  labels: Type.Optional({ ...byName(text), description: 'Absent when its configuration is missing' }),
  base: Type.Optional(
    Type.Object(
      {
        written: text,
        name: Type.Optional(Type.String({ description: 'Registry and repository in full' })),
      },
      { description: 'What it says that it is built on: `org.opencontainers.image.base.name`' },
    ),
  ),
});

export type ProbeFacts = DeepReadonly<Static<typeof probeSchema>>;
export type ProbesFacts = DeepReadonly<Static<typeof probesSchema>>;
export type SpreadFacts = DeepReadonly<Static<typeof spreadSchema>>;
export type ServiceFacts = DeepReadonly<Static<typeof serviceSchema>>;
export type ClaimFacts = DeepReadonly<Static<typeof claimSchema>>;
export type StorageClassFacts = DeepReadonly<Static<typeof storageClassSchema>>;
export type PlaceholderFacts = DeepReadonly<Static<typeof placeholderSchema>>;
export type ImageContentFacts = DeepReadonly<Static<typeof imageContentSchema>>;
export type NodeAgentFacts = DeepReadonly<Static<typeof nodeAgentSchema>>;
export type RuntimeFacts = DeepReadonly<Static<typeof runtimeSchema>>;
