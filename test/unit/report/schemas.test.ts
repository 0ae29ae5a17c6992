import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { describeObject } from '../../../src/facts/describe-object.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { checkTexts, readTexts } from '../../helpers/check.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
type Errors = readonly { readonly message?: string }[] | null | undefined;

/** What a shipped schema has against a value, as it would be printed; `null` when nothing. */
function compileSchema(name: string): (value: unknown) => Errors {
  const validate = new Ajv2020.default({ strict: true, allErrors: true }).compile(
    JSON.parse(read(`schemas/${name}.json`)) as object,
  );
  return (value) => {
    void validate(JSON.parse(JSON.stringify(value)));
    return validate.errors;
  };
}

const names = ['00-tenancy', 'article-web', 'clip-encoder', 'newsletter'];
const example = Object.fromEntries(
  names.map((name) => `examples/newsroom/${name}.yaml`).map((path) => [path, read(path)]),
);
const files = { ...example, 'broken.yaml': 'kind: [', 'data.yaml': 'just: data' };

describe('the schemas that ship', () => {
  it('hold for a report with findings and diagnostics', async () => {
    const { report } = await checkTexts(files);
    expect(report.findings.length).toBeGreaterThan(5);
    expect(report.diagnostics).toHaveLength(1);
    expect(compileSchema('check-report')(report)).toBeNull();
  });

  it('hold for each finding, and for none without its rule', async () => {
    const errorsOf = compileSchema('finding');
    for (const { rule, ...rest } of (await checkTexts(files)).report.findings) {
      expect(errorsOf({ rule, ...rest })).toBeNull();
      expect(errorsOf(rest)).toMatchObject([{ message: "must have required property 'rule'" }]);
    }
  });

  it('hold for the facts of each object', async () => {
    const errorsOf = compileSchema('facts');
    for (const object of (await readTexts(files)).objects) {
      const facts = describeObject(object, readWorkload(object, shippedKinds), {
        kubernetesMinor: 37,
        limitRanges: [],
        namespace: '',
      });
      expect([object.name, errorsOf(facts)]).toEqual([object.name, null]);
    }
  });

  it('hold for the config in the documentation', async () => {
    const [, yaml = ''] = /```yaml\n([^]*?)```/u.exec(read('docs/config.md')) ?? [];
    expect(compileSchema('config')(load(yaml))).toBeNull();
  });
});
