import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTexts, readTexts } from '../../helpers/check.ts';
import { gatherKustomizations } from '../../../src/check/kustomize-release.ts';
import type { KubernetesObject } from '../../../src/manifest/document.ts';
import { fieldAt, listAt } from '../../../src/manifest/fields.ts';
import { shippedKinds } from '../../../src/workload/kinds.ts';

const header = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n';

type Files = Readonly<Record<string, string>>;

const pathOf = (file: string): string => join('/input', file);

/** What holds for the objects of one file. */
async function kustomize(files: Files, file: string) {
  const { objects, context } = await readTexts(files);
  const object = objects.find(({ source }) => source?.document.file.name === file);
  if (object === undefined) throw new Error(`no object in ${file}`);
  return (
    gatherKustomizations([...context, ...objects], { pathOf, kinds: shippedKinds })?.(object) ?? {
      object,
      placed: object,
      workload: null,
    }
  );
}

const imageOf = ({ value }: KubernetesObject) => fieldAt(listAt(value, 'spec', 'containers')[0], 'image');

/** What becomes of the image `web` in `base/web.yaml`. */
async function imageIn(files: Files, written = 'web') {
  const text = pod.replace('image: web', `image: "${written}"`);
  return imageOf((await kustomize({ 'base/web.yaml': text, ...files }, 'base/web.yaml')).object);
}

const base = `${header}resources: [web.yaml]\n`;
const images = (text: string) => `images: [${text}]\n`;
const set = (tag: string) => images(`{name: web, newTag: "${tag}"}`);
const overlay = (tag: string | null) => `${header}resources: [../../base]\n${tag === null ? '' : set(tag)}`;

describe('an image', () => {
  it.each([
    ['{name: web, newTag: "1.2"}', 'web', 'web:1.2'],
    ['{name: web, newTag: "1.2"}', 'web:latest', 'web:1.2'],
    ['{name: web, newTag: "1.2"}', 'web@sha256:abc', 'web:1.2'],
    ['{name: web, digest: "sha256:abc"}', 'web:latest', 'web@sha256:abc'],
    ['{name: web, newTag: "1", digest: "sha256:abc"}', 'web', 'web:1@sha256:abc'],
    ['{name: web, newName: ghcr.io/shop/web}', 'web:1.2', 'ghcr.io/shop/web:1.2'],
    ['{name: web, newName: ghcr.io/shop/web, newTag: v3}', 'web', 'ghcr.io/shop/web:v3'],
    ['{name: web, tagSuffix: -debug}', 'web:1.2', 'web:1.2-debug'],
    ['{name: "localhost:5000/web", newTag: "2"}', 'localhost:5000/web:1', 'localhost:5000/web:2'],
    ['{name: web, newTag: "1"}, {name: web, newName: b}', 'web', 'b:1'],
    ['{name: we, newTag: "1.2"}', 'web', 'web'],
    ['{name: web}', 'web', 'web'],
    ['{newTag: "1.2"}', 'web', 'web'],
    ['web', 'web', 'web'],
  ])('by %s: %s becomes %s', async (entries, written, expected) => {
    expect(await imageIn({ 'base/kustomization.yaml': base + images(entries) }, written)).toBe(expected);
  });

  it.each<[string, Files, string]>([
    ['a folder that lists it', { 'base/kustomization.yaml': base + set('1') }, 'web:1'],
    [
      'the overlay of that folder',
      { 'base/kustomization.yaml': base, 'o/a/kustomization.yaml': overlay('1') },
      'web:1',
    ],
    [
      'bases, as they were once called',
      {
        'base/kustomization.yaml': base,
        'o/a/kustomization.yaml': `${header}bases: [./../../base/]\n${set('1')}`,
      },
      'web:1',
    ],
    [
      'the last of several that come after each other',
      {
        'base/kustomization.yaml': base + set('1'),
        'o/a/kustomization.yaml': overlay('2'),
      },
      'web:2',
    ],
    [
      'a component',
      {
        'base/kustomization.yaml': base,
        'o/a/kustomization.yaml': `${overlay(null)}components: [../c]\n`,
        'o/c/kustomization.yaml':
          header.replace('v1beta1', 'v1alpha1').replace('Kustomization', 'Component') + set('1'),
      },
      'web:1',
    ],
    [
      'each overlay of its own',
      {
        'base/kustomization.yaml': base,
        'o/a/kustomization.yaml': overlay('2'),
        'o/b/kustomization.yaml': overlay('1'),
      },
      'web:1',
    ],
    [
      'one overlay of two, so that the other leaves it as it is',
      {
        'base/kustomization.yaml': base,
        'o/a/kustomization.yaml': overlay(null) + images('{name: web, newName: a}'),
        'o/b/kustomization.yaml': overlay(null),
      },
      'web',
    ],
    ['a folder that does not list it', { 'base/kustomization.yaml': header + set('1') }, 'web'],
    [
      'kustomizations in a circle',
      {
        'base/kustomization.yaml': `${header}resources: [web.yaml, ../o]\n${images('{name: web, tagSuffix: -x}')}`,
        'o/kustomization.yaml': `${header}resources: [../base]\ncomponents: [../o]\n`,
      },
      'web',
    ],
    [
      'one that is a kustomization by its name alone',
      { 'base/kustomization.yml': base.replace(header, '') + set('1') },
      'web:1',
    ],
    [
      'what only looks like a kustomization',
      {
        'base/kustomization.yaml': base.replace('kustomize.config.k8s.io', 'kustomize.toolkit.fluxcd.io') + set('1'),
      },
      'web',
    ],
  ])('is written by %s', async (_, files, expected) => {
    expect(await imageIn(files)).toBe(expected);
  });

  it('has a tag for the rules when it is one of a kustomization', async () => {
    const project = { rules: { '*': { level: 'off' as const }, 'images/tag-required': { level: 'error' as const } } };
    const judge = async (tag: string) =>
      (
        await checkTexts({ 'base/web.yaml': pod, 'base/kustomization.yaml': base + set(tag) }, project)
      ).report.findings.map(({ message }) => message);
    expect(await judge('1.2')).toEqual([]);
    expect(await judge('latest')).toEqual([expect.stringContaining('image web:latest')]);
  });
});

