import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { reduceObject } from '../../../src/cluster/reduce.ts';
import { clusterResources, ruleResources } from '../../../src/cluster/resources.ts';
import { createClusterStore } from '../../../src/cluster/store.ts';
import { emptyLayer, readSetting, type ConfigLayer } from '../../../src/config/layer.ts';
import { createCommitter } from '../../../src/fit/commitment.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../../src/manifest/fields.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import type { Configuration } from '../../../webhook/configuration.ts';
import type { LiveState } from '../../../webhook/judge.ts';
import type { ReviewRequest } from '../../../webhook/review.ts';
import { createReservations } from '../../../webhook/reservations.ts';
import { startOwnRules, type WorkerLimits } from '../../../webhook/rules-worker.ts';
import { runJudge, type RunningJudge } from '../../../webhook/running.ts';
import type { WebhookConfigFile } from '../../../webhook/settings.ts';
import { fillSink } from '../../helpers/cluster-fakes.ts';
import { createRequest } from '../../helpers/review-request.ts';
import { buildWorker } from '../policy/built-worker.ts';

const bundle = join(import.meta.dirname, '../../fixtures/own-rules.tar.gz');
const workerFile = buildWorker();
/** With memory enough for a rule to loop until its deadline. */
const limits: WorkerLimits = { deadlineMs: 800, retryMs: 60_000, memoryBytes: 1024 * 1024 * 1024 };

let running: RunningJudge | null = null;
afterEach(() => running?.close());

const web = (image: string, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'a', labels: { app: 'web' }, annotations },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'app', image, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } },
        ],
      },
    },
  },
});

interface Written {
  readonly file?: Partial<WebhookConfigFile>;
  readonly organisation?: Partial<ConfigLayer>;
}

/** As if files said so; only the rule about tags is on, if nothing else is said. */
function configure({ file = {}, organisation = {} }: Written): Configuration {
  const tls = { mode: 'files', certFile: '', keyFile: '' } as const;
  const rules = { '*': readSetting('off'), 'images/tag-required': readSetting('error') };
  const layer = { ...emptyLayer, rules, ...organisation };
  return {
    file: { apiVersion: 'quotafit.dev/v1', kind: 'WebhookConfig', tls, mode: 'deny', ...file },
    organisation: layer,
    policies: new Map(layer.policies.map((policy) => [policy, 'as it was'])),
  };
}

/** @param stored - objects of namespace `a` */
async function start(written: Written, stored: readonly JsonObject[] = [], state: Partial<LiveState> = {}) {
  const store = createClusterStore();
  for (const resource of [...clusterResources, ...ruleResources]) {
    const ofKind = stored.filter((object) => stringAt(object, 'kind') === resource.kind);
    const reduced = ofKind.map((object) => {
      const placed = { ...object, metadata: { ...objectAt(object, 'metadata'), namespace: 'a' } };
      return reduceObject(placed, resource.apiVersion, resource.kind);
    });
    fillSink(store.sinkFor(resource), reduced);
  }
  const failed: string[] = [];
  const threads: string[] = [];
  const options = { kubernetesMinor: 37, kinds: shippedKinds };
  running = await runJudge(
    configure(written),
    {
      commit: createCommitter(),
      state: {
        namespace: store.namespace,
        settings: () => ({ volumes: null, injected: [], options, cluster: store.cluster() }),
        fault: () => null,
        reread: (name) => Promise.resolve(store.namespace(name)),
        ...state,
      },
      reservations: createReservations(1000, () => 0),
      now: () => performance.now(),
      observe: () => undefined,
    },
    {
      kubernetesVersion: '1.37',
      kinds: shippedKinds,
      nodeAgents: () => [],
      now: () => new Date('2026-06-01T00:00:00Z'),
      onRuleFailure: ({ rule }) => failed.push(rule ?? ''),
      startOwnRules: (paths) => startOwnRules(paths, workerFile, limits),
      openLargeReviews: ({ organisation }) => {
        const name = Object.keys(organisation.rules).join();
        threads.push(`opened for ${name}`);
        return {
          take: (_body, _deadlineMs, use) => use({ kind: 'malformed', message: name }),
          close: () => Promise.resolve(threads.push(`closed for ${name}`)).then(() => undefined),
        };
      },
    },
  );
  const { judge, apply } = running;
  const ask = (changes: Partial<ReviewRequest>) => judge(createRequest(changes), performance.now() + 5000);
  const review = async (object: JsonObject) => (await ask({ object })).decision;
  return { review, judge: ask, apply: (next: Written) => apply(configure(next)), failed, threads };
}

