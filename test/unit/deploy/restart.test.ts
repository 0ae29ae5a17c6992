import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../scripts/render-chart.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectAt, stringAt } from '../../../src/manifest/fields.ts';
import { hasHelm, helmNote } from '../../helpers/helm.ts';

/** What makes a Deployment roll: its pod template. */
function podTemplate(...values: readonly string[]): string {
  const rendered = renderChart(...values);
  if (rendered.kind === 'failed') throw new Error(rendered.stderr);
  const deployment = (loadAll(rendered.text) as JsonObject[]).find(
    (object) => stringAt(object, 'kind') === 'Deployment',
  );
  return JSON.stringify(objectAt(deployment, 'spec', 'template'));
}

const issuer = 'tls.issuerRef.name="own"';

describe.skipIf(!hasHelm)(`a change of the chart's values${helmNote}`, () => {
  const before = hasHelm ? podTemplate(issuer) : '';

  it('restarts no pod for what is read again while it runs', () => {
    const changes = [
      'config.mode="deny"',
      'config.modes=[{"mode":"deny"}]',
      'config.controllers=["argo"]',
      'config.failure="closed"',
      'config.dryRun="deny"',
      'config.log={"level":"warn"}',
      'policy.waiverAnnotations=true',
      'policy.policies=["/etc/quotafit-rules/rules.tar.gz"]',
    ];
    expect(podTemplate(issuer, ...changes)).toBe(before);
  });

  it.each([
    'policy.kinds=[{"group":"example.com","kind":"Widget","templates":[{"template":"/spec/template"}]}]',
    'config.reservations.seconds=30',
    'config.state.staleSeconds=30',
    'tls.mode="cert-manager"',
    'port=9443',
  ])('restarts the pods for %s', (change) => {
    expect(podTemplate(issuer, change)).not.toBe(before);
  });
});
