import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, isTrueAt, stringAt } from '../../src/manifest/fields.ts';
import { compareAmounts as compareTexts } from './amounts.ts';
import type { ApiAnswer } from './api.ts';
import { countUsage } from './count-usage.ts';
import { drawBounds, drawStep, PROBE, type Inhabitant, type LifeStep } from './generate/life.ts';
import { withSpec } from './generate/workloads.ts';
import { collectionPath } from './kinds.ts';
import type { Stage } from './play.ts';
import { seededRandom, type Random } from './random.ts';
import { pause, settle } from './settle.ts';
import { observe } from './truth.ts';

/** What was compared in lives of namespaces behind the webhook, and what differed. */
export interface LifeReport {
  readonly counts: Map<'amounts' | 'denials' | 'largest' | 'writes', number>;
  /** One line each, with the namespace and the step. */
  readonly wrong: string[];
}

type Write = Extract<LifeStep, { kind: 'write' }>;

/** A namespace while it is lived in. */
interface Life {
  readonly stage: Stage;
  readonly namespace: string;
  readonly random: Random;
  /** By name, as they were last stored. */
  readonly inhabitants: Map<string, Inhabitant>;
  readonly tell: (what: string) => void;
  readonly count: (what: 'amounts' | 'denials' | 'largest' | 'writes') => void;
}

/** The webhook's and the API server's own watches show what was written. */
const NOTICE_MS = 1_000;
/** Controllers may be slow to try again. */
const SECOND_LOOK_MS = 5_000;
const BREAK_GLASS = 'quotafit.dev/break-glass';

/**
 * Lives for so many steps in a namespace behind the webhook, and compares each answer with what comes of it: what is let in
 * without a word gets all its pods and takes none from others; what is refused, put in past the webhook, lacks some; the
 * count that is said to fit does; and others hold what the webhook says that they do.
 */
export async function live(stage: Stage, namespace: string, steps: number, report: LifeReport): Promise<void> {
  const random = seededRandom(namespace);
  let step = 0;
  const life: Life = {
    stage,
    namespace,
    random,
    inhabitants: new Map(),
    tell: (what) => void report.wrong.push(`${namespace}#${step}: ${what}`),
    count: (what) => void report.counts.set(what, (report.counts.get(what) ?? 0) + 1),
  };
  const { api, mirror } = stage;
  await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  while (mirror.list('serviceaccounts', namespace).length === 0) await pause(NOTICE_MS / 10);
  for (const object of drawBounds(random)) await api.create(collectionPath(object, namespace), object);
  await pause(NOTICE_MS);
  for (step = 1; step <= steps; step++) {
    await takeStep(life, drawStep(random, [...life.inhabitants.values()], step));
    await compareAmounts(life);
  }
  await api.remove(`/api/v1/namespaces/${namespace}`);
}

async function takeStep(life: Life, step: LifeStep): Promise<void> {
  const { inhabitants, namespace, stage } = life;
  const before = listLacking(life);
  switch (step.kind) {
    case 'bound':
      await applyObject(life, step.object);
      await pause(NOTICE_MS);
      break;
    case 'delete':
      await remove(life, step.object);
      inhabitants.delete(stringAt(step.object, 'metadata', 'name'));
      break;
    case 'write': {
      life.count('writes');
      const answer = await send(life, step);
      if (isDenied(answer)) return judgeDenial(life, step, stringAt(answer.body, 'message'), before);
      await settle(stage.api, stage.mirror, namespace);
      // What a stuck rollout holds, the webhook takes for given back.
      if (isWarned(answer) || before.size > 0) return;
      const lacking = await findNewlyLacking(life, before);
      if (lacking.length > 0) life.tell(`${step.what} was let in: ${lacking.join('; ')}`);
      return;
    }
  }
  await settle(stage.api, stage.mirror, namespace);
}

async function judgeDenial(life: Life, step: Write, message: string, before: Lacking): Promise<void> {
  const { api, mirror } = life.stage;
  if (step.isModest) life.tell(`${step.what} was refused: ${message}`);
  const isWaitedFor = before.size > 0 || [...life.inhabitants.values()].some(({ object }) => isHeldBack(object));
  if (isWaitedFor || isHeldBack(step.next.object)) return;
  life.count('denials');
  await setBreakGlass(life, 'true');
  const forced = await send(life, step);
  await setBreakGlass(life, null);
  if (forced.status >= 300) return;
  await settle(api, mirror, life.namespace);
  if (listLacking(life).size === 0 && !overshoots(life)) life.tell(`${step.what} lacks nothing, past: ${message}`);
  await revert(life, step);
  const largest = /; (\d+) replicas? fits?/u.exec(message)?.[1];
  if (largest === undefined || listLacking(life).size > 0) return;
  life.count('largest');
  const fitting = resize(step, Number(largest));
  const isMore = step.old === null || Number(largest) >= replicasOf(step.old.object);
  const more = await send(life, resize(step, Number(largest) + 1), 'dryRun=All');
  if (isMore && !isWarned(more)) life.tell(`${step.what} fits with one more than: ${message}`);
  const answer = await send(life, fitting);
  if (isDenied(answer)) life.tell(`${message}, and then: ${stringAt(answer.body, 'message')}`);
  await settle(api, mirror, life.namespace);
  const lacking = isWarned(answer) ? [] : await findNewlyLacking(life, before);
  if (lacking.length > 0) life.tell(`${message}, and then: ${lacking.join('; ')}`);
}

