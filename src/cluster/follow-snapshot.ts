import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../manifest/document.ts';
import { stringAt } from '../manifest/fields.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { KindTable } from '../workload/workload.ts';
import type { ClusterApi } from './api.ts';
import { startReflector, type ObjectSink } from './reflector.ts';
import { listPath, tenantQuotas } from './resources.ts';
import { findSources, sortItems } from './take-snapshot.ts';

export interface FollowSettings {
  readonly kinds: KindTable;
  readonly now: () => Date;
  /** Told of every change, also of those that change nothing that verdicts read. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

export interface FollowedSnapshot {
  readonly current: () => Snapshot;
  readonly stop: () => Promise<void>;
}

const PAGE_SIZE = 500;
/** Bookmarks come about once a minute. */
const WATCH_SECONDS = 60;

/** Keeps a snapshot as its namespaces are, by watches of all that could be read when it was taken. */
export async function followSnapshot(
  api: ClusterApi,
  taken: Snapshot,
  { kinds, now, onChange, onError }: FollowSettings,
): Promise<FollowedSnapshot> {
  const watched = (await findSources(api, kinds)).flatMap((source) => {
    if (source.kind === tenantQuotas.kind) return [];
    if (!source.namespaced) return taken.listed.includes(source.kind) ? [{ source, path: listPath(source) }] : [];
    const open = taken.namespaces.filter((name) => taken.unread[name]?.includes(source.title) !== true);
    return open.map((name) => ({ source, path: listPath(source, name) }));
  });
  const held: (() => Iterable<JsonObject>)[] = [];
  const reflectors = watched.map(({ source, path }) => {
    const { sink, objects } = createKeeper(onChange);
    held.push(objects);
    return startReflector(api, sink, {
      path,
      reduce: source.reduce,
      pageSize: PAGE_SIZE,
      watchSeconds: WATCH_SECONDS,
      delay: (ms, signal) => sleep(ms, undefined, { signal }),
      now: () => now().getTime(),
      random: Math.random,
      onError,
    });
  });
  await Promise.all(reflectors.map(({ synced }) => synced));
  const fixed = taken.items.filter(({ kind }) => kind === 'Namespace' || kind === tenantQuotas.kind);
  return {
    current: () => ({
      ...taken,
      takenAt: now().toISOString(),
      items: sortItems([...fixed, ...held.flatMap((objects) => [...objects()])]),
    }),
    async stop() {
      for (const reflector of reflectors) reflector.stop();
      await Promise.all(reflectors.map(({ done }) => done));
    },
  };
}

const keyOf = (object: JsonObject): string =>
  `${stringAt(object, 'metadata', 'namespace')}/${stringAt(object, 'metadata', 'name')}`;

/** Holds the objects of one resource. */
function createKeeper(onChange: () => void): {
  readonly sink: ObjectSink;
  readonly objects: () => Iterable<JsonObject>;
} {
  let objects = new Map<string, JsonObject>();
  let target = objects;
  const sink: ObjectSink = {
    beginList() {
      const listed = new Map<string, JsonObject>();
      target = listed;
      return () => {
        objects = listed;
        onChange();
      };
    },
    upsert(object) {
      target.set(keyOf(object), object);
      if (target === objects) onChange();
    },
    remove(last) {
      objects.delete(keyOf(last));
      onChange();
    },
  };
  return { sink, objects: () => objects.values() };
}
