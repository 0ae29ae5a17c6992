import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { renderChart, withoutHelm } from '../../../scripts/render-chart.ts';
import { main } from '../../../src/cli/main.ts';
import { clusterResources, governingResources, ruleResources } from '../../../src/cluster/resources.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configSchema } from '../../../src/config/schema.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { integerAt, listAt, objectAt, stringAt } from '../../../src/manifest/fields.ts';
import { readWebhookConfig } from '../../../webhook/load-config.ts';
import { webhookConfigSchema } from '../../../webhook/settings.ts';
import { hasHelm, helmNote } from '../../helpers/helm.ts';
import { createIo } from '../../helpers/io.ts';
import { projectRoot } from '../../helpers/package-copy.ts';

const chart = join(projectRoot, 'webhook/deploy/chart');
const everything = ['networkPolicy.enabled', 'serviceMonitor.enabled', 'prometheusRule.enabled'].map(
  (name) => `${name}=true`,
);

function render(...values: readonly string[]): string {
  const rendered = renderChart(...values);
  if (rendered.kind === 'failed') throw new Error(rendered.stderr);
  return rendered.text;
}

const objectsOf = (text: string): readonly JsonObject[] => loadAll(text) as JsonObject[];

const textsAt = (object: JsonObject, name: string): readonly string[] =>
  listAt(object, name).filter((text) => typeof text === 'string');

function find(objects: readonly JsonObject[], kind: string): JsonObject {
  const [found, ...others] = objects.filter((object) => object['kind'] === kind);
  if (found === undefined || others.length > 0) throw new Error(`there is not one ${kind}`);
  return found;
}

const rollOf = (...values: readonly string[]) =>
  objectAt(find(objectsOf(render(...values)), 'Deployment'), 'spec', 'strategy', 'rollingUpdate');

const keysOf = (schema: JsonObject | undefined): readonly string[] => Object.keys(objectAt(schema, 'properties'));

const rolesOverConfigMaps = (...values: readonly string[]) =>
  objectsOf(render(...values))
    .filter((object) => listAt(object, 'rules').some((rule) => listAt(rule, 'resources').includes('configmaps')))
    .map((object) => [object['kind'], stringAt(object, 'metadata', 'name')]);

