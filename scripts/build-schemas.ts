/**
 * Writes what is made of the TypeBox schemas: the JSON Schemas that ship, the validator of `quotafit.yaml`, and what the
 * chart's values say of both configurations.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type TSchema } from 'typebox';
import { Code } from 'typebox/compile';
import { baselineSchema } from '../src/baseline/schema.ts';
import { configSchema } from '../src/config/schema.ts';
import * as factsSchemas from '../src/facts/schema.ts';
import { checkReportSchema, findingSchema } from '../src/report/schema.ts';
import { webhookConfigSchema } from '../webhook/settings.ts';

const root = join(import.meta.dirname, '..');

function writeSchema(name: string, title: string, schema: TSchema): void {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://quotafit.dev/schemas/${name}.json`,
    title,
  };
  writeFileSync(join(root, 'schemas', `${name}.json`), `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`);
}

/** A validator that is ready to run: building one at start would cost more than all else of a small check. */
function writeValidator(path: string, schema: TSchema): void {
  const { Code: code, External } = Code(schema);
  const patterns = External.variables.map((variable) => {
    if (!(variable instanceof RegExp)) throw new TypeError(`The validator of ${path} needs more than patterns.`);
    return String(variable);
  });
  const body = code
    .slice(code.indexOf('const check_'))
    .replaceAll('// @ts-ignore\n', '')
    .replace(/export function Check[^]*$/u, '');
  if (body.includes('Hashing.')) throw new TypeError(`The validator of ${path} needs typebox/system.`);
  const head =
    '// Written by `npm run build:schemas` from schema.ts: do not edit.\n// @ts-nocheck\nimport { Guard } from "typebox/guard"\n';
  const external = `const External = [${patterns.join(', ')}];\n`;
  const foot =
    '/** Whether a value has the shape of `quotafit.yaml`. */\nexport const isConfigFile: (value: unknown) => boolean = check_0;\n';
  writeFileSync(join(root, path), head + external + body + foot);
}

/** What the chart writes into the webhook's file by itself. */
const writtenByChart = ['$schema', 'apiVersion', 'kind', 'listen', 'policy', 'tls'] as const;

/** Helm is to refuse what the webhook would: nobody has to wait for a pod that does not start. */
function writeValuesSchema(path: string): void {
  const values = JSON.parse(readFileSync(join(root, path), 'utf8')) as { properties: Record<string, unknown> };
  values.properties['config'] = listChoices(
    Type.Omit(webhookConfigSchema, writtenByChart, { additionalProperties: false }),
  );
  values.properties['policy'] = listChoices(configSchema);
  writeFileSync(join(root, path), JSON.stringify(values));
}

/** Of constants to choose from Helm prints a list when they are an `enum`, and a tree of failures otherwise. */
function listChoices(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(listChoices);
  const { anyOf, ...rest } = schema as { readonly anyOf?: readonly object[] };
  const constants = (anyOf ?? []).flatMap((one) => ('const' in one ? [one.const] : []));
  if (anyOf !== undefined && constants.length === anyOf.length) return { ...rest, enum: constants };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, listChoices(value)]));
}

mkdirSync(join(root, 'schemas'), { recursive: true });
writeSchema('config', 'quotafit configuration', configSchema);
writeSchema('check-report', 'Report of quotafit check', checkReportSchema);
writeSchema('finding', 'One finding of quotafit', findingSchema);
writeSchema('baseline', 'Baseline of quotafit', baselineSchema);
writeSchema('facts', 'What rules see of the input', factsSchemas.factsSchema);
writeSchema('webhook-config', 'quotafit webhook configuration', webhookConfigSchema);
writeValidator('src/config/validate.generated.ts', configSchema);
writeValuesSchema('webhook/deploy/chart/values.schema.json');
