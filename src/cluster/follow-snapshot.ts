import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../manifest/document.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { KindTable } from '../workload/workload.ts';
import type { ClusterApi } from './api.ts';
import { startReflector, type ObjectSink } from './reflector.ts';
import { listPath } from './resources.ts';
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
    if (!source.namespaced) return taken.listed.includes(source.kind) ? [{ source, path: listPath(source) }] : [];
    const open = taken.namespaces.filter((name) => taken.unread[name]?.includes(source.title) !== true);
    return open.map((name) => ({ source, path: listPath(source, name) }));
  });
  const held: ReadonlyMap<string, JsonObject>[] = [];
  const reflectors = watched.map(({ source, path }) => {
    const objects = new Map<string, JsonObject>();
    held.push(objects);
    return startReflector(api, keepIn(objects, onChange), {
      path,
      reduce: source.reduce,
      pageSize: PAGE_SIZE,
      watchSeconds: WATCH_SECONDS,
      delay: (ms, signal) => sleep(ms, undefined, { signal }),
      now: () => now().getTime(),
      onError,
    });
  });
  await Promise.all(reflectors.map(({ synced }) => synced));
  const namespaces = taken.items.filter(({ kind }) => kind === 'Namespace');
  return {
    current: () => ({
      ...taken,
      takenAt: now().toISOString(),
      items: sortItems([...namespaces, ...held.flatMap((objects) => [...objects.values()])]),
    }),
    async stop() {
      for (const reflector of reflectors) reflector.stop();
      await Promise.all(reflectors.map(({ done }) => done));
    },
  };
}

function keepIn(objects: Map<string, JsonObject>, onChange: () => void): ObjectSink {
  return {
    replaceAll(all) {
      objects.clear();
      for (const [key, object] of all) objects.set(key, object);
      onChange();
    },
    upsert(key, object) {
      objects.set(key, object);
      onChange();
    },
    remove(key) {
      objects.delete(key);
      onChange();
    },
  };
}
