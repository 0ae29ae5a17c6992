import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTexts, readTexts } from '../../helpers/check.ts';
import { gatherKustomizations } from '../../../src/check/kustomization.ts';

const header = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n';

type Files = Readonly<Record<string, string>>;

/** What holds for the objects of one file. */
async function kustomize(files: Files, file: string) {
  const { objects, context } = await readTexts(files);
  const object = objects.find(({ source }) => source?.document.file.name === file);
  if (object === undefined) throw new Error(`no object in ${file}`);
  return gatherKustomizations([...context, ...objects], (file) => join('/input', file))(object);
}

/** What becomes of the image `web` in `base/web.yaml`. */
async function imageIn(files: Files, written = 'web'): Promise<string> {
  const { writeImage } = await kustomize({ 'base/web.yaml': pod, ...files }, 'base/web.yaml');
  return writeImage?.(written) ?? written;
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
    expect(await kustomize(files, 'o/patch.yaml')).toMatchObject({ merged: true });
    expect(await kustomize(files, 'o/other.yaml')).not.toHaveProperty('merged');
    expect((await checkTexts(files)).report.findings.filter(({ file }) => file === 'o/patch.yaml')).toEqual([]);
  });

  it('may bring an image, which the kustomization writes as any other', async () => {
    const files = {
      'o/kustomization.yaml': `${header}patches: [{path: patch.yaml}]\n${set('1')}`,
      'o/patch.yaml': pod,
    };
    expect((await kustomize(files, 'o/patch.yaml')).writeImage?.('web')).toBe('web:1');
  });

  it('is none without a kustomization, and lacks what it lacks', async () => {
    const { report } = await checkTexts({ 'o/patch.yaml': whole });
    expect(new Set(report.findings.map(({ rule }) => rule))).toEqual(
      new Set(['images/invalid-reference', 'resources/limits-required', 'resources/requests-required']),
    );
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
