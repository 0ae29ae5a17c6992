/**
 * The JSON Schemas of the report, which ship as `schemas/finding.json` and `schemas/check-report.json`. The code takes
 * the types of `report.ts`; a test holds these schemas to real reports.
 */
import { Type } from 'typebox';

const level = Type.Union([Type.Literal('error'), Type.Literal('warning')]);
const position = Type.Integer({ minimum: 1 });
const count = Type.Integer({ minimum: 0 });

const resource = Type.Object(
  { apiVersion: Type.String(), kind: Type.String(), namespace: Type.String(), name: Type.String() },
  { additionalProperties: false },
);
const amount = Type.Union([Type.String(), Type.Null()]);

const comparisonSchema = Type.Object(
  {
    against: Type.Union([
      Type.Object({ kind: Type.Literal('baseline'), file: Type.String() }, { additionalProperties: false }),
      Type.Object(
        { kind: Type.Literal('commit'), ref: Type.String(), commit: Type.String() },
        { additionalProperties: false },
      ),
    ]),
    known: Type.Integer({ minimum: 0, description: 'What stands no worse than it stood' }),
    fixed: Type.Array(
      Type.Object({ rule: Type.String(), resource, path: Type.String() }, { additionalProperties: false }),
    ),
    quotas: Type.Array(
      Type.Object(
        {
          namespace: Type.String(),
          file: Type.Optional(
            Type.String({ description: 'Whose objects share the quota, where no namespace is known' }),
          ),
          quota: Type.String(),
          resource: Type.String(),
          hard: amount,
          before: amount,
          after: amount,
          fits: Type.Union([Type.Boolean(), Type.Null()]),
        },
        { additionalProperties: false },
      ),
      { description: 'Quota amounts whose demand changed' },
    ),
  },
  {
    additionalProperties: false,
    description: 'What the findings were compared with; only new and worse ones are among them',
  },
);

export const findingSchema = Type.Object(
  {
    rule: Type.String({ description: 'category/rule-id' }),
    level,
    message: Type.String({ minLength: 1 }),
    file: Type.String(),
    line: position,
    column: Type.Integer({ minimum: 1, description: 'Counts from 1, in UTF-16 units' }),
    endLine: position,
    endColumn: Type.Integer({ minimum: 1, description: 'Exclusive' }),
    resource,
    path: Type.String({ pattern: '^(/([^~/]|~[01])*)*$', description: 'JSON pointer inside the object' }),
    data: Type.Object({}, { description: 'What the message is made of; its members depend on the rule' }),
    help: Type.String({ description: 'Where to read about the rule' }),
    fixable: Type.Boolean(),
    fingerprint: Type.String({
      description: 'Stays the same when lines move or containers change their order',
      minLength: 1,
    }),
    was: Type.Optional(
      Type.Object(
        { level, amounts: Type.Record(Type.String(), Type.String()) },
        { additionalProperties: false, description: 'How it stood before, when it is worse than known' },
      ),
    ),
  },
  { additionalProperties: false },
);

export const checkReportSchema = Type.Object(
  {
    apiVersion: Type.Literal('quotafit.dev/v1'),
    kind: Type.Literal('CheckReport'),
    kubernetesVersion: Type.String({ pattern: String.raw`^1\.\d+$` }),
    summary: Type.Object(
      {
        files: count,
        documents: Type.Integer({ minimum: 0, description: "What kubectl's decoder yields that is not null" }),
        workloads: count,
        byKind: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description: 'Workloads by kind' }),
        errors: count,
        warnings: count,
        waived: count,
        skipped: Type.Integer({ minimum: 0, description: 'Documents that are no Kubernetes objects' }),
      },
      { additionalProperties: false },
    ),
    findings: Type.Array(findingSchema),
    diagnostics: Type.Array(
      Type.Object(
        { level, file: Type.String(), line: position, column: position, message: Type.String({ minLength: 1 }) },
        { additionalProperties: false },
      ),
    ),
    comparison: Type.Optional(comparisonSchema),
  },
  { additionalProperties: false },
);
