import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAuditMetrics } from '../../../webhook/audit/audit-metrics.ts';
import { watchBreakGlass } from '../../../webhook/audit/break-glass.ts';
import { createMetrics, watchState } from '../../../webhook/metrics.ts';
import { createObjectStore } from '../../helpers/object-store.ts';
import { projectRoot } from '../../helpers/package-copy.ts';

const folder = join(projectRoot, 'docs/runbooks');
const rules = readFileSync(join(projectRoot, 'webhook/deploy/chart/templates/prometheusrule.yaml'), 'utf8');
const alerts = [...rules.matchAll(/- alert: (\S+)/gu)].map(([, name = '']) => name);

const settings = { instance: 'quotafit-0', now: () => new Date(0), onError: () => undefined };

describe('the runbooks', () => {
  it('are one for each alert, where its link leads', () => {
    expect(alerts.length).toBeGreaterThan(0);
    const linked = [...rules.matchAll(/runbook_url: \{\{ \$runbooks \}\}\/(\S+)/gu)].map(([, page = '']) => page);
    expect(linked).toEqual(alerts.map((name) => name.toLowerCase()));
    expect(readdirSync(folder).toSorted()).toEqual(linked.map((page) => `${page}.md`).toSorted());
  });

  it.each(alerts)('says of %s what it means, what to look at and what to do', (alert) => {
    const page = readFileSync(join(folder, `${alert.toLowerCase()}.md`), 'utf8');
    expect([...page.matchAll(/^#+ (.+)$/gmu)].map(([, title]) => title)).toEqual([
      alert,
      'What it means',
      'Who is hurt',
      'What to look at',
      'What to do',
    ]);
  });

  it('are called by metrics that the webhook has', async () => {
    const metrics = createMetrics();
    watchState(metrics, { ages: () => new Map(), reservations: () => 0 });
    createAuditMetrics(metrics.registry);
    watchBreakGlass(createObjectStore(), metrics.registry, settings, () => []);
    const known = new Set((await metrics.registry.getMetricsAsJSON()).map(({ name }) => name));
    const used = [...rules.matchAll(/quotafit_[a-z_]+/gu)].map(([name]) => name.replace(/_bucket$/u, ''));
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});