describe('a patch', () => {
  const whole =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}\n';

  it.each([
    'patches: [{path: patch.yaml}]',
    'patches: [{target: {kind: Pod}, path: ./patch.yaml}]',
    'patchesStrategicMerge: [patch.yaml]',
  ])('is what %s names, however whole it looks', async (field) => {
    const files = { 'o/kustomization.yaml': header + field, 'o/patch.yaml': whole, 'o/other.yaml': pod };
    expect(await kustomize(files, 'o/patch.yaml')).toMatchObject({ merged: {} });
    expect(await kustomize(files, 'o/other.yaml')).not.toHaveProperty('merged');
    expect((await checkTexts(files)).report.findings.filter(({ file }) => file === 'o/patch.yaml')).toEqual([]);
  });

  it('may bring an image, which the kustomization writes as any other', async () => {
    const files = {
      'o/kustomization.yaml': `${header}patches: [{path: patch.yaml}]\n${set('1')}`,
      'o/patch.yaml': pod,
    };
    expect(imageOf((await kustomize(files, 'o/patch.yaml')).object)).toBe('web:1');
  });

  it('is none without a kustomization, and lacks what it lacks', async () => {
    const { report } = await checkTexts({ 'o/patch.yaml': whole });
    expect(new Set(report.findings.map(({ rule }) => rule))).toEqual(
      new Set(['images/invalid-reference', 'resources/limits-required', 'resources/requests-required']),
    );
  });
});