const waiver = (rule: string) => ({
  rule,
  match: { name: 'web' },
  reason: 'until the registry moves',
  owner: 'ops',
  until: '2026-12-31',
  folder: '/',
  place: { file: 'quotafit.yaml', pointer: '/waivers/0', line: 1, column: 1, endLine: 1, endColumn: 1 },
});

describe('runJudge', () => {
  it('judges by what was applied last: modes, rules, waivers', async () => {
    const { review, apply } = await start({});
    expect((await review(web('app'))).allowed).toBe(false);
    await apply({ file: { mode: 'warn' } });
    expect(await review(web('app'))).toMatchObject({ allowed: true, warnings: [expect.stringContaining('tag')] });
    await apply({ organisation: { rules: { '*': { level: 'off' } } } });
    expect(await review(web('app'))).toEqual({ allowed: true, message: '', warnings: [] });
    await apply({});
    expect((await review(web('app'))).allowed).toBe(false);
    await apply({ organisation: { waivers: [waiver('images/*')] } });
    expect(await review(web('app'))).toEqual({ allowed: true, message: '', warnings: [] });
  });

  it('knows from then on who is a controller', async () => {
    const { review, apply } = await start(onFit(), [quota('1')]);
    expect((await review(web('app:1'))).allowed).toBe(false);
    await apply({ ...onFit(), file: { controllers: ['ali*'] } });
    expect((await review(web('app:1'))).allowed).toBe(true);
  });

  it('refuses settings of a rule that does not exist by their place, and judges on as before', async () => {
    const { review, apply } = await start({});
    const { place } = waiver('images/tag');
    const mentions = [{ rule: 'images/tags-required', params: {}, place }];
    await expect(apply({ file: { mode: 'audit' }, organisation: { mentions } })).rejects.toThrow(
      /quotafit\.yaml:1:1: .*images\/tag-required/u,
    );
    expect((await review(web('app'))).allowed).toBe(false);
  });

  it('opens another thread for large reviews with each configuration', async () => {
    const { apply, threads } = await start({});
    await apply({ organisation: { rules: { '*': { level: 'off' } } } });
    const outcome = await running?.judgeLarge(Buffer.from('{}'), performance.now() + 5000);
    expect(outcome).toEqual({ kind: 'malformed', message: '*' });
    const before = '*,images/tag-required';
    expect(threads).toEqual([`opened for ${before}`, 'opened for *', `closed for ${before}`]);
  });

  it('ends a review by the configuration that it began with', async () => {
    const { review, apply } = await start({ file: { failure: 'closed' } }, [], { fault: () => 'state-not-synced' });
    const before = review(web('app:1'));
    await apply({ file: { failure: 'open' } });
    expect((await before).allowed).toBe(false);
    expect((await review(web('app:1'))).allowed).toBe(true);
  });
});

const own = (rules: Readonly<Record<string, 'error' | 'off'>>): Written => ({
  organisation: {
    policies: [bundle],
    rules: {
      '*': readSetting('off'),
      ...Object.fromEntries(Object.entries(rules).map(([rule, level]) => [rule, readSetting(level)])),
    },
  },
});

const quota = (cpu: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'a' },
  spec: { hard: { 'requests.cpu': cpu } },
});
const onFit = (more: Partial<ConfigLayer> = {}): Written => ({
  organisation: { rules: { '*': readSetting('off'), 'quota/exceeded': readSetting('error') }, ...more },
});
const note = 'rule: quota/exceeded\nreason: moves out on Friday\nowner: ops\nuntil: 2026-12-31\n';

describe('fit', () => {
  it.each<[string, Written, JsonObject, boolean]>([
    ['denies without a waiver', onFit(), {}, false],
    ["passes what the organisation's config excuses", onFit({ waivers: [waiver('quota/*')] }), {}, true],
    ['passes what an annotation excuses', onFit({ waiverAnnotations: true }), { 'quotafit.dev/waive': note }, true],
    ['denies in spite of an annotation where none is allowed', onFit(), { 'quotafit.dev/waive': note }, false],
    ['denies once the waiver is over', onFit({ waivers: [{ ...waiver('quota/*'), until: '2026-05-31' }] }), {}, false],
  ])('%s', async (_, written, annotations, allowed) => {
    const { review } = await start(written, [quota('1')]);
    expect((await review(web('app:1', annotations))).allowed).toBe(allowed);
  });

  it('warns where the organisation says so', async () => {
    const rules = { '*': readSetting('off'), 'quota/exceeded': readSetting('warning') };
    const { review } = await start({ organisation: { rules } }, [quota('1')]);
    expect(await review(web('app:1'))).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('quota/exceeded')],
    });
  });

  it("knows of a scale the workload's own waiver", async () => {
    const stored = web('app:1', { 'quotafit.dev/waive': note });
    const { judge } = await start(onFit({ waiverAnnotations: true }), [quota('1'), stored]);
    const scale = { kind: 'Scale', group: 'autoscaling', subResource: 'scale', operation: 'UPDATE' as const };
    const { decision } = await judge({ ...scale, object: { spec: { replicas: 5 } } });
    expect(decision).toEqual({ allowed: true, message: '', warnings: [] });
  });
});

