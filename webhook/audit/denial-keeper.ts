import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import { getOrNull } from '../../src/cluster/get-or-null.ts';
import {
  addDenials,
  dayOf,
  emptyRecord,
  keyOfDenial,
  mergeRecord,
  printRecord,
  readRecord,
  type Denial,
  type DenialRecord,
} from '../../src/denial/denial.ts';
import { recordPlace } from '../../src/denial/place.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { Observation } from '../judge.ts';
import { tellOnce } from './tell-once.ts';

export interface DenialKeeperSettings {
  /** Our own. */
  readonly namespace: string;
  /** How long what was noted may wait to be written; a process that is killed loses as much. */
  readonly delayMs: number;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/** Keeps denials, and what a stricter mode would have denied, for a week; docs/adr/0009 says where and why. */
export interface DenialKeeper {
  readonly note: (observation: Observation) => void;
  /** Writes at once what waits, and takes no more. */
  readonly stop: () => Promise<void>;
}

/** Of entries that wait; more users, objects and rules than that in half a minute are counted, not kept. */
const MOST_WAITING = 1000;
/** A ConfigMap holds one MiB. */
const MOST_BYTES = 700_000;
const MESSAGE_LENGTH = 500;
/** Replicas that write at the same moment take turns. */
const MOST_TRIES = 5;

export function createDenialKeeper(api: ClusterApi, settings: DenialKeeperSettings): DenialKeeper {
  const { delayMs, now } = settings;
  const failures = tellOnce(settings.onError);
  let waiting = new Map<string, Denial>();
  let leftOut = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let isStopped = false;
  /** Once it is there, people can tell that nothing was denied from that nobody looked. */
  let isThere = false;

  const add = (denial: Denial): void => {
    const key = keyOfDenial(denial);
    const known = waiting.get(key);
    if (known !== undefined) waiting.set(key, addDenials(known, denial));
    else if (waiting.size < MOST_WAITING) waiting.set(key, denial);
    else leftOut += 1;
  };
  const write = async (): Promise<void> => {
    const batch = waiting;
    const uncounted = leftOut;
    waiting = new Map();
    leftOut = 0;
    if (batch.size === 0 && isThere) return;
    try {
      await writeRecord(api, settings, [...batch.values()], uncounted);
      isThere = true;
      failures.succeeded();
    } catch (error) {
      failures.failed(error);
      for (const denial of batch.values()) add(denial);
      leftOut += uncounted;
      if (!isStopped) schedule();
    }
  };
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      writing = writing.then(write);
    }, delayMs).unref();
  };

  schedule();
  return {
    note(observation) {
      for (const denial of describeDenials(observation, now())) add(denial);
      if (waiting.size > 0 && !isStopped) schedule();
    },
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await writing;
      await write();
    },
  };
}

function describeDenials({ kind, namespace, object, user, remarks }: Observation, now: Date): readonly Denial[] {
  if (kind === 'does-not-fit') return [];
  const { apiVersion, kind: objectKind, name } = object;
  const common = { outcome: kind, namespace, apiVersion, kind: objectKind, name, user } as const;
  return remarks.map(({ rule, text, shortages = [] }) => ({
    ...common,
    rule,
    message: text.length > MESSAGE_LENGTH ? `${text.slice(0, MESSAGE_LENGTH - 1)}…` : text,
    shortages,
    last: now.toISOString(),
    days: { [dayOf(now)]: 1 },
  }));
}

/** Adds to what is there, past what other replicas write. @throws ApiError, or the network's own error */
async function writeRecord(
  api: ClusterApi,
  { namespace, now }: DenialKeeperSettings,
  fresh: readonly Denial[],
  leftOut: number,
): Promise<void> {
  const collection = `/api/v1/namespaces/${namespace}/configmaps`;
  for (let tries = 1; ; tries += 1) {
    const time = now();
    const stored = await getOrNull(api, `${collection}/${recordPlace.name}`);
    if (stored !== null && fresh.length === 0) return;
    const known = readStored(stored) ?? emptyRecord(time);
    const today = dayOf(time);
    const counted =
      leftOut === 0
        ? known
        : { ...known, leftOut: { ...known.leftOut, [today]: (known.leftOut[today] ?? 0) + leftOut } };
    const data = { [recordPlace.key]: printRecord(mergeRecord(counted, fresh, time, MOST_BYTES)) };
    try {
      if (stored === null) await api.send('POST', collection, describeConfigMap(namespace, data));
      else await api.send('PUT', `${collection}/${recordPlace.name}`, { ...stored, data });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || tries === MOST_TRIES) throw error;
    }
  }
}

/** What somebody damaged begins anew. */
function readStored(configMap: JsonObject | null): DenialRecord | null {
  const text = stringAt(objectAt(configMap, 'data'), recordPlace.key);
  return text === '' ? null : readRecord(text);
}

function describeConfigMap(namespace: string, data: Readonly<Record<string, string>>): JsonObject {
  const labels = { 'app.kubernetes.io/managed-by': 'quotafit' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: recordPlace.name, namespace, labels }, data };
}
