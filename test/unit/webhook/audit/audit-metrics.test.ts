import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createAuditMetrics } from '../../../../webhook/audit/audit-metrics.ts';
import type { AuditFinding } from '../../../../webhook/audit/finding.ts';

const finding = (rule: string, level: AuditFinding['level'] = 'error'): AuditFinding => ({
  rule,
  level,
  message: '',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '' },
});

async function seriesOf(registry: Registry): Promise<readonly string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('quotafit_audit_findings{'));
}

describe('createAuditMetrics', () => {
  it('counts by rule, level and namespace, and forgets what is found no more', async () => {
    const registry = new Registry();
    const { setFindings } = createAuditMetrics(registry);
    setFindings('a', [finding('x/y'), finding('x/y'), finding('x/y', 'warning'), finding('x/z')]);
    expect(await seriesOf(registry)).toEqual([
      'quotafit_audit_findings{rule="x/y",level="error",namespace="a"} 2',
      'quotafit_audit_findings{rule="x/y",level="warning",namespace="a"} 1',
      'quotafit_audit_findings{rule="x/z",level="error",namespace="a"} 1',
    ]);
    setFindings('a', [finding('x/z')]);
    expect(await seriesOf(registry)).toEqual(['quotafit_audit_findings{rule="x/z",level="error",namespace="a"} 1']);
    setFindings('a', []);
    expect(await seriesOf(registry)).toEqual([]);
  });

  it('adds up under one name what is found in more namespaces than it has series for', async () => {
    const registry = new Registry();
    const { setFindings } = createAuditMetrics(registry);
    for (let index = 0; index < 503; index += 1) setFindings(`team-${index}`, [finding('x/y')]);
    const series = await seriesOf(registry);
    expect(series).toHaveLength(501);
    expect(series.at(-1)).toBe('quotafit_audit_findings{rule="x/y",level="error",namespace="*"} 3');
  });
});
