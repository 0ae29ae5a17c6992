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

describe.skipIf(!hasHelm)(`a change of the chart's values${helmNote}`, () => {
  it.each<[string, boolean]>([
    ['config.mode=deny', false],
    ['config.modes[0].mode=deny', false],
    ['config.controllers={argo}', false],
    ['config.failure=closed', false],
    ['config.dryRun=deny', false],
    ['config.log.level=warn', false],
    ['policy.waiverAnnotations=true', false],
    ['policy.policies={/etc/quotafit-rules/rules.tar.gz}', false],
    ['policy.kinds[0].kind=Widget', true],
    ['config.reservations.seconds=30', true],
    ['config.state.staleSeconds=30', true],
    ['tls.mode=cert-manager', true],
    ['port=9443', true],
  ])('%s restarts the pods: %s', (value, restarts) => {
    const issuer = 'tls.issuerRef.name=own';
    expect(podTemplate(value, issuer) !== podTemplate(issuer)).toBe(restarts);
  });
});
