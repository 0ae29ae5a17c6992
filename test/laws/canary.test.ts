import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { reportFormats } from '../../src/cli/output.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { createIo } from '../helpers/io.ts';
import { everyRule } from '../parity/inputs.ts';

/** Something secret, wherever manifests and clusters hold secrets. */
const canary = 'CANARY-7d1e';
const folder = mkdtempSync(join(tmpdir(), 'quotafit-canary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, ...objects: readonly JsonObject[]): string => {
  writeFileSync(join(folder, name), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return name;
};

async function run(...args: readonly string[]): Promise<{ readonly status: number; readonly text: string }> {
  const { io, written } = createIo({ cwd: folder });
  const status = await main(args, io);
  return { status, text: written.stdout + written.stderr };
}

/** Breaks rules in all that stands around the secret: runtime flags, probes, volumes, annotations, the wrong image. */
function workload(name: string, image: string): JsonObject {
  const header = { name: 'Authorization', value: `Bearer ${canary}` };
  const probe = { httpGet: { path: `/healthz?token=${canary}`, port: 8080, httpHeaders: [header] } };
  const container = {
    name: 'main',
    image,
    command: ['java', `-Dpassword=${canary}`, '-Xmx8g'],
    args: ['--token', canary, `$(${canary}`],
    env: [
      { name: 'PASSWORD', value: canary },
      { name: 'JAVA_TOOL_OPTIONS', value: `-Xmx8g -Dpassword=${canary}` },
      { name: 'URL', value: `\${HOST}/${canary}` },
    ],
    resources: { requests: { memory: '100m', cpu: '500' }, limits: { memory: '1Gi' } },
    livenessProbe: probe,
    readinessProbe: probe,
    lifecycle: { preStop: { exec: { command: ['curl', canary] } } },
  };
  const annotations = { note: canary, 'example.com/token': canary };
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'team', annotations },
    spec: {
      replicas: 9,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [container], volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] },
      },
    },
  };
}

const secret: JsonObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'password', namespace: 'team', annotations: { note: canary } },
  data: { password: Buffer.from(canary).toString('base64'), broken: canary },
  stringData: { password: canary },
};
const settings: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'team' },
  data: { 'application.yaml': `password: ${canary}`, JAVA_OPTS: `-Xmx9g -Dpassword=${canary}` },
};
const hard = { 'limits.memory': '4Gi', pods: '3', secrets: '1' };
const quota: JsonObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'team', annotations: { note: canary } },
  spec: { hard },
  status: { hard, used: { 'limits.memory': '0', pods: '0', secrets: '0' } },
};

describe('a secret', () => {
  const release = write('release.yaml', workload('web', 'nginx'), secret, settings);
  const list = { apiVersion: 'v1', kind: 'List', items: [quota, { ...workload('old', 'nginx:1'), status: {} }] };
  const state = ['--state', write('state.json', list)];
  writeFileSync(join(folder, 'broken.yaml'), `apiVersion: v1\nkind: Secret\ndata:\n  a: "${canary}\n  b: {${canary}\n`);

  it.each(reportFormats)('in the release or in the state is in no report as %s', async (format) => {
    const answers = [
      await run('check', release, 'broken.yaml', ...state, '--config', everyRule, '--output', format),
      await run('fit', release, ...state, '--output', format),
    ];
    expect(answers.map(({ status }) => status)).toEqual([1, 1]);
    for (const { text } of answers) {
      expect(text).toContain('web');
      expect(text).not.toContain(canary);
    }
  });

  it.each([
    ['suggest quota', ['suggest', 'quota', release]],
    ['suggest limitrange', ['suggest', 'limitrange', release]],
    ['baseline', ['baseline', release, '--config', everyRule, '--file', 'baseline.json']],
  ])('is in nothing that %s writes', async (_, args) => {
    const { text } = await run(...args);
    const written = args.includes('baseline.json') ? readFileSync(join(folder, 'baseline.json'), 'utf8') : text;
    expect(written).toMatch(/web|memory/u);
    expect(text + written).not.toContain(canary);
  });
});
