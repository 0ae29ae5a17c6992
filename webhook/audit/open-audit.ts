import picomatch from 'picomatch';
import type { Registry } from 'prom-client';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { clusterResources, type ClusterResource } from '../../src/cluster/resources.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import type { Observation } from '../judge.ts';
import type { RunningLiveState } from '../live-state.ts';
import type { ConfiguredDeps } from '../running.ts';
import type { WebhookConfigFile } from '../settings.ts';
import type { Identity } from '../tls/serving.ts';
import { createAuditMetrics } from './audit-metrics.ts';
import { startAudit } from './audit.ts';
import { watchBreakGlass } from './break-glass.ts';
import { createDenialKeeper } from './denial-keeper.ts';

const DENIALS_DELAY_MS = 30_000;
const DEFAULTS = { intervalSeconds: 600, mostResults: 200 };

export interface OpenAuditDeps {
  readonly api: ClusterApi;
  readonly identity: Identity;
  readonly registry: Registry;
  readonly namespaces: () => readonly KubernetesObject[];
  readonly log: (level: 'info' | 'warn', what: object, message: string) => void;
  /** For ages. */
  readonly clock: () => number;
  /** For others to read. */
  readonly now: () => Date;
}

/** What is looked at and kept beside reviews, for people to come back to. */
export interface OpenAudit {
  /** Keeps what was denied, or would have been. */
  readonly note: (observation: Observation) => void;
  /** Is told of each object that a watch shows. */
  readonly seen: (object: KubernetesObject) => void;
  /** Begins to judge what exists. */
  readonly start: (
    state: RunningLiveState,
    customResources: readonly ClusterResource[],
    configured: () => ConfiguredDeps,
  ) => void;
  readonly stop: () => Promise<void>;
}

export function openAudit(settings: WebhookConfigFile['audit'], deps: OpenAuditDeps): OpenAudit {
  const { api, identity, registry, log, clock, now } = deps;
  const { namespace, instance } = identity;
  const denials = createDenialKeeper(api, {
    namespace,
    delayMs: DENIALS_DELAY_MS,
    now,
    onError: (err) => log('warn', { err }, 'cannot keep what was denied; it is tried again'),
  });
  const onError = (err: unknown): void => log('warn', { err }, 'cannot write an Event');
  const seen = watchBreakGlass(api, registry, { instance, now, onError }, deps.namespaces);
  const namespaceNames = (): readonly string[] => deps.namespaces().map(({ name }) => name);
  let stopAudit: (() => Promise<void>) | null = null;
  return {
    note: denials.note,
    seen,
    start(state, customResources, configured) {
      if (settings?.enabled === false) return;
      const {
        intervalSeconds = DEFAULTS.intervalSeconds,
        mostResults = DEFAULTS.mostResults,
        exempt = [],
      } = settings ?? {};
      const resources = [...clusterResources, ...customResources].filter((resource) => resource.namespaced);
      const live = { ...state, namespaceNames };
      const metrics = createAuditMetrics(registry);
      stopAudit = startAudit(
        { api, state: live, resources, configured, metrics, log, clock, now },
        { namespace, instance, intervalMs: intervalSeconds * 1000, isExempt: picomatch([...exempt]), mostResults },
      );
    },
    async stop() {
      await Promise.all([stopAudit?.(), denials.stop()]);
    },
  };
}