const resize = (step: Write, replicas: number): Write => ({
  ...step,
  by: step.by === 'scale' ? 'replace' : step.by,
  next: { ...step.next, object: withSpec(step.next.object, { replicas }) },
});

async function revert(life: Life, { next, old, what }: Write): Promise<void> {
  const { api, mirror } = life.stage;
  const name = stringAt(next.object, 'metadata', 'name');
  if (old === null) {
    await remove(life, next.object);
    life.inhabitants.delete(name);
  } else {
    const answer = await send(life, { kind: 'write', what, next: old, old: next, by: 'replace', isModest: true });
    if (isDenied(answer)) life.tell(`back from ${what} was refused: ${stringAt(answer.body, 'message')}`);
  }
  await settle(api, mirror, life.namespace);
}

/** What the webhook says that others hold, where nothing is missing and no rollout is held back. */
async function compareAmounts(life: Life): Promise<void> {
  const { stage, namespace, inhabitants } = life;
  if (listLacking(life).size > 0 || [...inhabitants.values()].some(({ object }) => isHeldBack(object))) return;
  const ask = async (): Promise<readonly string[]> => {
    const answer = await stage.api.create(`${collectionPath(PROBE, namespace)}?dryRun=All`, PROBE);
    const counted = countUsage(stage.mirror, namespace);
    return (answer.warnings ?? []).flatMap((text) =>
      [...text.matchAll(/quota (\S+) is short of (\S+) by .*?others (\S+),/gu)].flatMap(
        ([, quota, resource, others = '']) => {
          life.count('amounts');
          const real = counted.get(`${quota} ${resource}`) ?? '0';
          const isTrue = compareTexts(real, others) === 0;
          return isTrue ? [] : [`others are said to hold ${others} of ${resource}, and hold ${real}`];
        },
      ),
    );
  };
  if ((await ask()).length === 0) return;
  // The garbage collector may still be at work.
  await pause(SECOND_LOOK_MS);
  for (const difference of await ask()) life.tell(difference);
}

/** What lacks something, by name. */
type Lacking = ReadonlyMap<string, string>;

function listLacking({ stage, namespace, inhabitants }: Life): Lacking {
  const outcomes = [...inhabitants.values()].map(({ object }) =>
    observe(stage.mirror, stage.refusals(namespace), namespace, object),
  );
  return new Map(
    outcomes
      // What waits for something else is not refused.
      .filter(({ missing, message }) => missing && message !== null)
      .map(({ kind, name, pods, desired, message }) => [name, `${kind} ${name} has ${pods} of ${desired}: ${message}`]),
  );
}

async function findNewlyLacking(life: Life, before: Lacking): Promise<readonly string[]> {
  const find = (): readonly string[] =>
    [...listLacking(life)].flatMap(([name, text]) => (before.has(name) ? [] : [text]));
  if (find().length === 0) return [];
  await pause(SECOND_LOOK_MS);
  await settle(life.stage.api, life.stage.mirror, life.namespace);
  return find();
}

/** Whether its pods are not those that its template asks for, and are to become so later. */
function isHeldBack(object: JsonObject): boolean {
  const partition = integerAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  return isTrueAt(object, 'spec', 'paused') || partition > 0;
}

/** Whether the API server let more in than its quotas allow, as it does when two writes cross (kubernetes/kubernetes#141904). */
const overshoots = ({ stage: { mirror }, namespace }: Life): boolean =>
  countUsage(mirror, namespace, 'excess').size > 0;

async function send(life: Life, { next, by }: Write, query = ''): Promise<ApiAnswer> {
  const { api } = life.stage;
  const { object } = next;
  const path = pathOf(life, object);
  const name = stringAt(object, 'metadata', 'name');
  const ask = (target: string): string => (query === '' ? target : `${target}?${query}`);
  const answer =
    by === 'create'
      ? await api.create(ask(collectionPath(object, life.namespace)), object)
      : by === 'scale'
        ? await api.patch(
            ask(`${path}/scale`),
            { spec: { replicas: replicasOf(object) } },
            'application/merge-patch+json',
          )
        : await api.replace(ask(path), object);
  if (query === '' && answer.status < 300) life.inhabitants.set(name, next);
  return answer;
}

const replicasOf = (object: JsonObject): number => integerAt(object, 'spec', 'replicas') ?? 1;

async function applyObject(life: Life, object: JsonObject): Promise<void> {
  const path = `${pathOf(life, object)}?fieldManager=lives&force=true`;
  await life.stage.api.patch(path, object, 'application/apply-patch+yaml');
}

/** As kubectl does: left to itself the API server leaves the pods of Jobs and ReplicationControllers behind. */
async function remove(life: Life, object: JsonObject): Promise<void> {
  await life.stage.api.remove(`${pathOf(life, object)}?propagationPolicy=Background`);
}

async function setBreakGlass({ stage: { api }, namespace }: Life, value: string | null): Promise<void> {
  const body = { metadata: { labels: { [BREAK_GLASS]: value } } };
  await api.patch(`/api/v1/namespaces/${namespace}`, body, 'application/merge-patch+json');
  await pause(NOTICE_MS);
}

const pathOf = ({ namespace }: Life, object: JsonObject): string =>
  `${collectionPath(object, namespace)}/${stringAt(object, 'metadata', 'name')}`;

const isWarned = ({ warnings = [] }: ApiAnswer): boolean => warnings.some((text) => text.includes('quota/'));

const isDenied = ({ status, body }: ApiAnswer): boolean =>
  status >= 300 && /admission webhook "[^"]*" denied/u.test(stringAt(body, 'message'));
