/**
 * The JSON Schemas of the report, which ship as `schemas/finding.json` and `schemas/check-report.json`. The code takes
 * the types of `report.ts`; a test holds these schemas to real reports.
 */
import { Type } from 'typebox';

const level = Type.Union([Type.Literal('error'), Type.Literal('warning')]);
const position = Type.Integer({ minimum: 1 });
const count = Type.Integer({ minimum: 0 });

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
    resource: Type.Object(
      { apiVersion: Type.String(), kind: Type.String(), namespace: Type.String(), name: Type.String() },
      { additionalProperties: false },
    ),
    path: Type.String({ pattern: '^(/([^~/]|~[01])*)*$', description: 'JSON pointer inside the object' }),
    data: Type.Object({}, { description: 'What the message is made of; its members depend on the rule' }),
    help: Type.String({ description: 'Where to read about the rule' }),
    fixable: Type.Boolean(),
    fingerprint: Type.String({
      description: 'Stays the same when lines move or containers change their order',
      minLength: 1,
    }),
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
  },
  { additionalProperties: false },
);
