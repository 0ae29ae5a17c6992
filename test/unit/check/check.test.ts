import { describe, expect, it } from 'vitest';
import { checkRelease } from '../../../src/check/check.ts';
import { PolicyEvaluationError } from '../../../src/policy/evaluation.ts';
import type { PolicyEngine } from '../../../src/policy/engine.ts';
import { checkTexts, createJudge, readTexts } from '../../helpers/check.ts';

const pod = (name: string, container = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: ${container}, image: nginx }] }\n`;
/** Two rules that will always be there, so that new ones change nothing here. */
const two = {
  rules: {
    '*': { level: 'off' as const },
    'images/tag-required': { level: 'error' as const },
    'resources/limits-required': { level: 'warning' as const },
  },
};

const containers = (...names: string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n${names.map((name) => `    - { name: ${name}, image: nginx }\n`).join('')}`;
const fingerprints = async (text: string): Promise<readonly string[]> =>
  (await checkTexts({ 'a.yaml': text }, two)).report.findings.map(({ fingerprint }) => fingerprint).toSorted();

describe('checkRelease', () => {
  it('sorts by file, line, column and rule, in whatever order the files come', async () => {
    const files = { 'b.yaml': pod('b'), 'a.yaml': `${pod('a1')}---\n${pod('a2')}` };
    const { report } = await checkTexts(files, two);
    expect(report.findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([
      'a.yaml:4 resources/limits-required',
      'a.yaml:4 images/tag-required',
      'a.yaml:9 resources/limits-required',
      'a.yaml:9 images/tag-required',
      'b.yaml:4 resources/limits-required',
      'b.yaml:4 images/tag-required',
    ]);
    const reversed = Object.fromEntries(Object.entries(files).toReversed());
    expect(JSON.stringify((await checkTexts(reversed, two)).report)).toBe(JSON.stringify(report));
  });

  it('counts what it was given', async () => {
    const { report } = await checkTexts(
      {
        'a.yaml': `${pod('a')}---\nnull\n---\njust: data\n`,
        'b.yaml': 'kind: [',
        'c.json': JSON.stringify({
          apiVersion: 'v1',
          kind: 'List',
          items: [JSON.parse('{"apiVersion":"v1","kind":"ConfigMap"}')],
        }),
      },
      two,
    );
    expect(report.summary).toEqual({
      files: 3,
      documents: 3,
      workloads: 1,
      byKind: { Pod: 1 },
      errors: 2,
      warnings: 1,
      waived: 0,
      skipped: 1,
    });
  });

  it('a collector beside a program is told of the DaemonSet that collects already, from the input or the cluster', async () => {
    const settings = {
      rules: { '*': { level: 'off' as const }, 'logging/no-log-sidecar': { level: 'warning' as const } },
    };
    const web =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: web }, { name: logs, image: fluentd }] }\n';
    const agent =
      'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: collect, namespace: logs }\nspec: { template: { spec: { containers: [{ image: fluent/fluent-bit }] } } }\n';
    const messageOf = async (files: Record<string, string>, state = '') => {
      const { objects } = await readTexts({ 'state.yaml': state });
      const { report } = checkRelease(await readTexts(files), { ...createJudge(settings), state: objects });
      return report.findings.map(({ message }) => message.replace(/;.*/u, ''));
    };
    const alone = 'container logs (fluentd) collects logs for this pod alone';
    const collected = `${alone}, and DaemonSet collect collects those of its node already`;
    expect(await messageOf({ 'a.yaml': web })).toEqual([alone]);
    expect(await messageOf({ 'a.yaml': web, 'b.yaml': agent })).toEqual([collected]);
    expect(await messageOf({ 'a.yaml': web }, agent)).toEqual([collected]);
  });

  it('points inside the object of a list, and at its place in the file', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${pod('a').trim().replaceAll('\n', '\n    ')}\n`;
    const [finding] = (await checkTexts({ 'list.yaml': list }, two)).report.findings;
    expect(finding).toMatchObject({
      path: '/spec/containers/0/resources',
      line: 7,
      resource: { kind: 'Pod', name: 'a' },
    });
  });

  it('keeps the fingerprint when lines move and containers change their order', async () => {
    expect(await fingerprints(`# moved\n\n${containers('two', 'one')}`)).toEqual(
      await fingerprints(containers('one', 'two')),
    );
    expect(await fingerprints(containers('one'))).toContain('images/tag-required Pod /a /spec/containers[one]/image');
  });

  it('gives objects that name no namespace the one that is known, for overrides too', async () => {
    const project = {
      ...two,
      overrides: [{ match: { namespace: 'team-a' }, folder: '/', rules: { '*': { level: 'off' as const } } }],
    };
    const release = await readTexts({ 'a.yaml': pod('a') });
    expect(checkRelease(release, createJudge(project)).report.findings).toHaveLength(2);
    expect(checkRelease(release, createJudge(project, { namespace: 'team-a' })).report.findings).toEqual([]);
  });

  it('tells of a rule that cannot answer once, and lets the others speak', async () => {
    const broken: PolicyEngine = {
      catalog: { rules: [] },
      memoryBytes: () => 0,
      evaluate: () => ({ findings: [], failures: [new PolicyEvaluationError('own', 'custom/x', 'Pod a', 'loops')] }),
    };
    const dead: PolicyEngine = {
      ...broken,
      evaluate: () => {
        throw new PolicyEvaluationError('dead', null, 'anything', 'no thread');
      },
    };
    const judge = createJudge(two);
    const release = await readTexts({ 'a.yaml': `${pod('a')}---\n${pod('b')}` });
    const { report, failures } = checkRelease(release, { ...judge, engines: [broken, dead, ...judge.engines] });
    expect(report.findings).toHaveLength(4);
    expect(failures.map(({ message }) => message)).toEqual([
      'custom/x could not judge Pod a: loops',
      'rule set dead could not judge anything: no thread',
    ]);
  });
});
