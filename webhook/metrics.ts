import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { degradations } from './failure.ts';

/** Everything that the webhook counts; one registry an app, so that tests do not share counts. */
export interface Metrics {
  readonly registry: Registry;
  /** The label of a namespace: itself, or `*` for those that come after so many others. */
  readonly namespaceLabel: (namespace: string) => string;
  readonly reviewSeconds: Histogram<'verdict'>;
  readonly denials: Counter<'rule' | 'namespace'>;
  readonly spared: Counter<'rule' | 'namespace'>;
  readonly degraded: Counter<'mode'>;
  readonly ruleFailures: Counter<'rule'>;
  readonly configReloads: Counter<'result'>;
  readonly configGood: Gauge;
  readonly configApplied: Gauge;
  readonly malformed: Counter;
  readonly reservationWrites: Histogram<'result'>;
  readonly inFlight: Gauge;
  readonly certificateExpiry: Gauge;
}

/** From a tenth of a millisecond to the longest timeout that a webhook may have. */
const BUCKETS_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 10, 30];

/** Namespaces with series of their own. */
const MOST_NAMESPACES = 500;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics: Metrics = {
    registry,
    namespaceLabel: createNamespaceLabels(),
    reviewSeconds: new Histogram({
      name: 'quotafit_review_duration_seconds',
      help: 'Time from the parsed request to its answer, by verdict: allowed, warned, denied, failed',
      labelNames: ['verdict'],
      buckets: BUCKETS_SECONDS,
      registers,
    }),
    denials: new Counter({
      name: 'quotafit_denials_total',
      help: 'Denied requests by rule and namespace; namespaces beyond 500 stand under *',
      labelNames: ['rule', 'namespace'],
      registers,
    }),
    spared: new Counter({
      name: 'quotafit_would_deny_total',
      help: 'Requests that were let through only because of the mode, by rule and namespace; namespaces beyond 500 stand under *',
      labelNames: ['rule', 'namespace'],
      registers,
    }),
    degraded: new Counter({
      name: 'quotafit_degraded_total',
      help: 'Reviews that could not be judged as they should, by what was missing',
      labelNames: ['mode'],
      registers,
    }),
    ruleFailures: new Counter({
      name: 'quotafit_own_rule_failures_total',
      help: 'Evaluations that a rule of the organisation’s own did not answer, by rule',
      labelNames: ['rule'],
      registers,
    }),
    configReloads: new Counter({
      name: 'quotafit_config_reload_total',
      help: 'Changes of the configuration that were seen, by result: applied, refused, restored',
      labelNames: ['result'],
      registers,
    }),
    configGood: new Gauge({
      name: 'quotafit_config_last_reload_successful',
      help: '1 when what stands in the configuration files is what holds, 0 after a change was refused',
      registers,
    }),
    configApplied: new Gauge({
      name: 'quotafit_config_last_reload_success_timestamp_seconds',
      help: 'When the configuration that holds was read, in seconds since 1970',
      registers,
    }),
    malformed: new Counter({
      name: 'quotafit_malformed_reviews_total',
      help: 'Bodies that were no AdmissionReview v1',
      registers,
    }),
    reservationWrites: new Histogram({
      name: 'quotafit_reservation_write_seconds',
      help: 'Time that a write of shared reservations took, by result: written, late (another replica was faster), failed',
      labelNames: ['result'],
      buckets: BUCKETS_SECONDS,
      registers,
    }),
    inFlight: new Gauge({
      name: 'quotafit_reviews_in_flight',
      help: 'Reviews that wait for their answer',
      registers,
    }),
    certificateExpiry: new Gauge({
      name: 'quotafit_certificate_expiry_timestamp_seconds',
      help: 'When the serving certificate ends, in seconds since 1970',
      registers,
    }),
  };
  // A series that begins with 1 has no rate: alerts would miss the first of each.
  for (const mode of degradations) metrics.degraded.inc({ mode }, 0);
  for (const result of ['applied', 'refused', 'restored']) metrics.configReloads.inc({ result }, 0);
  return metrics;
}

function createNamespaceLabels(): Metrics['namespaceLabel'] {
  const named = new Set<string>();
  return (namespace) => {
    if (named.size < MOST_NAMESPACES) named.add(namespace);
    return named.has(namespace) ? namespace : '*';
  };
}

/** Adds what is looked up only when somebody asks for metrics. */
export function watchState(
  { registry }: Metrics,
  { ages, reservations }: { readonly ages: () => ReadonlyMap<string, number>; readonly reservations: () => number },
): void {
  registry.registerMetric(
    new Gauge({
      name: 'quotafit_state_age_seconds',
      help: 'Time since the API server was last heard of, by resource',
      labelNames: ['resource'],
      registers: [],
      collect() {
        for (const [resource, ms] of ages()) this.set({ resource }, ms / 1000);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'quotafit_reservations',
      help: 'Objects that were admitted and that the state does not show yet',
      registers: [],
      collect() {
        this.set(reservations());
      },
    }),
  );
}
