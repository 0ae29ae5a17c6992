import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { createLease } from '../../src/cluster/lease.ts';
import type { WorldSettings } from '../../src/fit/open-world.ts';
import type { NamespaceState } from '../../src/state/namespace-state.ts';
import type { ConfiguredDeps } from '../running.ts';
import { auditFit } from './audit-fit.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import { auditRules, type AuditRulesDeps } from './audit-rules.ts';
import { sortFindings, type AuditFinding } from './finding.ts';
import { createPace, type Pace } from './pace.ts';
import { tellOnce } from './tell-once.ts';
import { buildPolicyReport, hasPolicyReports, publishReport, reportGroupVersion } from './policy-report.ts';

export interface AuditDeps {
  readonly api: ClusterApi;
  readonly state: {
    readonly namespaceNames: () => readonly string[];
    readonly namespace: (name: string) => NamespaceState;
    readonly settings: () => WorldSettings;
    readonly fault: () => string | null;
  };
  readonly resources: AuditRulesDeps['resources'];
  /** By what reviews are judged now. */
  readonly configured: () => ConfiguredDeps;
  readonly metrics: AuditMetrics;
  readonly log: (level: 'info' | 'warn', what: object, message: string) => void;
  /** For ages. */
  readonly clock: () => number;
  /** For others to read. */
  readonly now: () => Date;
}

export interface AuditSettings {
  /** Our own, where the Lease is. */
  readonly namespace: string;
  readonly instance: string;
  readonly intervalMs: number;
  /** Whether a namespace is left alone, as the webhook leaves it alone. */
  readonly isExempt: (namespace: string) => boolean;
  /** More findings of a namespace are counted, not listed. */
  readonly mostResults: number;
}

const LEASE = { name: 'quotafit-audit', durationSeconds: 60 } as const;
const RENEW_MS = 20_000;
/** Of one processor. */
const SHARE = 0.1;

/** Judges what exists, again and again, in one replica at a time: the holder of the Lease. @returns how to end it */
export function startAudit(deps: AuditDeps, settings: AuditSettings): () => Promise<void> {
  const stop = new AbortController();
  const lease = holdLease(deps, settings);
  const auditRound = createRound(deps, settings);
  const failures = tellOnce((err) => deps.log('warn', { err }, 'cannot audit'));
  let last = -Infinity;
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        if (!(await lease.holds())) {
          last = -Infinity;
          forget(deps.metrics);
        } else if (deps.state.fault() === null && deps.clock() - last >= settings.intervalMs) {
          last = deps.clock();
          await auditRound(() => lease.holds(), stop.signal);
        }
        failures.succeeded();
      } catch (error) {
        failures.failed(error);
      }
      await sleep(Math.min(RENEW_MS, settings.intervalMs), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const done = run();
  return async () => {
    stop.abort();
    await done;
    await lease.release().catch((err: unknown) => deps.log('warn', { err }, 'cannot give the Lease of the audit back'));
  };
}

/** Asks for the Lease no more often than it must be. */
function holdLease({ api, clock, now }: AuditDeps, { namespace, instance }: AuditSettings) {
  const lease = createLease(api, { ...LEASE, namespace, identity: instance, now, clock });
  let renewed = -Infinity;
  return {
    async holds(): Promise<boolean> {
      if (clock() - renewed < RENEW_MS) return true;
      renewed = -Infinity;
      const began = clock();
      if (!(await lease.tryHold())) return false;
      renewed = began;
      return true;
    },
    async release(): Promise<void> {
      if (renewed !== -Infinity) await lease.release();
    },
  };
}

function forget(metrics: AuditMetrics): void {
  metrics.keepNamespaces(new Set());
  metrics.lastRound.set(0);
  metrics.roundSeconds.set(0);
}

/** One way through all namespaces; a namespace that fails keeps the report that it had. */
function createRound(deps: AuditDeps, settings: AuditSettings) {
  const { api, state, metrics, log, clock, now } = deps;
  let wasToldOfCrd = false;

  const wantsReports = async (): Promise<boolean> => {
    const has = await hasPolicyReports(api);
    if (!has && !wasToldOfCrd) {
      log('warn', {}, `the cluster does not have ${reportGroupVersion}: what the audit finds is told by metrics alone`);
    }
    wasToldOfCrd = !has;
    return has;
  };

  return async (leads: () => Promise<boolean>, signal: AbortSignal): Promise<void> => {
    const began = clock();
    const pace = createPace({ share: SHARE, now: clock, rest: (ms) => sleep(ms, undefined, { signal }) });
    const withReports = await wantsReports();
    const names = state.namespaceNames().toSorted();
    const tally = { namespaces: names.length, errors: 0, warnings: 0, failures: 0 };
    for (const name of names) {
      if (signal.aborted || !(await leads())) return;
      try {
        const findings = settings.isExempt(name) ? [] : await auditNamespace(deps, name, pace);
        metrics.setFindings(name, findings);
        const errors = findings.filter(({ level }) => level === 'error').length;
        tally.errors += errors;
        tally.warnings += findings.length - errors;
        if (!withReports) continue;
        const report =
          findings.length === 0
            ? null
            : buildPolicyReport(name, findings, deps.configured().modeOf, settings.mostResults);
        await publishReport(api, name, report);
      } catch (err) {
        if (signal.aborted) return;
        // What is the matter with one is often the matter with all, and is told once.
        if (tally.failures === 0) log('warn', { namespace: name, err }, 'cannot audit a namespace');
        tally.failures += 1;
        metrics.failures.inc();
      }
    }
    metrics.keepNamespaces(new Set(names));
    const ms = clock() - began;
    metrics.lastRound.set(now().getTime() / 1000);
    metrics.roundSeconds.set(ms / 1000);
    log('info', { ...tally, ms: Math.round(ms) }, 'audit');
  };
}

async function auditNamespace(deps: AuditDeps, name: string, pace: Pace): Promise<readonly AuditFinding[]> {
  const { state, api, resources } = deps;
  const configured = deps.configured();
  const byRules = await auditRules({ api, resources, configured }, state.namespace(name), pace);
  const namespace = state.namespace(name);
  const byFit = await auditFit({ namespace, settings: state.settings(), configured }, pace);
  return sortFindings([...byRules, ...byFit]);
}
