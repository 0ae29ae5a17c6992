import { describe, expect, it } from 'vitest';
import { findPlaceholders } from '../../../src/facts/placeholder.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { objectOf } from '../../rules/shipped-policy.ts';

function find(value: JsonObject): readonly string[] {
  return findPlaceholders(objectOf(value)).map(({ path, text }) => `${path} ${text}`);
}

function container(fields: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'a', ...fields }] } };
}

const named = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } });

describe('in a field of a kind of Kubernetes', () => {
  it.each([
    ['web-${VERSION}', '${VERSION}'],
    ['$VERSION', '$VERSION'],
    ['$(name)', '$(name)'],
    ['__NAME__', '__NAME__'],
    ['@@name@@', '@@name@@'],
    ['%NAME%', '%NAME%'],
    ['{{ .Values.name }}', '{{ .Values.name }}'],
    ['<your-name>', '<your-name>'],
    ['CHANGE_ME', 'CHANGE_ME'],
    ['changeme', 'changeme'],
    ['YOUR-NAME', 'YOUR-NAME'],
    ['TODO', 'TODO'],
  ])('%s', (name, text) => {
    expect(find(named(name))).toEqual([`/metadata/name ${text}`]);
  });

  it.each(['web', 'a__b', 'todo', 'exchangement', 'a-100%', '$', 'x@example.com', 'me', 'change-of-plans'])(
    '%s is none',
    (name) => {
      expect(find(named(name))).toEqual([]);
    },
  );
});

describe('in a container', () => {
  it('$(NAME) of a declared variable is resolved by the kubelet', () => {
    const env = [{ name: 'ZONE', value: 'eu' }];
    expect(find(container({ env, args: ['--zone=$(ZONE)', '--other=$(OTHER)', '--plain=$$(OTHER)'] }))).toEqual([
      '/spec/containers/0/args/1 $(OTHER)',
    ]);
  });

  it('of a variable too, whole or in part', () => {
    const env = [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'A', value: '$(POD)' },
      { name: 'B', value: '$(POD).$(ELSE)' },
    ];
    expect(find(container({ env }))).toEqual(['/spec/containers/0/env/2/value $(ELSE)']);
  });

  it('parts of arguments and variables count where the mark is no language of theirs', () => {
    const env = [
      { name: 'URL', value: 'https://@@HOST@@/v1' },
      { name: 'ZONE', value: 'eu-__ZONE__-1' },
      { name: 'FILE', value: 'web-%DATE%.log' },
    ];
    expect(find(container({ env, args: ['--host=<HOST>', '--name=__name__'], command: ['/web'] }))).toEqual([
      '/spec/containers/0/env/0/value @@HOST@@',
      '/spec/containers/0/env/1/value __ZONE__',
      '/spec/containers/0/args/0 <HOST>',
    ]);
    expect(find(container({ command: ['sh', '-c', 'web --host=<HOST> __FILE__'] }))).toEqual([]);
  });

  it.each([
    ['names of services', { args: ['$(WEB_SERVICE_HOST)'] }],
    ['what envFrom brings', { envFrom: [{ configMapRef: { name: 'a' } }], args: ['$(ANY)'] }],
    ['a shell', { command: ['sh', '-c', 'echo $(hostname) ${HOME} {{x}}'] }],
    ['a script in arguments', { args: ['set -e\necho $(date)'] }],
    ['a probe that runs a program', { livenessProbe: { exec: { command: ['test', '${X}'] } } }],
    ['a lifecycle hook', { lifecycle: { preStop: { exec: { command: ['${X}'] } } } }],
    ['a sub path', { volumeMounts: [{ name: 'a', mountPath: '/a', subPathExpr: '$(POD)' }] }],
    ['a part of a variable', { env: [{ name: 'FORMAT', value: '${time} {{ message }}' }] }],
  ])('leaves %s alone', (_, fields) => {
    expect(find(container(fields))).toEqual([]);
  });

  it('a variable that is nothing but a placeholder is one', () => {
    expect(find(container({ env: [{ name: 'A', value: '${A}' }] }))).toEqual(['/spec/containers/0/env/0/value ${A}']);
  });
});

const data = (text: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a' },
  stringData: { a: text },
});

describe('in data', () => {
  it.each(['${PASSWORD}', ' __PASSWORD__ ', '<password>', 'changeme-please'])('%s is one', (text) => {
    expect(find(data(text))).toEqual([`/stringData/a ${text.trim()}`]);
  });

  it.each([
    't=${msec}',
    '#!/bin/sh\necho ${X}',
    '{{ define "a" }}x{{ end }}',
    '<html><body></body></html>',
    'changeit',
  ])('%s is text', (text) => {
    expect(find(data(text))).toEqual([]);
  });
});

it.each([
  [
    'CSI fills in a StorageClass',
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', parameters: { a: '${pvc.name}' } },
  ],
  [
    'a CustomResourceDefinition describes',
    { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', spec: { a: '<x>' } },
  ],
  ['Tekton has $(params.x)', { apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { image: '$(params.image)' } }],
  ['Argo has {{ x }}', { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', spec: { path: '{{path}}' } }],
  [
    'Prometheus has __name__',
    { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', spec: { a: ['__name__'] } },
  ],
  [
    'an annotation may be a snippet',
    { apiVersion: 'v1', kind: 'Service', metadata: { annotations: { 'x/snippet': 'a ${X};' } } },
  ],
  ['a status was written by the cluster', { apiVersion: 'v1', kind: 'Pod', status: { message: '<none>' } }],
])('%s', (_, value) => {
  expect(find(value)).toEqual([]);
});

it('custom kinds are looked at for marks that are nobody’s language, and for their names', () => {
  expect(
    find({
      apiVersion: 'example.com/v1',
      kind: 'A',
      metadata: { name: '{{ name }}' },
      spec: { url: 'https://__HOST__/a' },
    }),
  ).toEqual(['/metadata/name {{ name }}', '/spec/url __HOST__']);
});
