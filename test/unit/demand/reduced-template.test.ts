import { describe, expect, it } from 'vitest';
import { isReducedTemplate, reduceTemplate } from '../../../src/demand/reduced-template.ts';
import { isSameTemplate } from '../../../src/demand/same-template.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';

const canary = 'CANARY-5f0c';

/** As somebody writes it. */
const written: JsonObject = {
  metadata: { labels: { app: 'web' }, annotations: { note: canary } },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/web:1',
        command: ['sh', '-c', canary],
        args: [canary],
        env: [{ name: 'PASSWORD', value: canary }],
        resources: { limits: { cpu: '1', memory: '1Gi' } },
        ports: [{ containerPort: 80 }],
        readinessProbe: { httpGet: { path: '/', port: 80 } },
      },
    ],
    volumes: [
      { name: 'settings', configMap: { name: 'settings' } },
      {
        name: 'scratch',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { annotations: { note: canary } },
            spec: { accessModes: ['ReadWriteOnce'] },
          },
        },
      },
    ],
  },
};

/** The same as a cluster has it. */
const stored: JsonObject = {
  metadata: {
    creationTimestamp: null,
    labels: { app: 'web', 'pod-template-hash': '5b9' },
    annotations: { note: canary },
  },
  spec: {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/web:1',
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', canary],
        args: [canary],
        env: [{ name: 'PASSWORD', value: canary }],
        resources: { limits: { cpu: '1000m', memory: '1Gi' } },
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        readinessProbe: {
          httpGet: { path: '/', port: 80, scheme: 'HTTP' },
          failureThreshold: 3,
          periodSeconds: 10,
          successThreshold: 1,
          timeoutSeconds: 1,
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    volumes: [
      { name: 'settings', configMap: { name: 'settings', defaultMode: 420 } },
      {
        name: 'scratch',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { creationTimestamp: null, annotations: { note: canary } },
            spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem' },
          },
        },
      },
    ],
  },
};

/** The written template with a text in it put another way. */
function change(from: string, to: string): JsonObject {
  return JSON.parse(JSON.stringify(written).replace(from, to)) as JsonObject;
}

const changes: readonly (readonly [string, JsonObject])[] = [
  ['nothing', written],
  ['how an amount is spelled', change('"1"', '"1000m"')],
  ['an amount', change('"1"', '"2"')],
  ['the image', change('web:1', 'web:2')],
  ['the value of a variable', change(`"value":"${canary}"`, '"value":"other"')],
  ['an argument', change(`"args":["${canary}"]`, '"args":["other"]')],
  ['a command', change(`"-c","${canary}"`, '"-c","other"')],
  ['an annotation', change(`"annotations":{"note":"${canary}"}`, '"annotations":{"note":"other"}')],
  ['an annotation of a claim', change(`{"metadata":{"annotations":{"note":"${canary}"}}`, '{"metadata":{}')],
  ['a label', change('"app":"web"', '"app":"shop"')],
  ['the path of a probe', change('"path":"/"', '"path":"/ready"')],
  ['a default, to what it is', change('"port":80}', '"port":80,"scheme":"HTTP"}')],
  ['a default, to something else', change('"port":80}', '"port":80,"scheme":"HTTPS"}')],
  ['the pull policy', change('"name":"main"', '"name":"main","imagePullPolicy":"Never"')],
  ['where a volume comes from', change('"configMap":{"name":"settings"}', '"configMap":{"name":"others"}')],
];

describe('reduceTemplate', () => {
  it('keeps nothing that could hold a secret', () => {
    const text = JSON.stringify(reduceTemplate(stored));
    expect(text).not.toContain(canary);
    expect(text).toContain('1000m');
  });

  it('keeps no more of what it leaves out than twenty bits', () => {
    expect(reduceTemplate(stored)['digest']).toMatch(/^[\da-f]{5}$/u);
  });

  it('gives versions of a template that differ in what is kept the same digest, so that many say no more than one', () => {
    expect(reduceTemplate(change('web:1', 'web:2'))['digest']).toBe(reduceTemplate(written)['digest']);
  });

  it('leaves what is reduced as it is', () => {
    const reduced = reduceTemplate(stored);
    expect(isReducedTemplate(reduced)).toBe(true);
    expect(reduceTemplate(reduced)).toBe(reduced);
  });

  it.each(changes)('lets a changed template be told from it as from the whole one: %s', (_, changed) => {
    const expected = isSameTemplate(stored, changed);
    expect(isSameTemplate(reduceTemplate(stored), changed)).toBe(expected);
    expect(isSameTemplate(changed, reduceTemplate(stored))).toBe(expected);
    expect(isSameTemplate(reduceTemplate(stored), reduceTemplate(changed))).toBe(expected);
  });

  it('is held to both answers by these changes', () => {
    expect(changes.filter(([, changed]) => isSameTemplate(stored, changed)).map(([name]) => name)).toEqual([
      'nothing',
      'how an amount is spelled',
      'a default, to what it is',
    ]);
  });
});