const deployment = (more: string, containers: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {${more}selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [${containers}]}}}\n`;

/** Rules and files of what is found by some rules. */
const rulesOf = async (given: Files, rules: readonly string[]) => {
  const levels = Object.fromEntries(rules.map((rule) => [rule, { level: 'error' as const }]));
  const { report } = await checkTexts(given, { rules: { '*': { level: 'off' }, ...levels } });
  return report.findings.map(({ rule, file }) => `${rule} ${file}`);
};

describe('a patch of what is among the input', () => {
  const limits = 'resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi, cpu: "1"}}';
  const web = deployment('replicas: 3, ', `{name: web, image: "web:1", ${limits}}`);
  const files = (patch: string, more = ''): Files => ({
    'base/kustomization.yaml': base,
    'base/web.yaml': web,
    'o/kustomization.yaml': `${overlay(null).replace('../../', '../')}patches: [{path: patch.yaml}]\n${more}`,
    'o/patch.yaml': patch,
  });

  it('lacks nothing in containers that it changes, and what it lacks in those that it brings', async () => {
    const patch = deployment('', '{name: web, image: "web:2"}, {name: proxy, image: "proxy:1"}');
    const { report } = await checkTexts(files(patch));
    expect(report.findings.map(({ rule, data }) => [rule, data['container']])).toEqual([
      ['resources/limits-required', 'proxy'],
      ['resources/requests-required', 'proxy'],
      ['resources/requests-required', 'proxy'],
    ]);
  });

  it('is given nothing by a limit range that may be written where it is merged into', async () => {
    const range =
      'apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults, namespace: shop}\nspec: {limits: [{type: Container, default: {memory: 1Gi}}]}\n';
    const patch = deployment('', '{name: web, resources: {requests: {memory: 2Gi}}}').replace(
      '{name: web}',
      '{name: web, namespace: shop}',
    );
    const given = { ...files(patch), 'range.yaml': range };
    expect(await rulesOf(given, ['resources/request-exceeds-limit'])).toEqual([]);
    const whole = { 'range.yaml': range, 'web.yaml': patch.replace('{name: web, res', '{name: web, image: web, res') };
    expect(await rulesOf(whole, ['resources/request-exceeds-limit'])).toHaveLength(1);
  });

  it('lacks no label, namespace or second pod', async () => {
    const rules = ['availability/replicas', 'delivery/environment-label', 'delivery/namespace-set'];
    const patch = deployment('', '{name: web, image: "web:2"}');
    expect(await rulesOf(files(patch), rules)).toEqual([
      'delivery/environment-label base/web.yaml',
      'delivery/namespace-set base/web.yaml',
    ]);
    expect(await rulesOf({ 'o/patch.yaml': patch }, rules)).toHaveLength(3);
  });

  it('of which no container has an image lacks nothing without a kustomization too', async () => {
    const patch =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, resources: {limits: {memory: 3Gi}, requests: {memory: 1Gi}}}]}}}\n';
    const rules = [
      'availability/replicas',
      'delivery/environment-label',
      'delivery/namespace-set',
      'resources/burst-ratio',
    ];
    expect(await rulesOf({ 'patch.yaml': patch }, rules)).toEqual([]);
  });

  it('leaves open how many pods there are', async () => {
    const budget =
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n';
    const rules = ['availability/disruption-budget', 'availability/zone-spread'];
    const scaled = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5}\n';
    expect(await rulesOf({ ...files(''), 'base/budget.yaml': budget }, rules)).toEqual([
      'availability/disruption-budget base/budget.yaml',
      'availability/zone-spread base/web.yaml',
    ]);
    expect(await rulesOf({ ...files(scaled), 'base/budget.yaml': budget }, rules)).toEqual([]);
    const target = files(scaled.replace('name: web', 'name: any'));
    const named =
      overlay(null).replace('../../', '../') + 'patches: [{path: patch.yaml, target: {kind: Deployment, name: web}}]\n';
    expect(await rulesOf({ ...target, 'o/kustomization.yaml': named, 'base/budget.yaml': budget }, rules)).toEqual([]);
  });
});

const over = (fields: string) => `${overlay(null)}${fields}\n`;

/** What `kustomize build` 5.8.1 makes of the same. */
describe('a kustomization', () => {
  const text =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: other, labels: {app: web}}\nspec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}\n';
  const made = async (files: Files, written = text) => {
    const { placed } = await kustomize(
      { 'base/kustomization.yaml': base, 'base/web.yaml': written, ...files },
      'base/web.yaml',
    );
    return placed;
  };

  it.each([
    ['namespace: shop', 'shop'],
    ['namespace: ""', 'other'],
    ['namespace: [shop]', 'other'],
  ])('with %s puts objects into the namespace %s', async (fields, namespace) => {
    expect(await made({ 'o/a/kustomization.yaml': over(fields) })).toMatchObject({ namespace });
  });

  it('gives a Namespace its name, and leaves other objects of the cluster', async () => {
    const files = { 'o/a/kustomization.yaml': over('namespace: shop') };
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n';
    expect(await made(files, namespace)).toMatchObject({ name: 'shop', namespace: '' });
    const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: team}\n';
    expect(await made(files, node)).toMatchObject({ name: 'team', namespace: '' });
  });

  it('says nothing of the namespace where another way to the file gives none', async () => {
    const files = { 'o/a/kustomization.yaml': over('namespace: shop'), 'o/b/kustomization.yaml': over('') };
    expect(await made(files)).toMatchObject({ namespace: 'other' });
    const both = { ...files, 'o/b/kustomization.yaml': over('namespace: prod') };
    expect(await made(both)).toMatchObject({ namespace: 'prod' });
  });

  it.each([
    ['labels: [{pairs: {team: a}}]', { app: 'web', team: 'a' }, { app: 'web' }],
    ['labels: [{pairs: {team: a}, includeTemplates: true}]', { app: 'web', team: 'a' }, { app: 'web', team: 'a' }],
    ['labels: [{pairs: {app: a}, includeSelectors: true}]', { app: 'a' }, { app: 'a' }],
    ['commonLabels: {team: a}', { app: 'web', team: 'a' }, { app: 'web', team: 'a' }],
    ['labels: [null, {pairs: [a]}]', { app: 'web' }, { app: 'web' }],
  ])('with %s adds labels to objects, and to pods if it says so', async (fields, object, template) => {
    const { value } = await made({ 'o/a/kustomization.yaml': over(fields) });
    expect(fieldAt(value, 'metadata', 'labels')).toEqual(object);
    expect(fieldAt(value, 'spec', 'template', 'metadata', 'labels')).toEqual(template);
  });

  it('adds only labels that every way to the file adds', async () => {
    const files = {
      'o/a/kustomization.yaml': over('commonLabels: {env: dev, team: a}'),
      'o/b/kustomization.yaml': over('commonLabels: {env: prod}'),
    };
    expect(fieldAt((await made(files)).value, 'metadata', 'labels')).toEqual({ app: 'web', env: 'dev' });
  });

  it.each([
    ['replicas: [{name: web, count: 4}]', 4],
    ['replicas: [{name: web, count: 4}, {name: web, count: 2}]', 2],
    ['replicas: [{name: other, count: 4}]', 1],
    ['replicas: [{name: web}, null]', 1],
  ])('with %s makes it %s pods', async (fields, count) => {
    const { value } = await made({ 'o/a/kustomization.yaml': over(fields) });
    expect(fieldAt(value, 'spec', 'replicas')).toBe(count);
  });

  it.each([
    ['replicas: [{name: web, count: 4}]', 'replicas: [{name: web, count: 4}]', 'count'],
    ['replicas: [{name: web, count: 4}]', 'replicas: [{name: web, count: 5}]', 'unknown'],
    ['replicas: [{name: web, count: 4}]', '', 'unknown'],
  ])('with %s, beside another with "%s", makes a number of pods that is known or not: %s', async (one, other, kind) => {
    const files = {
      'base/kustomization.yaml': base,
      'base/web.yaml': text,
      'o/a/kustomization.yaml': over(one),
      'o/b/kustomization.yaml': over(other),
    };
    const { workload } = await kustomize(files, 'base/web.yaml');
    expect(workload?.templates.map(({ replicas }) => replicas.kind)).toEqual([kind]);
  });

  it('scales no kind that it does not know', async () => {
    const files = { 'o/a/kustomization.yaml': over('replicas: [{name: web, count: 4}]') };
    const rollout = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: {replicas: 1}\n';
    expect(fieldAt((await made(files, rollout)).value, 'spec', 'replicas')).toBe(1);
  });

  it('with a patch in its text writes images all the same', async () => {
    const inline = `${base}${set('1')}patches: [{target: {kind: Pod}, patch: "[]"}]\n`;
    expect(await imageIn({ 'base/kustomization.yaml': inline })).toBe('web:1');
  });

  it('leaves findings where the file says, whatever namespace it gives', async () => {
    const files = { 'base/kustomization.yaml': `${base}namespace: shop\n`, 'base/web.yaml': pod };
    const { report } = await checkTexts(files, {
      overrides: [{ folder: '/', match: { namespace: 'shop' }, rules: { 'resources/*': { level: 'off' } } }],
    });
    expect(report.findings.map(({ rule, resource }) => [rule, resource.namespace])).toEqual([
      ['images/tag-required', ''],
    ]);
  });

  it('puts workloads under the limit range of their namespace', async () => {
    const range =
      'apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults, namespace: shop}\nspec: {limits: [{type: Container, default: {memory: 1Gi, cpu: 1}}]}\n';
    const rules = { '*': { level: 'off' as const }, 'resources/limits-required': { level: 'error' as const } };
    const judge = async (field: string) =>
      (
        await checkTexts(
          { 'base/kustomization.yaml': base + field, 'base/web.yaml': pod, 'base/range.yaml': range },
          { rules },
        )
      ).report.findings.length;
    expect(await judge('namespace: shop\n')).toBe(0);
    expect(await judge('')).toBe(1);
  });
});

it('entries that are no texts are left out', async () => {
  const text = `${header}resources: [1, null, {}]\npatches: [1, {}]\npatchesStrategicMerge: {}\nimages: [null, 1, {name: 1}]\ncomponents: web\n`;
  expect(await imageIn({ 'base/kustomization.yaml': text })).toBe('web');
});

it('a tower of kustomizations that nobody builds is no crash', async () => {
  const files: Record<string, string> = { 'base/kustomization.yaml': base };
  for (let level = 0; level < 3000; level++) {
    const under = level === 0 ? '../base' : `../o${level - 1}`;
    files[`o${level}/kustomization.yaml`] = `${header}resources: [${under}]\ncomponents: [../o${level + 1}]\n`;
  }
  expect(await imageIn(files)).toBe('web');
});
