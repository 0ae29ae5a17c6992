import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { CheckReport, Finding } from '../../src/report/report.ts';
import { createRepository, type TestRepository } from '../helpers/git-repository.ts';
import { createIo } from '../helpers/io.ts';

const rules = [
  'images/tag-required',
  'images/pull-policy',
  'resources/limits-required',
  'resources/requests-required',
  'resources/empty-dir-unbounded',
  'resources/suspicious-quantity',
  'images/digest-required',
] as const;

/** Breaks every one of the rules, and says of itself all that might excuse it. */
const printWorkload = (apiVersion: string, kind: string, name: string, waive: string): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  namespace: shop
  labels: { app: ${name}, quotafit.dev/ignore: "true" }
  annotations: { quotafit.dev/ignore: "*", quotafit.dev/waive: ${waive}, kube-linter.io/ignore-all: excused }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: { quotafit.dev/ignore: "*", quotafit.dev/waive: ${waive} } }
    spec:
      containers:
        - name: main
          image: registry.example.com/web:latest
          imagePullPolicy: IfNotPresent
          resources: { requests: { memory: 100m } }
      volumes: [{ name: cache, emptyDir: {} }]
`;

let repository: TestRepository;
const scratch = mkdtempSync(join(tmpdir(), 'quotafit-locked-'));
beforeAll(() => {
  repository = createRepository();
  writeWorkloads([]);
  repository.commit('as it was');
});
afterAll(() => {
  repository.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** @param waivers - that the objects bring themselves; JSON in a text is a text in YAML */
function writeWorkloads(waivers: readonly object[]): void {
  const waive = JSON.stringify(JSON.stringify(waivers));
  repository.write({
    'app/web.yaml':
      printWorkload('argoproj.io/v1alpha1', 'Rollout', 'web', waive) +
      printWorkload('apps/v1', 'Deployment', 'api', waive),
  });
}

interface Run {
  readonly status: number;
  readonly findings: readonly Finding[];
}

async function check(...flags: readonly string[]): Promise<Run> {
  const { io, written } = createIo({ cwd: repository.folder, now: '2026-06-01T12:00:00Z' });
  const status = await main(['check', 'app', '--output', 'json', ...flags], io);
  if (status === 2) throw new Error(written.stderr);
  return { status, findings: (JSON.parse(written.stdout) as CheckReport).findings };
}

const level = fc.constantFrom('error', 'warning', 'off');
const key = fc.constantFrom(...rules, '*', 'resources/*', 'images/*');
const match = fc.constantFrom(
  { namespace: 'shop' },
  { kind: '*' },
  { path: '**' },
  { labels: { app: '*' } },
  { name: ['web', 'api'] },
);
const waiver = (until: string) =>
  fc.record({
    rule: key,
    match,
    reason: fc.constant('because'),
    owner: fc.constant('somebody'),
    until: fc.constantFrom(until, '2026-01-31'),
  });
const weakening = fc.record(
  {
    failOn: fc.constantFrom('never', 'error'),
    namespace: fc.constantFrom('shop', 'elsewhere'),
    rules: fc.dictionary(key, fc.oneof(level, fc.record({ level, locked: fc.constant(false) })), { maxKeys: 5 }),
    overrides: fc.array(fc.record({ match, rules: fc.dictionary(key, level, { minKeys: 1, maxKeys: 3 }) }), {
      maxLength: 3,
    }),
    waivers: fc.array(waiver('2027-01-31'), { maxLength: 3 }),
    kinds: fc.constant([
      { group: 'argoproj.io', kind: 'Rollout', templates: [{ template: '/spec/nothing' }] },
      { group: 'apps', kind: 'Deployment', templates: [{ template: '/spec/nothing' }] },
    ]),
  },
  { requiredKeys: [] },
);
const annotation = fc.array(
  fc.record({
    rule: fc.constantFrom(...rules, '**', 'resources/*', 'images/*'),
    reason: fc.constant('because'),
    owner: fc.constant('somebody'),
    until: fc.constantFrom('2027-01-31', '2026-01-31'),
  }),
  { maxLength: 3 },
);
const flags = fc.record({
  rules: fc.dictionary(fc.constantFrom(...rules), level, { maxKeys: 4 }),
  failOn: fc.constantFrom([], ['--fail-on', 'never'], ['--fail-on', 'error']),
  now: fc.constantFrom([], ['--now', '2025-01-01'], ['--now', '2030-01-01']),
  known: fc.constantFrom('nothing', 'baseline', 'commit'),
  namespace: fc.constantFrom([], ['--namespace', 'elsewhere']),
});
const organisation = fc.record({
  rules: fc.dictionary(
    key,
    fc.record({ level: fc.constantFrom('error', 'warning'), locked: fc.constantFrom(true, true, false) }),
    { minKeys: 1, maxKeys: 4 },
  ),
  waivers: fc.array(waiver('2026-05-31'), { maxLength: 1 }),
  waiverAnnotations: fc.boolean(),
});

function writeConfig(name: string, config: object): string {
  const path = join(scratch, name);
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ apiVersion: 'quotafit.dev/v1', kind: 'Config', ...config }));
  return path;
}

/** The rules that an organisation's config locks, by the widest key down to the rule's own. */
function listLocked(config: Readonly<Record<string, { readonly locked?: boolean }>>): readonly string[] {
  return rules.filter((rule) => ['*', `${rule.split('/')[0]}/*`, rule].some((name) => config[name]?.locked === true));
}

const weigh = (findings: readonly Finding[], locked: readonly string[]) =>
  findings
    .filter(({ rule }) => locked.includes(rule))
    .map(({ fingerprint, data, level: weight }) => JSON.stringify([fingerprint, data['resource'], weight]));

describe('a locked rule', { timeout: 300_000 }, () => {
  it('is weakened by no combination of project config, flags, waivers, annotations, baseline and --since', async () => {
    let judged = 0;
    let annotated = 0;
    await fc.assert(
      fc.asyncProperty(organisation, weakening, annotation, flags, async (above, below, own, given) => {
        writeWorkloads([]);
        const org = ['--org-config', writeConfig('org.yaml', above), '--config', writeConfig('empty.yaml', {})];
        const demanded = await check(...org);
        const locked = listLocked(above.rules);
        writeWorkloads(own);
        // Where the organisation does not allow them, annotations change nothing at all.
        const inVain = above.waiverAnnotations ? demanded : await check(...org);
        expect(weigh(inVain.findings, rules)).toEqual(weigh(demanded.findings, rules));
        const project = ['--org-config', join(scratch, 'org.yaml'), '--config', writeConfig('project.yaml', below)];
        const baseline = join(scratch, 'baseline.json');
        const { io } = createIo({ cwd: repository.folder });
        expect(await main(['baseline', 'app', '--file', baseline, ...project], io)).toBe(0);
        const known = { nothing: [], baseline: ['--baseline', baseline], commit: ['--since', 'HEAD'] }[given.known];
        const levels = Object.entries(given.rules).flatMap(([rule, wanted]) => ['--rule', `${rule}=${wanted}`]);
        const { status, findings } = await check(
          ...project,
          ...levels,
          ...given.failOn,
          ...given.now,
          ...given.namespace,
          ...known,
        );

        // Whoever may not weaken a rule may still raise it from a warning to an error.
        const found = weigh(findings, locked);
        const missing = weigh(demanded.findings, locked).filter(
          (finding) => !found.includes(finding) && !found.includes(finding.replace('"warning"]', '"error"]')),
        );
        expect(missing).toEqual([]);
        const fails = demanded.findings.some((finding) => locked.includes(finding.rule) && finding.level === 'error');
        expect(status).toBeGreaterThanOrEqual(fails ? 1 : 0);
        judged += locked.length > 0 && demanded.findings.length > 0 ? 1 : 0;
        annotated += locked.length > 0 && above.waiverAnnotations && own.length > 0 ? 1 : 0;
      }),
      { numRuns: 60, seed: 20_260_601 },
    );
    expect(judged).toBeGreaterThan(30);
    expect(annotated).toBeGreaterThan(10);
  });
});
