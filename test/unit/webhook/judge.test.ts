import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../../src/fit/commitment.ts';
import type { JsonObject, KubernetesObject } from '../../../src/manifest/document.ts';
import { stringAt } from '../../../src/manifest/fields.ts';
import { readState } from '../../../src/state/state.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';
import { createJudge, type JudgeDeps, type LiveState, type Observation, type Remark } from '../../../webhook/judge.ts';
import { createModeResolver } from '../../../webhook/mode.ts';
import { createReservations } from '../../../webhook/reservations.ts';
import type { ReviewRequest } from '../../../webhook/review.ts';
import { createRequest, deploymentOf } from '../../helpers/review-request.ts';

const owned = (kind: string, name: string): JsonObject => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, controller: true }],
});
const quota = (cpu: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'a' },
  spec: { hard: { 'limits.cpu': cpu } },
});

function stateOf(values: readonly JsonObject[]) {
  const objects = values.map((value): KubernetesObject => {
    const name = stringAt(value, 'metadata', 'name');
    return {
      apiVersion: stringAt(value, 'apiVersion'),
      kind: stringAt(value, 'kind'),
      namespace: 'a',
      name,
      value,
      source: null,
    };
  });
  const { cluster, namespaces, volumes } = readState(objects, 'a').state;
  const namespace = namespaces.get('a');
  if (namespace === undefined) throw new Error('no namespace a');
  const settings = { cluster, volumes, injected: [], options: { kubernetesMinor: 37, kinds: shippedKinds } };
  return { namespace, settings };
}

interface Setting {
  readonly watched: readonly JsonObject[];
  readonly live?: readonly JsonObject[] | Error;
  readonly fault?: ReturnType<LiveState['fault']>;
  readonly failure?: 'open' | 'closed';
  readonly remarks?: (object: KubernetesObject) => readonly Omit<Remark, 'isOld'>[];
  readonly levelOf?: JudgeDeps['levelOf'];
  readonly checkOwnRules?: JudgeDeps['checkOwnRules'];
}

function start({ watched, live = watched, fault = null, failure = 'open', remarks = () => [], ...rest }: Setting) {
  const { levelOf = () => 'error', checkOwnRules = null } = rest;
  const seen: Observation[] = [];
  const { namespace, settings } = stateOf(watched);
  let rereads = 0;
  const deps: JudgeDeps = {
    commit: createCommitter(),
    checkRules: (object) => remarks(object),
    checkBeside: () => [],
    checkOwnRules,
    levelOf,
    state: {
      namespace: () => namespace,
      settings: () => settings,
      fault: () => fault,
      reread: () => {
        rereads += 1;
        return live instanceof Error ? Promise.reject(live) : Promise.resolve(stateOf(live).namespace);
      },
    },
    reservations: createReservations(1000, () => 0),
    modeOf: createModeResolver({ mode: 'deny' }),
    scope: { controllers: [], workloadKinds: new Set(['apps/Deployment']) },
    failure,
    now: () => 0,
    observe: (observation) => seen.push(observation),
  };
  const judge = createJudge(deps);
  return {
    judge: (changes: Partial<ReviewRequest>) => judge(createRequest(changes), 5000),
    seen,
    deps,
    rereads: () => rereads,
  };
}

const scale = (replicas: number) => ({
  kind: 'Scale',
  group: 'autoscaling',
  version: 'v1',
  subResource: 'scale',
  operation: 'UPDATE' as const,
  object: { spec: { replicas } },
});

const scaler = (maxReplicas: number): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'a' },
  spec: { maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
});

const remarks = (object: KubernetesObject) =>
  JSON.stringify(object.value).includes('latest')
    ? [{ rule: 'images/tag-required', level: 'error' as const, text: 'has the tag latest' }]
    : [];

const breaking = (): never => {
  throw new Error('boom');
};

/** Two pods, of which none may go before another has come. */
function rolling(image: string, paused: boolean, metadata: JsonObject): JsonObject {
  const { spec } = deploymentOf('web', 2) as { readonly spec: JsonObject };
  const limits = { limits: { cpu: '1' } };
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image, resources: limits }] },
  };
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const value = { ...deploymentOf('web', 2), metadata: { name: 'web', namespace: 'a', uid: 'web', ...metadata } };
  return { ...value, spec: { ...spec, paused, strategy, template } };
}

const tooMuch =
  'Deployment web would not get all its pods: quota team is short of limits.cpu by 4 (hard 4, others 0, this 8); 4 replicas fit';