describe.skipIf(!hasHelm)(`the chart${helmNote}`, () => {
  it('has nothing that helm lint objects to', () => {
    const { status, stdout } = spawnSync('helm', ['lint', '--strict', '--kube-version', '1.37.0', chart], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed') as string]);
  });

  it.each([
    ['as it is', []],
    ['with all that can be switched on', everything],
    ['with shared reservations', ['config.reservations={"mode":"shared"}']],
    ['for the host network', ['hostNetwork=true', 'replicas=3']],
    ['with certificates of cert-manager', ['tls={"mode":"cert-manager","issuerRef":{"name":"own"}}']],
    ['with certificates of a Secret', ['tls={"mode":"secret","secretName":"own","caBundle":"Q0E="}']],
  ])('passes quotafit’s own check, %s', async (_, values) => {
    const { io, written } = createIo({ stdin: render(...values) });
    const status = await main(['check', '-', '--quiet'], io);
    expect([written.stdout.split('\n').filter((line) => line.includes(' error: ')), status]).toEqual([[], 0]);
  });

  it.each([
    ['replicas=0', '/replicas'],
    ['port=443', '/port'],
    ['webhook.failurePolicy="Sometimes"', '/webhook/failurePolicy'],
    ['webhook.timeoutSeconds=31', '/webhook/timeoutSeconds'],
    ['webhook.exemptNamespaces=["cert-manager"]', '/webhook/exemptNamespaces'],
    ['config.mode="refuse"', '/config/mode'],
    ['config.reservations.mode="global"', '/config/reservations/mode'],
    ['config.modus="deny"', "additional properties 'modus' not allowed"],
    ['config.modes=[{"mode":"denied"}]', "at '/config/modes/0/mode': value must be one of 'audit', 'warn', 'deny'"],
    ['config.listen={"port":9443}', "additional properties 'listen' not allowed"],
    ['config=null', "missing property 'config'"],
    ['policy.rulez={}', "at '/policy': additional properties 'rulez' not allowed"],
    ['podAnnotations={"a":1}', '/podAnnotations/a'],
    ['resources.limit={}', '/resources'],
    ['image.digest="sha256:1"', '/image/digest'],
    ['tls.mode="none"', '/tls/mode'],
    ['tlss={}', 'tlss'],
    ['tls={"mode":"secret","caBundle":"Q0E="}', 'tls.secretName is required when tls.mode is secret'],
    ['tls.caBundle="-----BEGIN CERTIFICATE-----"', '/tls/caBundle'],
    ['tls.mode="cert-manager"', 'tls.issuerRef.name is required when tls.mode is cert-manager'],
  ])('refuses %s', (value, told) => {
    expect(renderChart(value)).toEqual({ kind: 'failed', stderr: expect.stringContaining(told) as string });
  });

  it.each([[[]], [['tls={"mode":"secret","secretName":"own","caBundle":"Q0E="}', 'config.mode="deny"']]])(
    'writes a config that the webhook takes: %j',
    (values) => {
      const text = stringAt(find(objectsOf(render(...values)), 'ConfigMap'), 'data', 'webhook.yaml');
      expect(readWebhookConfig('webhook.yaml', text).mode).toBe(values.length === 0 ? 'audit' : 'deny');
    },
  );

  it('gives the organisation a config that can be loaded as it is', async () => {
    const text = stringAt(find(objectsOf(render()), 'ConfigMap'), 'data', 'quotafit.yaml');
    const folder = mkdtempSync(join(tmpdir(), 'quotafit-chart-'));
    writeFileSync(join(folder, 'quotafit.yaml'), text);
    const { rules } = await loadConfig('quotafit.yaml', folder).finally(() => rmSync(folder, { recursive: true }));
    expect(rules['resources/requests-required']).toEqual({ level: 'error' });
  });

  it('lets the webhook read what verdicts need, and nothing else', () => {
    const rules = listAt(find(objectsOf(render()), 'ClusterRole'), 'rules').map((rule) => objectAt(rule));
    const granted = rules
      .filter((rule) => listAt(rule, 'verbs').includes('list'))
      .flatMap((rule) => {
        expect(listAt(rule, 'verbs')).toEqual(['list', 'watch']);
        return textsAt(rule, 'apiGroups').flatMap((group) =>
          textsAt(rule, 'resources').map((resource) => `${group}/${resource}`),
        );
      });
    const needed = [...clusterResources, ...ruleResources].map(({ apiVersion, resource }) => {
      const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
      return `${group}/${resource}`;
    });
    needed.push(...governingResources.map(({ group, resource }) => `${group}/${resource}`));
    expect(granted.toSorted()).toEqual(needed.toSorted());
  });

  it('lets it write ConfigMaps only where they are, and only for reservations that are shared', () => {
    expect(rolesOverConfigMaps()).not.toContainEqual(['Role', 'quotafit-reservations']);
    const shared = rolesOverConfigMaps('config.reservations={"mode":"shared"}');
    expect(shared).toContainEqual(['Role', 'quotafit-reservations']);
    expect(shared.map(([kind]) => kind)).not.toContain('ClusterRole');
  });

  it('asks the API server on a priority level of its own, unless told otherwise', () => {
    const flow = find(objectsOf(render()), 'FlowSchema');
    expect(listAt(flow, 'spec', 'rules')).toMatchObject([
      { subjects: [{ serviceAccount: { name: 'quotafit', namespace: 'quotafit-system' } }] },
    ]);
    const level = find(objectsOf(render()), 'PriorityLevelConfiguration');
    expect(objectAt(flow, 'spec', 'priorityLevelConfiguration')['name']).toBe(stringAt(level, 'metadata', 'name'));
    expect(objectsOf(render('flowSchema.enabled=false')).map((object) => object['kind'])).not.toContain('FlowSchema');
  });

  it('leaves out of the audit what the webhook is never asked about', () => {
    const values = ['webhook.exemptNamespaces=["kube-system","build"]', 'config.audit={"intervalSeconds":60}'];
    const objects = objectsOf(render(...values));
    const { audit } = readWebhookConfig('w', stringAt(find(objects, 'ConfigMap'), 'data', 'webhook.yaml'));
    const [webhook] = listAt(find(objects, 'ValidatingWebhookConfiguration'), 'webhooks');
    const [exempt] = listAt(webhook, 'namespaceSelector', 'matchExpressions');
    expect(audit).toMatchObject({ intervalSeconds: 60, exempt: ['kube-system', 'build', 'quotafit-system'] });
    expect(listAt(exempt, 'values')).toEqual(audit?.exempt);
  });

  it('takes every value of both configurations that has a schema of ours', () => {
    const { properties } = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as {
      readonly properties: Readonly<Record<string, JsonObject>>;
    };
    const written = ['$schema', 'apiVersion', 'kind', 'listen', 'tls', 'policy'];
    expect([...keysOf(properties['config']), ...written].toSorted()).toEqual(
      Object.keys(webhookConfigSchema.properties).toSorted(),
    );
    expect(keysOf(properties['policy'])).toEqual(Object.keys(configSchema.properties));
  });

  it('lets Prometheus read which namespaces metrics are about, and trust the certificate whoever made it', () => {
    const endpointOf = (...values: readonly string[]) =>
      listAt(
        find(objectsOf(render('serviceMonitor.enabled=true', ...values)), 'ServiceMonitor'),
        'spec',
        'endpoints',
      )[0];
    expect(endpointOf()).toMatchObject({ honorLabels: true, tlsConfig: { ca: { secret: { key: 'ca.crt' } } } });
    const own = 'tls={"mode":"secret","secretName":"own","caBundle":"Q0E="}';
    expect(endpointOf(own)).toMatchObject({ tlsConfig: { ca: { configMap: { name: 'quotafit', key: 'ca.crt' } } } });
    const configMap = find(objectsOf(render('serviceMonitor.enabled=true', own)), 'ConfigMap');
    expect(stringAt(configMap, 'data', 'ca.crt')).toBe('CA');
    expect(Object.keys(objectAt(configMap, 'metadata'))).toEqual(['name', 'namespace', 'labels']);
  });

  it('can be installed into a namespace whose name looks like a number', () => {
    const flags = ['--kube-version', '1.37.0', '--namespace', '123'];
    const { stdout } = spawnSync('helm', ['template', 'quotafit', chart, ...flags], { encoding: 'utf8' });
    const namespaces = objectsOf(stdout).map((object) => objectAt(object, 'metadata')['namespace'] ?? '123');
    expect(new Set(namespaces)).toEqual(new Set(['123']));
  });

  it('rolls on the host network without a node more than it has replicas', () => {
    expect(rollOf()).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(rollOf('hostNetwork=true')).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });

  it('alerts of an audit that is late only where there is one', () => {
    expect(render('prometheusRule.enabled=true')).toContain('alert: QuotafitAuditStale');
    expect(render('prometheusRule.enabled=true', 'config.audit.enabled=false')).not.toContain('QuotafitAuditStale');
  });

  it('keeps no single replica on its node for good', () => {
    const kinds = objectsOf(render('replicas=1')).map((object) => object['kind']);
    expect(kinds).not.toContain('PodDisruptionBudget');
  });

  it('is stopped only when nobody dials it any more, and has time left to end then', () => {
    const pod = objectAt(find(objectsOf(render()), 'Deployment'), 'spec', 'template', 'spec');
    const pauses = listAt(pod, 'containers').map((container) =>
      integerAt(container, 'lifecycle', 'preStop', 'sleep', 'seconds'),
    );
    expect(pauses).toEqual([5]);
    expect(integerAt(pod, 'terminationGracePeriodSeconds')).toBeGreaterThanOrEqual(5 + 20);
  });

  it('never lets it read Secrets but its own', () => {
    for (const values of [[], ['tls={"mode":"secret","secretName":"own","caBundle":"Q0E="}']]) {
      const objects = objectsOf(render(...values));
      const rules = objects.flatMap((object) => listAt(object, 'rules').map((rule) => objectAt(rule)));
      const readers = rules.filter(
        (rule) => listAt(rule, 'resources').includes('secrets') && listAt(rule, 'verbs').includes('get'),
      );
      expect(readers.map((rule) => rule['resourceNames'])).toEqual(values.length === 0 ? [['quotafit-tls']] : []);
    }
  });

  it('is what the plain manifests for kustomize hold', () => {
    const kept = readFileSync(join(projectRoot, 'webhook/deploy/kustomize/quotafit.yaml'), 'utf8');
    expect(objectsOf(kept), 'npm run build:kustomize writes them again').toEqual(objectsOf(withoutHelm(render())));
  });
});

describe('the plain manifests', () => {
  it('pass quotafit’s own check', async () => {
    const { io, written } = createIo({ cwd: projectRoot });
    const status = await main(['check', 'webhook/deploy/kustomize', '--quiet', '--fail-on', 'warning'], io);
    expect([status, written.stdout]).toEqual([0, '']);
  });

  it('name every file that there is', () => {
    const folder = join(projectRoot, 'webhook/deploy/kustomize');
    const { resources, images } = load(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as {
      readonly resources: readonly string[];
      readonly images: readonly { readonly name: string; readonly newTag: string }[];
    };
    const objects = resources.flatMap((file) => objectsOf(readFileSync(join(folder, file), 'utf8')));
    const [container] = listAt(find(objects, 'Deployment'), 'spec', 'template', 'spec', 'containers');
    expect(images.map(({ name, newTag }) => `${name}:${newTag}`)).toEqual([stringAt(container, 'image')]);
  });
});
