import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAuditMetrics } from '../../../webhook/audit/audit-metrics.ts';
import { watchBreakGlass } from '../../../webhook/audit/break-glass.ts';
import { createMetrics, watchState } from '../../../webhook/metrics.ts';
import { createObjectStore } from '../../helpers/object-store.ts';
import { projectRoot } from '../../helpers/package-copy.ts';

it('are those that the documentation lists, with the same labels', async () => {
  const metrics = createMetrics();
  watchState(metrics, { ages: () => new Map(), reservations: () => 0 });
  createAuditMetrics(metrics.registry);
  const settings = { instance: 'quotafit-0', now: () => new Date(0), onError: () => undefined };
  watchBreakGlass(createObjectStore(), metrics.registry, settings, () => []);
  const exposed = metrics.registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('quotafit_'))
    .map((metric) => [metric.name, 'labelNames' in metric ? metric.labelNames : []] as const);
  const page = readFileSync(join(projectRoot, 'docs/webhook/operating.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(quotafit_\w+)` +\|([^|]*)\|/gmu)].map(([, name = '', labels = '']) => {
    return [name, [...labels.matchAll(/`(\w+)`/gu)].map(([, label]) => label)] as const;
  });
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(exposed));
});