const budget = (minAvailable: number | string, name = 'web'): JsonObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace: 'a' },
  spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
});
const claim: JsonObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'a' },
  spec: { accessModes: ['ReadWriteOnce'] },
};
const withClaim = (): JsonObject => {
  const written = structuredClone(web('app:1')) as unknown as { spec: { template: { spec: Record<string, unknown> } } };
  written.spec.template.spec['volumes'] = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  return written as unknown as JsonObject;
};

describe('rules on a whole release, beside what the namespace has', () => {
  const onRelease: Written = {
    organisation: {
      rules: {
        '*': readSetting('off'),
        'availability/disruption-budget': { level: 'warning', params: { required: true } },
        'storage/access-mode': readSetting('warning'),
      },
    },
  };
  const asBudget = {
    group: 'policy',
    kind: 'PodDisruptionBudget',
    resourceGroup: 'policy',
    resource: 'poddisruptionbudgets',
  };

  it.each<[string, readonly JsonObject[], Partial<ReviewRequest>, readonly string[]]>([
    [
      'a budget that lets no pod of a workload go',
      [web('app:1')],
      { ...asBudget, object: budget(2) },
      ['availability/disruption-budget'],
    ],
    ['a budget that does', [web('app:1')], { ...asBudget, object: budget(1) }, []],
    ['a budget whose workload is still to come', [], { ...asBudget, object: budget(2) }, []],
    [
      'a workload that two budgets select',
      [budget(1), budget(1, 'also')],
      { object: web('app:1') },
      ['availability/disruption-budget'],
    ],
    ['a workload whose budget is still to come', [], { object: web('app:1') }, []],
    ['pods that share a claim for one node', [claim], { object: withClaim() }, ['storage/access-mode']],
    ['a claim that is still to come', [], { object: withClaim() }, []],
    [
      'what was so before',
      [claim],
      { operation: 'UPDATE', object: withClaim(), oldObject: withClaim() },
      ['storage/access-mode'],
    ],
  ])('%s', async (_, stored, request, told) => {
    const { judge } = await start(onRelease, stored);
    const { allowed, warnings } = (await judge(request)).decision;
    expect(allowed).toBe(true);
    expect(warnings.map((warning) => warning.slice(0, warning.indexOf(':')))).toEqual(told);
  });
});

describe("people's own rules", () => {
  it('deny like any other', async () => {
    const { review } = await start(own({ 'custom/team-label': 'error' }));
    const { allowed, message } = await review(web('app:1'));
    expect([allowed, message]).toEqual([false, 'label team is missing on Deployment [custom/team-label]']);
  });

  it('cost their deadline when they loop, not the webhook: the others speak, and the next review is answered', async () => {
    const { review, failed } = await start(own({ 'custom/team-label': 'error', 'custom/loops': 'error' }));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const first = await review(web('app:1'));
    clearInterval(timer);
    expect(first.message).toBe('label team is missing on Deployment [custom/team-label]');
    expect(first.warnings).toEqual([
      `quotafit could not judge this request (policy-failed: custom/loops could not judge Deployment web: it ran longer than 800 ms, a rule of ${bundle}); it was let through unjudged`,
    ]);
    expect(turns).toBeGreaterThan(1);
    const second = await review(web('app:1'));
    expect(second).toEqual(first);
    expect(failed).toEqual(['custom/loops', 'custom/loops']);
  });

  it('refuse what a looping rule could not judge when failure is closed', async () => {
    const { review } = await start({ ...own({ 'custom/loops': 'error' }), file: { failure: 'closed' } });
    const { allowed, message } = await review(web('app:1'));
    expect(allowed).toBe(false);
    expect(message).toContain('custom/loops');
  });

  it('come and go with the configuration', async () => {
    const { review, apply } = await start({});
    expect((await review(web('app:1'))).allowed).toBe(true);
    await apply(own({ 'custom/team-label': 'error' }));
    expect((await review(web('app:1'))).allowed).toBe(false);
    await apply({});
    expect((await review(web('app:1'))).allowed).toBe(true);
  });
});
