import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import { compareAmounts } from './amounts.ts';
import type { Api, ApiAnswer } from './api.ts';
import { CLUSTER_PATHS } from './cluster.ts';
import { collectionPath } from './kinds.ts';
import type { Mirror } from './mirror.ts';
import type { ReadRefusals } from './refusals.ts';
import type { Amounts, ObjectOutcome, Recording, Scenario, Truth } from './scenario.ts';
import { NUDGE_ANNOTATION, pause, settle } from './settle.ts';
import { observe, refusal } from './truth.ts';
import { maskChance } from './wording.ts';

const READY_TIMEOUT_MS = 60_000;
/** The API server's own admission learns of a quota by a watch, a moment after it is stored. */
const NOTICE_MS = 400;

/** What every recorded state holds of the namespace. */
const STATE = [
  'resourcequotas',
  'limitranges',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'controllerrevisions',
  'jobs',
  'cronjobs',
  'replicationcontrollers',
  'pods',
  'services',
  'persistentvolumeclaims',
  'horizontalpodautoscalers',
  'configmaps',
  'secrets',
] as const;

export interface Stage {
  readonly api: Api;
  readonly mirror: Mirror;
  readonly refusals: ReadRefusals;
}

/** Plays a scenario in a namespace of its own, which it leaves behind. */
export async function play(stage: Stage, scenario: Scenario, namespace = scenario.id): Promise<Recording> {
  const { api, mirror, refusals } = stage;
  await prepare(stage, scenario, namespace);
  let settled = true;
  for (const object of scenario.before) {
    await apply(api, namespace, object);
    settled = (await settle(api, mirror, namespace)) && settled;
  }
  for (const { pod, container, resources } of scenario.resize ?? []) {
    const body = { spec: { containers: [{ name: container, resources }] } };
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/resize`;
    await api.patch(path, body, 'application/strategic-merge-patch+json');
    settled = (await settle(api, mirror, namespace)) && settled;
  }

  const state = await readState(stage, namespace);
  const peak = watchPeak(mirror, namespace);
  const answers: ApiAnswer[] = [];
  for (const object of scenario.apply) {
    const answer = await apply(api, namespace, object);
    answers.push(answer);
    settled = (await settle(api, mirror, namespace)) && settled;
  }
  // Asked only now: what comes later may take from what came before.
  const objects = scenario.apply.map((object, index): ObjectOutcome => {
    const answer = answers[index];
    return answer && answer.status >= 300
      ? refusal(object, stringAt(answer.body, 'message'))
      : observe(mirror, refusals(namespace), namespace, object);
  });
  const used = readUsed(mirror, namespace);
  // A run of a CronJob belongs to the peak: the namespace at rest does not have it.
  for (const [index, object] of scenario.apply.entries()) {
    if (stringAt(object, 'kind') !== 'CronJob' || !objects[index]?.admitted) continue;
    await makeDue(stage, namespace, object);
    settled = (await settle(api, mirror, namespace)) && settled;
  }
  const truth = summarize(objects, used, peak.stop(), settled && !overshoots(mirror, namespace, state));
  return { ...scenario, state, truth };
}

/** Two recordings of one scenario as one: settled when they agree in all that is not left to chance. */
export function agree(first: Recording, second: Recording): Recording {
  const settled =
    first.truth.settled && second.truth.settled && isDeepStrictEqual(essence(first.truth), essence(second.truth));
  const objects = first.truth.objects?.map((outcome, index): ObjectOutcome => {
    const other = second.truth.objects?.[index] ?? outcome;
    const sameWords = maskChance(outcome.message ?? '', outcome.name) === maskChance(other.message ?? '', other.name);
    const blockedBy = sameWords ? outcome.blockedBy : [...outcome.blockedBy, ...other.blockedBy];
    return Object.assign({}, outcome, { sameWords, blockedBy });
  });
  return { ...first, truth: { ...first.truth, settled, ...(objects && { objects }) } };
}

function essence(truth: Truth): unknown {
  const objects = truth.objects?.map(({ admitted, reason, desired, pods, updated, missing }) => [
    admitted,
    reason,
    desired,
    pods,
    updated,
    missing,
  ]);
  return [objects, truth.usedAfter];
}

/** The namespace with its quotas counted and known to the server. */
async function prepare({ api, mirror }: Stage, scenario: Scenario, namespace: string): Promise<void> {
  await mustStore(
    api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
  );
  await mustCome(`a service account in ${namespace}`, () =>
    ['serviceaccounts', 'configmaps'].every((plural) => mirror.list(plural, namespace).length > 0),
  );
  // Limit ranges first: the server keeps for a while that a namespace had none.
  const order = [...scenario.namespace].sort((a, b) => (stringAt(a, 'kind') < stringAt(b, 'kind') ? -1 : 1));
  let quotas = 0;
  for (const object of order) {
    // A quota that the server refuses is one that the scenario does not have: the state tells.
    const { status } = await api.create(collectionPath(object, namespace), object);
    if (status < 300 && stringAt(object, 'kind') === 'ResourceQuota') quotas += 1;
  }
  await mustCome(`counted quotas in ${namespace}`, () => {
    const counted = mirror.list('resourcequotas', namespace).filter((quota) => 'hard' in objectAt(quota, 'status'));
    return counted.length === quotas;
  });
  await pause(NOTICE_MS);
}

/** As `kubectl apply` would: creates, or brings the stored object to this version. */
async function apply(api: Api, namespace: string, object: JsonObject): Promise<ApiAnswer> {
  const collection = collectionPath(object, namespace);
  const path = `${collection}/${stringAt(object, 'metadata', 'name')}`;
  // Kinds into which the server writes much that a manifest leaves out: replacing them would be refused for that.
  // They are made in the same way, or the server would keep fields that a later version leaves out.
  if (['Pod', 'Job', 'Service', 'PersistentVolumeClaim'].includes(stringAt(object, 'kind'))) {
    return api.patch(`${path}?fieldManager=kubectl&force=true`, object, 'application/apply-patch+yaml');
  }
  const stored = await api.get(path);
  if (stored.status !== 200) return api.create(collection, object);
  const resourceVersion = stringAt(stored.body, 'metadata', 'resourceVersion');
  const replicas = integerAt(object, 'spec', 'replicas') ?? integerAt(stored.body, 'spec', 'replicas');
  return api.replace(path, {
    ...object,
    metadata: { ...objectAt(object, 'metadata'), resourceVersion },
    ...('spec' in object && { spec: { ...objectAt(object, 'spec'), ...(replicas !== null && { replicas }) } }),
  });
}

/** Says that the yearly CronJob ran last two years ago, so that one run is due now. */
async function makeDue({ api, mirror, refusals }: Stage, namespace: string, cronJob: JsonObject): Promise<void> {
  const name = stringAt(cronJob, 'metadata', 'name');
  const lastScheduleTime = `${new Date().getUTCFullYear() - 1}-06-01T00:00:00Z`;
  const path = `${collectionPath(cronJob, namespace)}/${name}/status`;
  await mustStore(api.patch(path, { status: { lastScheduleTime } }, 'application/merge-patch+json'));
  const ran = (): boolean => {
    const isOld = stringAt(
      mirror.list('cronjobs', namespace).find((object) => stringAt(object, 'metadata', 'name') === name),
      'status',
      'lastScheduleTime',
    ).endsWith('-06-01T00:00:00Z');
    const refused = refusals(namespace).some(({ plural }) => plural === 'jobs');
    return !isOld || refused;
  };
  await mustCome(`a run of ${name}`, ran);
}

async function mustStore(call: Promise<ApiAnswer>): Promise<void> {
  const { status, body } = await call;
  if (status >= 300) throw new Error(`the server did not store what a scenario needs: ${stringAt(body, 'message')}`);
}

async function mustCome(what: string, done: () => boolean): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`it did not come to it: ${what}`);
    await pause(50);
  }
}

async function readState({ api, mirror }: Stage, namespace: string): Promise<JsonObject> {
  const cluster = await Promise.all(CLUSTER_PATHS.map((path) => api.get(path)));
  const items = [
    ...STATE.flatMap((plural) => mirror.list(plural, namespace)),
    ...cluster.flatMap(({ body }) => {
      const head = { apiVersion: stringAt(body, 'apiVersion'), kind: stringAt(body, 'kind').replace(/List$/, '') };
      return listAt(body, 'items').map((item) => Object.assign({}, head, objectAt(item)));
    }),
  ];
  return { apiVersion: 'v1', kind: 'List', items: items.map(forget) };
}

/** The object without what kubectl leaves out, without what is in config maps and secrets, and without our own marks. */
function forget(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = objectAt(object, 'metadata');
  const { [NUDGE_ANNOTATION]: __, ...annotations } = objectAt(metadata, 'annotations');
  const isPrivate = ['ConfigMap', 'Secret'].includes(stringAt(object, 'kind'));
  const { data, ...kept } = object;
  return {
    ...kept,
    ...(!isPrivate && data !== undefined && { data }),
    metadata: { ...metadata, ...('annotations' in metadata && { annotations }) },
  };
}

/**
 * Whether the server let more in than a quota allows: it does so, now and then, when two of its writes to one quota cross
 * (kubernetes/kubernetes#141904). That is luck, not a rule.
 */
function overshoots(mirror: Mirror, namespace: string, state: JsonObject): boolean {
  const before = new Map(listAt(state, 'items').map((item) => [stringAt(item, 'metadata', 'uid'), objectAt(item)]));
  return mirror.list('resourcequotas', namespace).some((quota) => {
    const had = usedOf(before.get(stringAt(quota, 'metadata', 'uid')) ?? {});
    return Object.entries(usedOf(quota)).some(
      ([key, used]) =>
        compareAmounts(used, stringAt(quota, 'status', 'hard', key)) > 0 && compareAmounts(used, had[key] ?? '0') > 0,
    );
  });
}

function readUsed(mirror: Mirror, namespace: string): Amounts {
  const entries = mirror
    .list('resourcequotas', namespace)
    .map((quota) => [stringAt(quota, 'metadata', 'name'), usedOf(quota)] as const);
  return Object.fromEntries(entries);
}

function usedOf(quota: JsonObject): Record<string, string> {
  const used = objectAt(quota, 'status', 'used');
  return Object.fromEntries(Object.keys(used).map((key) => [key, stringAt(used, key)]));
}

/** Follows the quotas' used amounts; `stop` gives the highest of each since the start. */
function watchPeak(mirror: Mirror, namespace: string): { stop(): Amounts } {
  const peak: Record<string, Record<string, string>> = {};
  const see = (quota: JsonObject): void => {
    if (stringAt(quota, 'metadata', 'namespace') !== namespace) return;
    const highest = (peak[stringAt(quota, 'metadata', 'name')] ??= {});
    for (const [key, used] of Object.entries(usedOf(quota))) {
      if (highest[key] === undefined || compareAmounts(used, highest[key]) > 0) highest[key] = used;
    }
  };
  mirror.list('resourcequotas', namespace).forEach(see);
  const stop = mirror.listen('resourcequotas', see);
  return {
    stop: () => {
      stop();
      return peak;
    },
  };
}

function summarize(objects: readonly ObjectOutcome[], usedAfter: Amounts, usedPeak: Amounts, settled: boolean): Truth {
  const last = objects.at(-1);
  if (last === undefined) throw new Error('a scenario applies nothing');
  const { admitted, message, reason, blockedBy, desired, pods, updated, ready } = last;
  return { admitted, message, reason, blockedBy, desired, pods, updated, ready, usedAfter, usedPeak, settled, objects };
}
