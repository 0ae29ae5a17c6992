import { ApiError, type ClusterApi } from './api.ts';
import type { ObjectSink, Reflector } from './reflector.ts';
import { governingResources, listServed, type ClusterResource } from './resources.ts';
import type { ClusterStore } from './store.ts';
import { readGroupVersions } from './version.ts';

export interface GovernorSettings {
  readonly store: ClusterStore;
  readonly follow: (resource: ClusterResource, sink: ObjectSink, onError: (error: unknown) => void) => Reflector;
  /** Waits; a test gives one that does not sleep. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** @param resource - its plural; `apis` for what the cluster serves at all */
  readonly onError: (resource: string, error: unknown) => void;
}

/** How often a cluster is asked whether it has something new that governs namespaces. */
const ASK_AGAIN_MS = 60_000;

/**
 * Follows what decides about namespaces beside their own quotas, from when the cluster has it. Until it was listed, and
 * where it may not be, it is named as unread: verdicts say then what they do not know.
 */
export function followGovernors(
  api: ClusterApi,
  { store, follow, delay, onError }: GovernorSettings,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const followed = new Map<string, Reflector>();

  function begin(resource: ClusterResource): void {
    const { kind, resource: plural } = resource;
    const sink = store.sinkFor(resource);
    // Kueue takes only what asks for it by a label.
    const isMissed = kind !== 'LocalQueue';
    if (isMissed) store.allow(plural, false);
    const beginList = (): (() => void) => {
      const end = sink.beginList();
      return () => {
        end();
        store.allow(plural, true);
      };
    };
    const reflector = follow(resource, { ...sink, beginList }, (error) => {
      if (isMissed && error instanceof ApiError && error.status === 403) store.allow(plural, false);
      onError(plural, error);
    });
    followed.set(plural, reflector);
  }

  async function run(): Promise<void> {
    let told = '';
    while (!stopping.signal.aborted) {
      try {
        const served = listServed(governingResources, await readGroupVersions(api));
        for (const resource of served) if (!followed.has(resource.resource)) begin(resource);
        told = '';
      } catch (error) {
        if (String(error) !== told) onError('apis', error);
        told = String(error);
      }
      await delay(ASK_AGAIN_MS, stopping.signal).catch(() => undefined);
    }
  }

  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
      for (const reflector of followed.values()) reflector.stop();
      await Promise.all([...followed.values()].map((reflector) => reflector.done));
    },
  };
}
