import { Type, type Static } from 'typebox';

const text = Type.String();
const level = Type.Union([Type.Literal('error'), Type.Literal('warning')]);

/** The shape of a baseline file; ships as `schemas/baseline.json`. */
export const baselineSchema = Type.Object(
  {
    apiVersion: Type.Literal('quotafit.dev/v1'),
    kind: Type.Literal('Baseline'),
    paths: Type.Array(text, { description: 'What was judged for it, relative to the folder of this file' }),
    findings: Type.Array(
      Type.Object(
        {
          fingerprint: Type.String({ minLength: 1 }),
          aspect: Type.String({ description: 'Which of several things at one place the finding is about' }),
          rule: text,
          level,
          resource: Type.Object(
            { apiVersion: text, kind: text, namespace: text, name: text },
            { additionalProperties: false },
          ),
          path: Type.String({ description: 'JSON pointer inside the object' }),
          amounts: Type.Record(text, text, { description: "Amounts of the finding's data by name" }),
        },
        { additionalProperties: false },
      ),
    ),
    diagnostics: Type.Array(
      Type.Object(
        {
          level,
          file: text,
          message: text,
          digest: Type.Union([text, Type.Null()], { description: "SHA-256 of the file's text" }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** What a baseline file holds: everything that was known when it was written. */
export type Baseline = Readonly<Static<typeof baselineSchema>>;
