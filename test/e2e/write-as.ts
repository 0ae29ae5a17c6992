import type { ClusterApi } from '../../src/cluster/api.ts';
import { createLease } from '../../src/cluster/lease.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { createDenialKeeper } from '../../webhook/audit/denial-keeper.ts';
import { publishReport } from '../../webhook/audit/policy-report.ts';
import { createEventWriter } from '../../webhook/events.ts';
import type { Observation } from '../../webhook/judge.ts';
import { tendCertificates } from '../../webhook/tls/self-managed.ts';

const DAY_MS = 86_400_000;

const now = (): Date => new Date();
const clock = (): number => performance.now();
const holder = { identity: 'quotafit-0', durationSeconds: 60, now, clock };

/** Whatever fails is written down, and the rest is still done. */
async function gather(steps: readonly (() => Promise<unknown>)[]): Promise<readonly string[]> {
  const errors: string[] = [];
  for (const step of steps) await step().catch((error: unknown) => errors.push(String(error)));
  return errors;
}

/** Makes certificates, makes them anew when their time is over, and has them trusted. */
export function tendAs(api: ClusterApi, namespace: string, webhookConfiguration: string): Promise<readonly string[]> {
  const lease = createLease(api, { ...holder, namespace, name: 'quotafit-tls-rotation' });
  const round = (now: Date) => () =>
    tendCertificates(api, {
      namespace,
      lease,
      secret: 'quotafit-tls',
      webhookConfiguration,
      onUnregistered: () => undefined,
      rotation: { names: ['quotafit.quotafit-system.svc'], authorityDays: 30, servingDays: 10, overlapMs: 0 },
      now: () => now,
    });
  const today = new Date();
  return gather([round(today), round(new Date(today.getTime() + 9 * DAY_MS))]);
}

/** Leaves an Event, keeps denials, renews the Lease, writes a report, mends it and takes it away. */
export async function tellAs(api: ClusterApi, namespace: string): Promise<readonly string[]> {
  const failed: string[] = [];
  const onError = (error: unknown): void => void failed.push(String(error));
  const denied = (name: string): Observation => ({
    kind: 'denied',
    namespace,
    object: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    user: 'alice',
    remarks: [{ rule: 'quota/exceeded', level: 'error', text: 'too much', isOld: false }],
  });
  const keep = (name: string) => () => {
    const keeper = createDenialKeeper(api, { namespace, delayMs: 60_000, now, onError });
    keeper.note(denied(name));
    return keeper.stop();
  };
  const lease = createLease(api, { ...holder, namespace, name: 'quotafit-audit' });
  const report = (pass: number): JsonObject => ({
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'PolicyReport',
    metadata: { name: 'quotafit', namespace },
    summary: { pass },
    results: [],
  });
  createEventWriter(api, { instance: 'quotafit-0', quietMs: 0, now, clock, onError })(denied('web'));
  const errors = await gather([
    lease.tryHold,
    lease.tryHold,
    keep('web'),
    keep('api'),
    () => publishReport(api, namespace, report(1)),
    () => publishReport(api, namespace, report(2)),
    () => publishReport(api, namespace, null),
  ]);
  return [...failed, ...errors];
}
