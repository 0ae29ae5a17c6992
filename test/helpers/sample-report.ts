import type { Diagnostic } from '../../src/manifest/document.ts';
import type { CheckReport, Finding } from '../../src/report/report.ts';

/** A finding with all that a test does not care about. */
export function makeFinding(given: Partial<Finding> = {}): Finding {
  const rule = given.rule ?? 'resources/limits-required';
  const name = given.resource?.name ?? 'web';
  return {
    rule,
    level: 'error',
    message: 'container "web" has no memory limit',
    file: 'deploy/web.yaml',
    line: 14,
    column: 9,
    endLine: 14,
    endColumn: 18,
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team-a', name },
    path: '/spec/template/spec/containers/0/resources',
    data: { container: 'web', resource: 'memory' },
    help: 'https://example.com/rules/limits-required',
    fixable: false,
    fingerprint: `${rule} apps/v1 Deployment team-a/${name} /spec/template/spec/containers[web]/resources`,
    ...given,
  };
}

export function makeReport(findings: readonly Finding[], diagnostics: readonly Diagnostic[] = []): CheckReport {
  const levels = [...findings, ...diagnostics].map(({ level }) => level);
  return {
    apiVersion: 'quotafit.dev/v1',
    kind: 'CheckReport',
    kubernetesVersion: '1.37',
    summary: {
      files: 2,
      documents: 3,
      workloads: 1,
      byKind: { Deployment: 1 },
      errors: levels.filter((level) => level === 'error').length,
      warnings: levels.filter((level) => level === 'warning').length,
      waived: 0,
      skipped: 0,
    },
    findings,
    diagnostics,
  };
}
