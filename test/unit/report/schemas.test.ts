import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describeObject } from '../../../src/facts/describe-object.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { readWorkload } from '../../../src/workload/workload.ts';
import { checkTexts, readTexts } from '../../helpers/check.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const schema = (name: string): ReturnType<Ajv2020.default['compile']> =>
  new Ajv2020.default({ strict: true, allErrors: true }).compile(JSON.parse(read(`schemas/${name}.json`)) as object);

const names = ['00-tenancy', 'article-web', 'clip-encoder', 'newsletter'];
const example = Object.fromEntries(
  [...names.map((name) => `examples/newsroom/${name}.yaml`)].map((path) => [path, read(path)]),
);
const files = { ...example, 'broken.yaml': 'kind: [', 'data.yaml': 'just: data' };

describe('the schemas that ship', () => {
  it('hold for a report with findings and diagnostics', () => {
    const { report } = checkTexts(files);
    expect(report.findings.length).toBeGreaterThan(5);
    expect(report.diagnostics).toHaveLength(1);
    const validate = schema('check-report');
    validate(JSON.parse(JSON.stringify(report)));
    expect(validate.errors).toBeNull();
  });

  it('hold for each finding, and for none without its rule', () => {
    const validate = schema('finding');
    for (const { rule, ...rest } of checkTexts(files).report.findings) {
      expect([rule, validate(JSON.parse(JSON.stringify({ rule, ...rest }))), validate(rest)]).toEqual([
        rule,
        true,
        false,
      ]);
    }
  });

  it('hold for the facts of each object', () => {
    const validate = schema('facts');
    for (const object of readTexts(files).objects) {
      const facts = describeObject(object, readWorkload(object, shippedKinds), {
        kubernetesMinor: 37,
        limitRanges: [],
        namespace: '',
      });
      validate(JSON.parse(JSON.stringify(facts)));
      expect([object.name, validate.errors]).toEqual([object.name, null]);
    }
  });

  it('hold for the config in the documentation', async () => {
    const [, yaml = ''] = /```yaml\n([^]*?)```/u.exec(read('docs/config.md')) ?? [];
    const { load } = await import('js-yaml');
    const validate = schema('config');
    validate(load(yaml));
    expect(validate.errors).toBeNull();
  });
});
