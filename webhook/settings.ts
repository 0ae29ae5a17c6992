import { Type, type Static } from 'typebox';

/** The shape of the file that `quotafit-webhook --config FILE` reads; `schemas/webhook-config.json` is made of it. */
const seconds = (minimum: number, fallback: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, default: fallback, description }));

const modeSchema = Type.Union([Type.Literal('audit'), Type.Literal('warn'), Type.Literal('deny')], {
  description: 'audit: only metrics and the log tell; warn: the caller is told; deny: errors refuse the request.',
});

const tlsSchema = Type.Union([
  Type.Object(
    {
      mode: Type.Literal('files'),
      certFile: Type.String({ minLength: 1 }),
      keyFile: Type.String({ minLength: 1 }),
    },
    {
      additionalProperties: false,
      description: 'Certificates that somebody else renews; read again when they change.',
    },
  ),
  Type.Object(
    {
      mode: Type.Literal('self-managed'),
      secret: Type.String({
        minLength: 1,
        description: 'Secret in our own namespace that keeps authority and certificate.',
      }),
      service: Type.String({ minLength: 1 }),
      names: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          description: 'More names or addresses that the API server dials, where it does not go through the Service.',
        }),
      ),
      webhookConfiguration: Type.String({ minLength: 1, description: 'Whose caBundle is kept up to date.' }),
    },
    { additionalProperties: false, description: 'An authority of our own.' },
  ),
]);

const modeOverrideSchema = Type.Object(
  {
    namespace: Type.Optional(Type.String({ minLength: 1, description: 'Glob over namespaces.' })),
    rule: Type.Optional(Type.String({ minLength: 1, description: 'Glob over rule ids.' })),
    mode: modeSchema,
  },
  { additionalProperties: false },
);

export const webhookConfigSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    apiVersion: Type.Literal('quotafit.dev/v1'),
    kind: Type.Literal('WebhookConfig'),
    listen: Type.Optional(
      Type.Object(
        { host: Type.Optional(Type.String()), port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })) },
        { additionalProperties: false },
      ),
    ),
    tls: tlsSchema,
    policy: Type.Optional(Type.String({ minLength: 1, description: "The organisation's quotafit.yaml." })),
    mode: Type.Optional(modeSchema),
    modes: Type.Optional(Type.Array(modeOverrideSchema, { description: 'Exceptions; the last that matches wins.' })),
    failure: Type.Optional(
      Type.Union([Type.Literal('open'), Type.Literal('closed')], {
        description: 'What becomes of a request that cannot be judged.',
      }),
    ),
    controllers: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'User names of controllers beyond Kubernetes’ own, which are observed and never denied for fit.',
      }),
    ),
    dryRun: Type.Optional(modeSchema),
    reservations: Type.Optional(
      Type.Object(
        {
          mode: Type.Optional(
            Type.Union([Type.Literal('local'), Type.Literal('shared')], {
              default: 'local',
              description:
                'local: each replica keeps its own; shared: in ConfigMaps of our own namespace, so that replicas never promise the same room twice.',
            }),
          ),
          seconds: seconds(1, 15, 'How long an admitted object may stay unseen before its reservation lapses.'),
        },
        { additionalProperties: false },
      ),
    ),
    state: Type.Optional(
      Type.Object(
        {
          staleSeconds: seconds(
            10,
            120,
            'State that was not heard of for longer is stale: what asks for more is judged by what the API server itself says.',
          ),
          pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        },
        { additionalProperties: false },
      ),
    ),
    audit: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(Type.Boolean({ default: true })),
          intervalSeconds: seconds(1, 600, 'How often what exists is judged, by one replica at a time.'),
          exempt: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              description:
                'Globs over namespaces that are left alone; the chart writes those that the webhook is never asked about.',
            }),
          ),
          mostResults: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1000,
              default: 200,
              description: 'More findings of a namespace are counted in its PolicyReport, not listed.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    log: Type.Optional(
      Type.Object(
        {
          level: Type.Optional(
            Type.Union(['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level))),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export type WebhookConfigFile = Readonly<Static<typeof webhookConfigSchema>>;
export type Mode = Static<typeof modeSchema>;
