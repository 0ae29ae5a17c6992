import { Type, type Static } from 'typebox';

/**
 * The shape of `quotafit.yaml`. `schemas/config.json` and the validator in `validate.generated.ts` are made of it
 * by `npm run build:schemas`.
 */

/** YAML 1.1, which Kubernetes and therefore quotafit reads, takes an unquoted `off` for `false`. */
const levelSchema = Type.Union(
  [Type.Literal('error'), Type.Literal('warning'), Type.Literal('off'), Type.Literal(false)],
  { description: 'How much a broken rule weighs.' },
);

const globsSchema = Type.Union(
  [Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })],
  {
    description: 'One glob or several of which one must match.',
  },
);

const matchSchema = Type.Object(
  {
    apiVersion: Type.Optional(globsSchema),
    kind: Type.Optional(globsSchema),
    name: Type.Optional(globsSchema),
    namespace: Type.Optional(globsSchema),
    path: Type.Optional(
      Type.Union(globsSchema.anyOf, {
        description: 'Glob over the path of the manifest, relative to the folder of this file.',
      }),
    ),
    labels: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Labels that the object carries; values may be globs.',
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'Which objects: all of the given conditions must hold.',
  },
);

const ruleSettingSchema = Type.Union(
  [
    levelSchema,
    Type.Object(
      {
        level: Type.Optional(levelSchema),
        params: Type.Optional(
          Type.Record(Type.String(), Type.Unknown(), { description: "The rule's own parameters; see its page." }),
        ),
        locked: Type.Optional(
          Type.Boolean({
            description: 'Only in an organisation config: no project config, flag or waiver weakens this rule.',
          }),
        ),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  ],
  { description: 'A level, or level and parameters.' },
);

const rulesSchema = Type.Record(Type.String(), ruleSettingSchema, {
  description: 'Settings by rule id; resources/* stands for a category and * for all rules, and the narrower key wins.',
});

const pointerSchema = Type.String({
  pattern: '^(/([^~/]|~[01])*)*$',
  description: 'JSON pointer (RFC 6901); `*` stands for every item or member.',
});

const kindSchema = Type.Object(
  {
    group: Type.String({ description: "The API group, without version: 'argoproj.io'." }),
    kind: Type.String({ minLength: 1 }),
    plural: Type.Optional(Type.String({ minLength: 1, description: 'As in count/PLURAL.GROUP quota keys.' })),
    templates: Type.Array(
      Type.Object(
        {
          template: pointerSchema,
          replicas: Type.Optional(pointerSchema),
          defaultReplicas: Type.Optional(Type.Integer({ minimum: 0 })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
    children: Type.Optional(
      Type.Array(
        Type.Object(
          { resource: Type.String({ minLength: 1 }), count: Type.Integer({ minimum: 0 }) },
          { additionalProperties: false },
        ),
        { description: 'Counted objects that its controller makes besides pods.' },
      ),
    ),
  },
  { additionalProperties: false, description: 'Where a custom kind keeps its pod template and replicas.' },
);

const waiverSchema = Type.Object(
  {
    rule: Type.String({ minLength: 1, description: 'Rule id, or a glob over ids: resources/*.' }),
    match: matchSchema,
    reason: Type.String({ minLength: 1 }),
    owner: Type.String({ minLength: 1, description: 'Who answers for it.' }),
    until: Type.String({
      pattern: String.raw`^\d{4}-\d{2}-\d{2}$`,
      description: 'Last day on which it holds, in UTC: 2027-01-31.',
    }),
  },
  { additionalProperties: false, description: 'A named exception with an end.' },
);

const assumptionsSchema = Type.Object(
  {
    nodes: Type.Optional(Type.Integer({ minimum: 0, description: 'Nodes that a DaemonSet runs on.' })),
    termination: Type.Optional(
      Type.Union([Type.Literal('optimistic'), Type.Literal('realistic'), Type.Literal('worst')], {
        description: 'Whether old pods still count while new ones start.',
      }),
    ),
  },
  { additionalProperties: false, description: 'What quotafit cannot read from manifests.' },
);

export const configSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    apiVersion: Type.Literal('quotafit.dev/v1'),
    kind: Type.Literal('Config'),
    extends: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))], {
        description:
          'Config files (./base.yaml), profiles (profile:startup) or packages (@acme/quotafit-config) that this one builds on.',
      }),
    ),
    kubernetesVersion: Type.Optional(
      Type.String({ pattern: String.raw`^1\.\d+$`, description: "Minor version of the cluster: '1.37'." }),
    ),
    namespace: Type.Optional(Type.String({ minLength: 1, description: 'The namespace of objects that name none.' })),
    failOn: Type.Optional(
      Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('never')], {
        description: 'From which level on findings end with status 1.',
      }),
    ),
    rules: Type.Optional(rulesSchema),
    overrides: Type.Optional(
      Type.Array(Type.Object({ match: matchSchema, rules: rulesSchema }, { additionalProperties: false }), {
        description: 'Settings for some objects only; later ones win.',
      }),
    ),
    waivers: Type.Optional(Type.Array(waiverSchema)),
    waiverAnnotations: Type.Optional(
      Type.Boolean({
        description:
          'Only in an organisation config: objects may waive rules for themselves, by the annotation quotafit.dev/waive.',
      }),
    ),
    policies: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'Folders or bundles with your own rules.' }),
    ),
    kinds: Type.Optional(Type.Array(kindSchema)),
    assumptions: Type.Optional(assumptionsSchema),
  },
  {
    additionalProperties: false,
    title: 'quotafit configuration',
  },
);

/** A config file as it is written, once it is valid. */
export type ConfigFile = Readonly<Static<typeof configSchema>>;
export type Match = Readonly<Static<typeof matchSchema>>;
export type RuleSetting = Readonly<Static<typeof ruleSettingSchema>>;
export type Waiver = Readonly<Static<typeof waiverSchema>>;
export type Assumptions = Readonly<Static<typeof assumptionsSchema>>;
export type FailOn = NonNullable<ConfigFile['failOn']>;
