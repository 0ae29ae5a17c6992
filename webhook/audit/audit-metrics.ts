import { Counter, Gauge, type Registry } from 'prom-client';
import type { AuditFinding } from './finding.ts';

/** What the audit tells of itself. Only the replica that audits has findings. */
export interface AuditMetrics {
  /** What was found in a namespace takes the place of what was found there before. */
  readonly setFindings: (namespace: string, findings: readonly AuditFinding[]) => void;
  /** Forgets namespaces that are gone; none keeps nothing. */
  readonly keepNamespaces: (names: ReadonlySet<string>) => void;
  readonly lastRound: Gauge;
  readonly roundSeconds: Gauge;
  readonly failures: Counter;
}

/** Namespaces with series of their own; what is found in others is added up under `*`. */
const MOST_NAMESPACES = 500;

type Counts = ReadonlyMap<string, { readonly rule: string; readonly level: string; readonly count: number }>;

export function createAuditMetrics(registry: Registry): AuditMetrics {
  const registers = [registry];
  const held = new Map<string, Counts>();
  registry.registerMetric(
    new Gauge({
      name: 'quotafit_audit_findings',
      help: 'What the last audit found in what exists, by rule, level and namespace; namespaces beyond 500 stand under *',
      labelNames: ['rule', 'level', 'namespace'],
      registers: [],
      collect() {
        this.reset();
        let named = 0;
        for (const [name, counts] of held) {
          const namespace = named < MOST_NAMESPACES ? name : '*';
          named += 1;
          for (const { rule, level, count } of counts.values()) this.inc({ rule, level, namespace }, count);
        }
      },
    }),
  );
  return {
    setFindings(namespace, found) {
      if (found.length === 0) held.delete(namespace);
      else held.set(namespace, countFindings(found));
    },
    keepNamespaces(names) {
      for (const name of held.keys()) if (!names.has(name)) held.delete(name);
    },
    lastRound: new Gauge({
      name: 'quotafit_audit_last_round_timestamp_seconds',
      help: 'When the audit last went through all namespaces, in seconds since 1970; 0 where another replica audits',
      registers,
    }),
    roundSeconds: new Gauge({
      name: 'quotafit_audit_round_duration_seconds',
      help: 'How long the last audit took; most of it are rests',
      registers,
    }),
    failures: new Counter({
      name: 'quotafit_audit_failures_total',
      help: 'Namespaces that could not be audited or reported on',
      registers,
    }),
  };
}

function countFindings(findings: readonly AuditFinding[]): Counts {
  const counts = new Map<string, { readonly rule: string; readonly level: string; readonly count: number }>();
  for (const { rule, level } of findings) {
    const key = `${rule} ${level}`;
    counts.set(key, { rule, level, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return counts;
}