describe('createJudge, fit', () => {
  it('denies what does not fit, with the way out, and leaves a note', async () => {
    const { judge, seen, rereads } = start({ watched: [quota('4')] });
    const { decision, deniedBy } = await judge({ object: deploymentOf('web', 8) });
    expect(decision).toEqual({ allowed: false, message: `${tooMuch} [quota/exceeded]`, warnings: [] });
    expect(deniedBy).toEqual(['quota/exceeded']);
    expect(seen).toMatchObject([{ kind: 'denied', namespace: 'a', user: 'alice' }]);
    expect(rereads()).toBe(1);
  });

  it('counts what webhooks inject, and says so', async () => {
    const { spec } = (deploymentOf('web', 1)['spec'] as { readonly template: JsonObject }).template as {
      readonly spec: JsonObject;
    };
    const containers = [...(spec['containers'] as readonly JsonObject[])];
    const proxy = { name: 'istio-proxy', image: 'proxy:1', resources: { limits: { cpu: '1' } } };
    const set = {
      ...deploymentOf('web-5d', 1),
      kind: 'ReplicaSet',
      metadata: { name: 'web-5d', namespace: 'a', ...owned('Deployment', 'web') },
    };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-5d-x', namespace: 'a', ...owned('ReplicaSet', 'web-5d') },
      spec: { containers: [...containers, proxy] },
    };
    const { judge } = start({ watched: [quota('4'), deploymentOf('web', 1), set, pod] });
    const { decision } = await judge({
      operation: 'UPDATE',
      object: deploymentOf('web', 3),
      oldObject: deploymentOf('web', 1),
    });
    expect(decision.message).toBe(
      'Deployment web would not get all its pods: quota team is short of limits.cpu by 2 (hard 4, others 0, this 6); each pod gets istio-proxy besides; 2 replicas fit [quota/exceeded]',
    );
  });

  it('warns who gives more replicas to what no pod is let in of, and refuses it only for what is new', async () => {
    const { judge, rereads } = start({ watched: [quota('4'), deploymentOf('web', 1, null)] });
    const update = (replicas: number, cpu: string | null) =>
      judge({
        operation: 'UPDATE',
        object: deploymentOf('web', replicas, cpu),
        oldObject: deploymentOf('web', 1, null),
      });
    const reason = 'pods "web-*" is forbidden: failed quota: team: must specify limits.cpu for: app';
    expect((await update(2, null)).decision).toEqual({
      allowed: true,
      message: '',
      warnings: [`quota/must-specify: Deployment web would get no new pod: ${reason}`],
    });
    expect((await update(1, null)).decision.warnings).toEqual([]);
    expect((await update(2, '1')).decision.warnings).toEqual([]);
    expect(rereads()).toBe(0);
    const { decision } = await judge({ object: deploymentOf('new', 1, null), name: 'new' });
    expect(decision.message).toMatch(/^Deployment new would get no pod at all: /u);
  });

  it.each<[string, JsonObject, JsonObject, number]>([
    ['another template', {}, { image: 'app:2' }, 1],
    ['going on with what was paused', { paused: true }, { image: 'app:2' }, 1],
    ['a label', {}, {}, 0],
    ['a pause', {}, { image: 'app:2', paused: true }, 0],
  ])('warns of a rollout that will not complete: %s', async (_case, before, after, warnings) => {
    const { image = 'app:1', paused = false } = after as { readonly image?: string; readonly paused?: boolean };
    const wasPaused = before['paused'] === true;
    const old = rolling(wasPaused ? image : 'app:1', wasPaused, {});
    const first = rolling('app:1', false, {});
    const set = {
      ...first,
      kind: 'ReplicaSet',
      metadata: { name: 'web-1', namespace: 'a', uid: 'web-1', ...owned('Deployment', 'web') },
    };
    const pods = ['a', 'b'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-1-${name}`, namespace: 'a', ...owned('ReplicaSet', 'web-1') },
      spec: { containers: [{ name: 'app', image: 'app:1', resources: { limits: { cpu: '1' } } }] },
      status: { phase: 'Running' },
    }));
    const { judge } = start({ watched: [quota('2'), old, set, ...pods] });
    const object = rolling(image, paused, { labels: { team: 'a' } });
    const { decision } = await judge({ operation: 'UPDATE', object, oldObject: old });
    expect(decision).toMatchObject({ allowed: true });
    expect(decision.warnings.filter((text) => text.startsWith('quota/rollout-stuck: '))).toHaveLength(warnings);
  });

  it('reserves nothing for what the API server itself will refuse', async () => {
    const counted = { ...quota('4'), spec: { hard: { 'limits.cpu': '4', 'count/deployments.apps': '1' } } };
    const { judge, deps } = start({ watched: [counted, deploymentOf('web', 1)] });
    expect((await judge({ object: deploymentOf('api', 3), name: 'api' })).decision.allowed).toBe(true);
    expect(deps.reservations.size()).toBe(0);
    const update = { operation: 'UPDATE' as const, oldObject: deploymentOf('web', 1) };
    expect((await judge({ ...update, object: deploymentOf('web', 4) })).decision.allowed).toBe(true);
    expect(deps.reservations.size()).toBe(1);
  });

  it('notes what has a generated name under what it was generated from', async () => {
    const { judge, seen } = start({ watched: [quota('4')], remarks });
    for (const name of ['web-1-abcde', 'web-1-fghij']) {
      const spec = { containers: [{ name: 'app', image: 'app:latest' }] };
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'a', generateName: 'web-1-' },
        spec,
      };
      await judge({ group: '', version: 'v1', kind: 'Pod', resource: 'pods', name, object });
    }
    const noted = { apiVersion: 'v1', kind: 'Pod', name: 'web-1-*' };
    expect(seen.map(({ object }) => object)).toEqual([noted, noted]);
  });

  it.each(['audit', 'warn'] as const)('tells in mode %s what would have been denied', async (mode) => {
    const { deps, seen } = start({ watched: [quota('4')] });
    const judge = createJudge({ ...deps, modeOf: createModeResolver({ mode }) });
    const { decision, spared } = await judge(createRequest({ object: deploymentOf('web', 8) }), 5000);
    expect(decision.allowed).toBe(true);
    expect(decision.warnings).toHaveLength(mode === 'warn' ? 1 : 0);
    expect(spared).toEqual(['quota/exceeded']);
    const shortages = [{ quota: 'team', resource: 'limits.cpu', hard: '4', others: '0', wanted: '8' }];
    expect(seen).toMatchObject([{ kind: 'would-deny', user: 'alice', remarks: [{ text: tooMuch, shortages }] }]);
    await judge(createRequest({ object: deploymentOf('web', 8), dryRun: true }), 5000);
    expect(seen).toHaveLength(1);
  });

  it('asks the API server before a denial: a quota raised a moment ago counts', async () => {
    const { judge } = start({ watched: [quota('4')], live: [quota('8')] });
    expect((await judge({ object: deploymentOf('web', 8) })).decision).toEqual({
      allowed: true,
      message: '',
      warnings: [],
    });
  });

  it.each<[string, Partial<Setting>, string]>([
    ['the API server does not answer', { live: new Error('ECONNREFUSED') }, 'reread-failed'],
    [
      'the state is stale and cannot be confirmed',
      { fault: 'state-stale', live: new Error('ECONNREFUSED') },
      'state-stale',
    ],
  ])('warns instead of denying when %s', async (_case, setting, mode) => {
    const { judge } = start({ watched: [quota('4')], ...setting });
    const { decision, degraded } = await judge({ object: deploymentOf('web', 8) });
    expect(decision.allowed).toBe(true);
    expect(decision.warnings[0]).toBe(`quota/exceeded: ${tooMuch}`);
    expect(decision.warnings[1]).toContain(mode);
    expect(degraded).toEqual([mode]);
  });

  it.each<[string, readonly JsonObject[], Partial<ReviewRequest>, string]>([
    ['of a quota that was lowered', [quota('2')], { object: deploymentOf('web', 3) }, 'hard 2, others 0, this 3'],
    [
      'of what came meanwhile',
      [quota('4'), deploymentOf('api', 2)],
      { object: deploymentOf('web', 3) },
      'others 2, this 3',
    ],
    ['of a scale that it never saw', [quota('4'), deploymentOf('web', 3)], scale(5), 'others 0, this 5'],
  ])('judges with a stale state by what the API server says %s', async (_case, live, write, message) => {
    const { judge } = start({ watched: [quota('4')], live, fault: 'state-stale', failure: 'closed' });
    const { decision, degraded } = await judge(write);
    expect([decision.allowed, degraded]).toEqual([false, []]);
    expect(decision.message).toContain(message);
  });

  it('lets in with a stale state what the API server says there is room for', async () => {
    const { judge, rereads } = start({
      watched: [quota('4')],
      live: [quota('8')],
      fault: 'state-stale',
      failure: 'closed',
    });
    const { decision } = await judge({ object: deploymentOf('web', 8) });
    expect([decision, rereads()]).toEqual([{ allowed: true, message: '', warnings: [] }, 1]);
  });

  it.each(['open', 'closed'] as const)('lets nothing more in unconfirmed by a stale state: %s', async (failure) => {
    const stored = [quota('4'), deploymentOf('web', 2)];
    const live = new Error('ECONNREFUSED');
    const { judge, deps, rereads } = start({ watched: stored, live, fault: 'state-stale', failure });
    const more = await judge({ name: 'api', object: deploymentOf('api', 1) });
    expect([more.decision.allowed, more.degraded]).toEqual([failure === 'open', ['state-stale']]);
    expect(`${more.decision.message} ${more.decision.warnings.join()}`).toContain('ECONNREFUSED');
    // What is refused takes no room.
    expect(deps.reservations.size()).toBe(failure === 'open' ? 1 : 0);
    const less = {
      operation: 'UPDATE',
      object: deploymentOf('unseen', 2),
      oldObject: deploymentOf('unseen', 3),
    } as const;
    for (const write of [scale(1), less]) {
      expect((await judge(write)).decision).toEqual({ allowed: true, message: '', warnings: [] });
    }
    expect(rereads()).toBe(1);
  });

  it('refuses everything it cannot judge when it is set to fail closed', async () => {
    const { judge } = start({ watched: [quota('4')], fault: 'state-not-synced', failure: 'closed' });
    const { decision } = await judge({ object: deploymentOf('web', 1) });
    expect(decision.allowed).toBe(false);
    expect(decision.message).toContain('state-not-synced');
  });

  it('reserves what it let through until the state shows it', async () => {
    const { judge, deps } = start({ watched: [quota('4')] });
    expect((await judge({ name: 'api', object: deploymentOf('api', 3) })).decision.allowed).toBe(true);
    expect((await judge({ object: deploymentOf('web', 2) })).decision.message).toContain('others 3');
    const value = deploymentOf('api', 3);
    deps.reservations.settle({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'a',
      name: 'api',
      value,
      source: null,
    });
    expect((await judge({ object: deploymentOf('web', 2) })).decision.allowed).toBe(true);
  });

  it('judges those who wait for the same second look one after the other', async () => {
    const { judge } = start({ watched: [quota('1')], live: [quota('4')] });
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => judge({ name, object: deploymentOf(name, 3) })),
    );
    expect(answers.map(({ decision }) => decision.allowed)).toEqual([true, false, false, false]);
  });

  it('reserves for a controller too, and refuses it nothing that could not be found out', async () => {
    const user = { name: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', groups: [] };
    const stored = [quota('4'), deploymentOf('web', 1)];
    const { judge, deps } = start({ watched: stored, failure: 'closed', live: new Error('ECONNREFUSED') });
    expect((await judge({ ...scale(9), user })).decision.allowed).toBe(true);
    expect(deps.reservations.size()).toBe(1);
    expect((await judge({ name: 'api', object: deploymentOf('api', 1) })).decision.allowed).toBe(false);
  });

  it('gives away what a scale gives back only once the state shows it', async () => {
    const { judge, deps } = start({ watched: [quota('4'), deploymentOf('web', 4)] });
    expect((await judge(scale(2))).decision.allowed).toBe(true);
    expect(deps.reservations.size()).toBe(0);
    expect((await judge({ name: 'api', object: deploymentOf('api', 1) })).decision.message).toContain('others 4');
  });

  it('lets a dry run leave no trace, and only warns', async () => {
    const { judge, seen, deps } = start({ watched: [quota('4')] });
    const { decision } = await judge({ object: deploymentOf('web', 8), dryRun: true });
    expect(decision).toEqual({ allowed: true, message: '', warnings: [`quota/exceeded: ${tooMuch}`] });
    await judge({ object: deploymentOf('web', 1), dryRun: true });
    expect([seen, deps.reservations.size()]).toEqual([[], 0]);
  });

  it('judges a scale as the workload that it scales, and leaves a note of that', async () => {
    const { judge, seen } = start({ watched: [quota('4'), deploymentOf('web', 4)] });
    expect((await judge(scale(5))).decision.message).toContain('limits.cpu by 1');
    expect(seen).toMatchObject([
      { kind: 'denied', object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    ]);
    expect((await judge(scale(3))).decision.allowed).toBe(true);
  });

  it("observes a controller's scale and never denies it", async () => {
    const { judge, seen } = start({ watched: [quota('4'), deploymentOf('web', 4)] });
    const user = { name: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', groups: [] };
    const { decision } = await judge({
      user,
      kind: 'Scale',
      subResource: 'scale',
      operation: 'UPDATE',
      object: { spec: { replicas: 9 } },
    });
    expect(decision).toEqual({ allowed: true, message: '', warnings: [] });
    expect(seen).toMatchObject([{ kind: 'does-not-fit', namespace: 'a' }]);
  });

  it("warns about an autoscaler's maximum out of reach, and raises it above the one before", async () => {
    const { judge } = start({ watched: [quota('4'), deploymentOf('web', 2), scaler(3)] });
    const write = {
      group: 'autoscaling',
      version: 'v2',
      kind: 'HorizontalPodAutoscaler',
      resource: 'horizontalpodautoscalers',
    };
    const { decision } = await judge({ ...write, operation: 'UPDATE', object: scaler(9), oldObject: scaler(3) });
    expect(decision.allowed).toBe(true);
    expect(decision.warnings).toEqual([expect.stringContaining('this 9')]);
  });
});

describe('createJudge, rules', () => {
  const moving = { ...deploymentOf('web', 1), note: 'latest' };

  it('denies what a rule finds', async () => {
    const { judge } = start({ watched: [quota('4')], remarks });
    expect((await judge({ object: moving })).decision.message).toBe('has the tag latest [images/tag-required]');
  });

  it('reserves nothing for what a rule refuses', async () => {
    const { judge, deps } = start({ watched: [quota('4')], remarks });
    await judge({ object: moving });
    expect(deps.reservations.size()).toBe(0);
  });

  it('only warns an update about what was so before', async () => {
    const { judge } = start({ watched: [quota('4')], remarks });
    const { decision } = await judge({ operation: 'UPDATE', object: moving, oldObject: moving });
    expect(decision).toEqual({ allowed: true, message: '', warnings: ['images/tag-required: has the tag latest'] });
  });

  it.each([
    ['open', true],
    ['closed', false],
  ] as const)('answers also when a rule breaks: %s', async (failure, allowed) => {
    const { judge } = start({ watched: [quota('4')], failure, remarks: breaking });
    const { decision, degraded } = await judge({ object: deploymentOf('web', 1) });
    expect([decision.allowed, degraded]).toEqual([allowed, ['policy-failed']]);
    expect(`${decision.message} ${decision.warnings.join()}`).toContain('boom');
  });

  it('judges fit although a rule breaks', async () => {
    const { judge } = start({ watched: [quota('4')], remarks: breaking });
    const { decision } = await judge({ object: deploymentOf('web', 8) });
    expect(decision.message).toBe(`${tooMuch} [quota/exceeded]`);
  });

  it('answers also when it breaks inside', async () => {
    const { deps } = start({ watched: [quota('4')] });
    const judge = createJudge({
      ...deps,
      state: {
        ...deps.state,
        settings: () => {
          throw new Error('boom');
        },
      },
    });
    const { decision, degraded } = await judge(createRequest({ object: deploymentOf('web', 1) }), 5000);
    expect([decision.allowed, degraded]).toEqual([true, ['evaluation-failed']]);
    expect(decision.warnings[0]).toContain('boom');
  });
});

const finding = (rule: string) => ({ rule, level: 'error' as const, text: 'is wrong' });

describe("people's own rules", () => {
  const object = deploymentOf('web', 1);
  const update = { operation: 'UPDATE' as const, object, oldObject: { ...object } };
  /** Both speak of what is written; one of them, or all, has nothing to say of what is stored. */
  const rulesWithout = (rule: string | null): NonNullable<JudgeDeps['checkOwnRules']> => {
    return ({ value }) => {
      const isOld = value === update.oldObject;
      return Promise.resolve({
        remarks: isOld ? [] : [finding('custom/a'), finding('custom/b')],
        failures: isOld ? [{ rule, text: 'took too long' }] : [],
      });
    };
  };

  it.each([
    ['open', 'custom/a', false, ['custom/b']],
    ['open', null, true, []],
    ['closed', null, false, []],
  ] as const)('that fail, %s, on what is stored (%s) blame no update for what they find', async (...of) => {
    const [failure, rule, allowed, deniedBy] = of;
    const { judge } = start({ watched: [quota('4')], failure, checkOwnRules: rulesWithout(rule) });
    const judgement = await judge(update);
    expect([judgement.decision.allowed, judgement.deniedBy, judgement.degraded]).toEqual([
      allowed,
      deniedBy,
      ['policy-failed'],
    ]);
  });
});
